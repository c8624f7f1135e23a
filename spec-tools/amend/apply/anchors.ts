/** Finds what an intent's anchors name; an anchor that names nothing, or several, is refused. */
import { Refusal, type RefusalCode, type Section, type Spec } from '../../document/index.ts'
import type { Intent } from '../intent.ts'
import { lineAfter } from './lines.ts'

/** The section with a raw heading. `fits` tells equal headings apart. */
export function findSection(
  spec: Spec,
  intent: Intent,
  heading: string,
  fits: (section: Section) => boolean = () => true,
): Section {
  const named = sectionsNamed(spec, intent, heading)
  const fitting = named.length > 1 ? named.filter(fits) : named
  const [section] = fitting.length > 0 ? fitting : named
  if (section === undefined) throw missing(spec, `heading "${heading}"`, nearest(spec, heading))
  if (fitting.length > 1)
    throw ambiguous(
      `heading "${heading}"`,
      fitting.map(({ line }) => line),
    )
  return section
}

/**
 * All sections with a raw heading. Where the document has been amended by the same intent before,
 * a heading that the intent replaces is found under its new text.
 */
export function sectionsNamed(spec: Spec, intent: Intent, heading: string): Section[] {
  for (const wanted of spellings(intent, heading)) {
    const found = spec.sections.filter((section) => section.heading === wanted)
    if (found.length > 0) return found
  }
  return []
}

/** An anchor as written, without the signs of a heading, and after the intent's replacements. */
export function spellings(intent: Intent, anchor: string): string[] {
  const trimmed = anchor.trim()
  const bare = trimmed.replace(/^#{1,6}[ \t]+/, '').replace(/[ \t]+#+$/, '')
  const replaced = intent.replace
    .filter(({ old }) => trimmed.includes(old) || old.includes(bare))
    .map(({ old, new: text }) => {
      const after = trimmed.includes(old) ? trimmed.replace(old, () => text) : text
      return after.replace(/^#{1,6}[ \t]+/, '').split(/\r\n|\r|\n/)[0] ?? ''
    })
  const counted = intent.lines
    .filter(
      ({ text }) =>
        text
          .replace(/^#{1,6}[ \t]+/, '')
          .replace(/[ \t]+#+$/, '')
          .trim() === bare,
    )
    .map((entry) =>
      lineAfter(entry)
        .replace(/^#{1,6}[ \t]+/, '')
        .replace(/[ \t]+#+$/, '')
        .trim(),
    )
  const titled = intent.title === null ? [] : [intent.title]
  return [...new Set([trimmed, bare, ...replaced, ...counted, ...titled])]
}

export function missing(spec: Spec, what: string, hint: string | null = null): Refusal {
  return new Refusal({
    code: 'missing-anchor',
    what: `The document has no ${what}${hint === null ? '' : `; the nearest is ${hint}`}`,
    line: spec.title?.line ?? 1,
    remedy: 'Give the text as it stands in the document',
  })
}

export function ambiguous(
  what: string,
  lines: readonly number[],
  remedy = 'Name a place that the document has once',
): Refusal {
  const code: RefusalCode = 'ambiguous-anchor'
  const line = lines[0] ?? 1
  return new Refusal({ code, what: `${what} stands in lines ${lines.join(', ')}`, line, remedy })
}

/** A heading that shares most of its words with what was asked for. */
function nearest({ sections }: Spec, wanted: string): string | null {
  const words = new Set(wanted.toLowerCase().split(/\W+/).filter(Boolean))
  let best: { heading: string; line: number; shared: number } | null = null
  for (const { heading, line } of sections) {
    const shared = heading
      .toLowerCase()
      .split(/\W+/)
      .filter((word) => words.has(word)).length
    if (shared > (best?.shared ?? 0)) best = { heading, line, shared }
  }
  return best === null ? null : `"${best.heading}" in line ${best.line}`
}
