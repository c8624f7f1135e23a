/** The pages of one amendment: what was found, and what each of its figures rests on. */
import type { ElementContent } from 'hast'
import {
  divergencePlot,
  headline,
  judge,
  limitsPlot,
  restsOn,
  type AmendmentRecord,
  type Bundle,
  type LedgerEntry,
  type Rest,
} from '../spec-tools/index.ts'
import { fromMarkdown, headed } from './markdown.ts'
import { draw, el, facts, table, to, type Content, type Page } from './page.ts'
import type { Listed, Site } from './types.ts'

/** The first line of the comment: the finding with its figure. */
export function findingOf(
  { evidence }: Bundle,
  comment: string | null,
  record: AmendmentRecord,
): string {
  const { heading } = headed(comment ?? '')
  return heading ?? record.ground.section?.heading ?? evidence.request.id
}

export function* amendmentPages(
  site: Site,
  one: Listed,
  bundle: Bundle,
  comment: string | null,
): Generator<Page> {
  const pictures = yield* drawPictures(one, bundle)
  const around = {
    link: (target: string) => sourceOf(site, one.folder, target),
    picture: (target: string, alternative: string) =>
      target === 'divergence.svg' ? (pictures.get(target)?.(alternative) ?? null) : null,
    level: 2 as const,
  }
  const { rest } = headed(comment ?? headline(bundle.evidence, judge(bundle)))
  yield draw(
    site.frame(one.path, one.finding),
    factsOf(site, one, bundle),
    fromMarkdown(rest, around),
    pictures.get('limits.svg')?.('How much of its limit each stage takes') ?? null,
    sectionOf(site, one),
  )
  yield ledgerPage(site, one, bundle)
}

/** File -> the picture with a text for who cannot see it. */
type Pictures = Map<string, (alternative: string) => ElementContent>

function* drawPictures({ path }: Listed, bundle: Bundle): Generator<Page, Pictures> {
  const judgement = judge(bundle)
  const drawn = { 'divergence.svg': divergencePlot(judgement), 'limits.svg': limitsPlot(judgement) }
  const pictures: Pictures = new Map()
  for (const [name, svg] of Object.entries(drawn)) {
    if (svg === undefined) continue
    const file = path.replace(/\.html$/, `.${name}`)
    yield { path: file, html: svg }
    const src = file.slice(file.lastIndexOf('/') + 1)
    pictures.set(name, (alt) => el('figure', {}, el('img', { src, alt, width: 900 })))
  }
  return pictures
}

function factsOf(site: Site, one: Listed, { evidence }: Bundle): ElementContent {
  const { record, folder, path } = one
  const { ground, origin, request, spec } = record
  const { repository } = evidence.request
  const section = ground.section && (ground.section.label ?? ground.section.heading)
  const asked = [
    origin.pullRequest === null ? null : `pull request ${origin.pullRequest}`,
    origin.requestedBy === null ? null : `by ${origin.requestedBy}`,
  ].filter((part) => part !== null)
  const checked = origin.verification
  return facts([
    ['Specification', `${spec.path}${section === null ? '' : `, ${section}`}`],
    ['Version', ground.version && `${ground.version.from} → ${ground.version.to}`],
    [
      'Measured',
      [el('code', {}, request.sha.slice(0, 12)), repository && ` of ${repository.name}`],
    ],
    ['On', one.gpu],
    [
      'Run',
      `${one.startedAt}, ${checked === null ? 'not checked over GitHub’s API' : `run ${checked.runId}, checked over GitHub’s API`}`,
    ],
    ['Asked for', asked.join(' ')],
    ['Evidence', linkOr(sourceOf(site, '', folder), el('code', {}, folder))],
    ['Ledger', to(path, one.ledger, `what its ${record.figures.length} figures rest on`)],
  ])
}

/** The section as it stands in the specification of today, with what people wrote into it. */
function sectionOf(site: Site, { record }: Listed): Content {
  const { section } = record.ground
  const spec = site.specs.get(record.spec.path)
  if (section === null || spec === undefined) return null
  const found = spec.sections.find(({ heading }) => heading === section.heading)
  if (found === undefined) {
    return el('p.faint', {}, 'Its section is not in the specification of today under this heading.')
  }
  const markdown = spec.text.slice(found.own.start, found.subtree.end)
  return el(
    'section',
    { ariaLabel: 'The section as it stands' },
    el('h2', {}, `In the specification: ${section.heading}`),
    fromMarkdown(markdown, {
      link: (target) => sourceOf(site, folderOf(record.spec.path), target),
      picture: () => null,
      level: 3,
    }),
  )
}

function ledgerPage(site: Site, one: Listed, bundle: Bundle): Page {
  const rest = restsOn(bundle, null)
  const rows = one.record.figures.map((entry, index) => [
    el('span', { id: `f${index + 1}` }, entry.where),
    entry.text,
    entry.how,
    restsIn(entry, rest),
  ])
  return draw(
    site.frame(one.ledger, `What the figures rest on: ${one.finding}`),
    el('p', {}, to(one.ledger, one.path, 'The amendment'), `, ${one.record.folder}`),
    table(
      'Each figure of the drafted text, and what of the evidence it follows from',
      ['Stands in', 'Figure', 'How', 'Rests on'],
      rows,
    ),
  )
}

/** Lines of logs that are listed for one figure; a verdict can rest on hundreds. */
const mostLines = 12
/** Figures of one line. */
const mostNames = 6

function restsIn({ from }: LedgerEntry, rest: (reference: string) => Rest): Content {
  const places = Map.groupBy(from.map(rest), ({ log, reference }) =>
    log === null ? reference : `${log.file}:${log.line}`,
  )
  const lines = [...places].slice(0, mostLines).map(([place, told]) => {
    const [first] = told
    const names = told.map(({ reference, said }) =>
      first?.log == null
        ? (said ?? '')
        : `${reference.slice(reference.lastIndexOf('#') + 1)} ${said}`,
    )
    if (names.length > mostNames) {
      names.splice(mostNames, names.length, `and ${names.length - mostNames} more`)
    }
    const by = first?.diagnostic ? `, printed by ${first.diagnostic.id} (${first.vouch})` : ''
    return el('li', {}, el('code', {}, place), ` ${names.join(', ')}${by}`)
  })
  const left = places.size - lines.length
  if (left > 0) lines.push(el('li', {}, `and ${left} more`))
  return lines.length === 0 ? 'nothing that was measured' : el('ul', {}, lines)
}

/** Where a file of the repository is on the web; null where that is not known, or it is outside. */
export function sourceOf(site: Site, folder: string, target: string): string | null {
  if (site.input.source === null || target.startsWith('/')) return null
  const parts: string[] = []
  for (const part of `${folder}/${target.replace(/[?#].*$/, '')}`.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null
    if (part !== '' && part !== '.' && part !== '..') parts.push(part)
  }
  return site.input.source + parts.map((part) => encodeURIComponent(decoded(part))).join('/')
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function linkOr(href: string | null, content: Content): Content {
  return href === null ? content : el('a', { href, rel: 'noreferrer' }, content)
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}
