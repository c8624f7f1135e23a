/** The heading of the next section, in the document's own way of writing it. */
import { slug } from 'github-slugger'
import { asMarkdown, type Markdown } from '../markdown.ts'
import { compareKeys, writeKey } from './key.ts'
import { numberedSiblings, siblingsOf, type Numbered } from './siblings.ts'
import type { NextSection, Part, Section, Spec } from './types.ts'

const LEADING_ID = /^<a (name|id)=(["'])[^"'<>]*\2>[ \t]*<\/a>/
const TRAILING_ID = /\{#[\w.-]+\}$/

/**
 * What a new section called `title` is headed with: the number after the highest one of its level,
 * with the mark, padding and closing sign of the sections around it, and an id where those have one.
 *
 * @param taken Numbers that are not free, though no section has them.
 */
export function nextSection(
  spec: Spec,
  title: Markdown,
  level = spec.style.sectionLevel,
  parent: Section | null = null,
  taken: readonly string[] = [],
): NextSection {
  const siblings = siblingsOf(spec, parent, level)
  const numbered = numberedSiblings(siblings)
  const model = highest(numbered)
  const name = withIds(spec, siblings, title)
  const above = parent?.heading ?? null
  if (model === null) {
    const first = firstNumber(spec, parent)
    const heading = asMarkdown(`${first?.heading ?? ''}${name}`)
    return { heading, number: first?.number ?? null, level, parent: above }
  }
  let parts = nextParts(model.key.parts, numbered)
  while (taken.includes(writeKey(model.key, parts))) parts = nextParts(parts, numbered)
  const number = writeKey(model.key, parts)
  const { mark, label, close } = model.key
  const written =
    model.key.kind === 'label' ? `${label}${mark}${number}` : `${mark}${label}${number}`
  const heading = asMarkdown(`${written}${close || ' '}${name}`)
  return { heading, number, level, parent: above }
}

function highest(numbered: readonly Numbered[]): Numbered | null {
  let best: Numbered | null = null
  for (const section of numbered) {
    if (best === null || compareKeys(section.key, best.key) >= 0) best = section
  }
  return best
}

function nextParts(parts: readonly Part[], numbered: readonly Numbered[]): Part[] {
  // `1.0`, `2.0`: the last part never counts at this level.
  const still =
    parts.length === 2 &&
    numbered.every(({ key }) => key.parts[1]?.value === 0 && key.parts.length === 2)
  const raised = still ? 0 : parts.length - 1
  return parts.map((part, index) => {
    return index === raised ? { ...part, value: part.value + 1, suffix: '' } : part
  })
}

/** `5.1` below `5.`, where the parent is numbered and has no numbered child yet. */
function firstNumber(spec: Spec, parent: Section | null) {
  if (parent?.key?.kind !== 'decimal' || parent.children.length > 0) return null
  const cousin = spec.sections.find(
    ({ level, key }) =>
      level === parent.level + 1 && key?.kind === 'decimal' && key.parts.length > 1,
  )
  if (!cousin?.key) return null
  const number = `${parent.key.written}.1`
  return { number, heading: `${cousin.key.mark}${number}${cousin.key.close || ' '}` }
}

/** An id as the section before, or most headings, carry it: `<a name="x"></a>Title`, `Title {#x}`. */
function withIds(spec: Spec, siblings: readonly Section[], title: Markdown): string {
  const others = spec.sections.filter((section) => section !== spec.title)
  const last = siblings.at(-1)
  const usual = (pattern: RegExp) => {
    const having = others.filter(({ heading }) => pattern.test(heading)).length
    return having * 2 > others.length || (last !== undefined && pattern.test(last.heading))
  }
  if (usual(LEADING_ID)) {
    const [, name, quote] =
      others.map(({ heading }) => LEADING_ID.exec(heading)).findLast(Boolean) ?? []
    return `<a ${name ?? 'id'}=${quote ?? '"'}${slug(title)}${quote ?? '"'}></a>${title}`
  }
  return usual(TRAILING_ID) ? `${title} {#${slug(title)}}` : title
}
