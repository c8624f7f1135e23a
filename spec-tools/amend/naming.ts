/** What an amendment is called: its slug, folder, branch and titles. */
import type { Evidence } from '../evidence/index.ts'
import { clip, plain } from '../render/markdown/index.ts'
import type { SpecSettings } from '../settings/index.ts'
import { longestTitle, type TitleParts } from './title-form.ts'
import type { Outcome } from './title.ts'

/** The investigation's slug, else one made from the pull request or the request. */
export function slugOf({ investigation, request }: Evidence): string {
  if (investigation) return slugged(investigation.slug)
  if (request.pullRequest !== null) return `pr-${request.pullRequest}`
  return slugged(`request-${request.id}`)
}

/** Date of the run's start, UTC. */
export function dateOf({ run }: Evidence): string {
  return run.startedAt.slice(0, 10)
}

/** Folder of the committed evidence, with a final slash. */
export function evidenceFolder({ evidence }: SpecSettings, slug: string, date: string): string {
  const folder = evidence.replaceAll('{slug}', slug).replaceAll('{date}', date)
  return folder.endsWith('/') ? folder : `${folder}/`
}

/**
 * `docs/spec-30-<slug>-<outcome>`; named when the amendment is first drafted and never renamed. A slug
 * is given before the run: an outcome in it that did not come out is left out.
 */
export function branchName(number: string | null, slug: string, outcome: Outcome | null): string {
  const parts = slug.split('-').flatMap((part) => {
    const stated = outcomeWord.exec(part)
    const right = stated === null || outcome === (stated[1] ? 'confirmed' : 'refuted')
    return right ? [{ part, states: stated !== null }] : []
  })
  const says = outcome === null || parts.some(({ states }) => states)
  const words = [...parts.map(({ part }) => part), ...(says ? [] : [outcome])]
  return `docs/spec-${[...(number === null ? [] : [slugged(number)]), ...words].join('-')}`
}

const outcomeWord = /^(?:(confirm(?:s|ed)?)|refute[sd]?|falsif(?:y|ies|ied))$/

/** `docs(ship-two-001): §30 — <title> — v2.74.0 → v2.75.0`, on one line without Markdown. */
export function pullRequestTitle({ spec, section, title, version }: TitleParts): string {
  const start = plain(`docs(${spec}):${section === null ? '' : ` ${section} —`}`)
  const end = version === null ? '' : plain(` — ${v(version.from)} → ${v(version.to)}`)
  const room = longestTitle - start.length - end.length - 2
  return `${start} ${clip(plain(title), room)}${end && ` ${end}`}`
}

/** A version as prose names it; one that is not a number keeps its own form. */
export function v(version: string): string {
  return /^\d/.test(version) ? `v${version}` : version
}

function slugged(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64)
    .replace(/-+$/, '')
}
