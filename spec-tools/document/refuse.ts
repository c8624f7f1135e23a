/** Documents that must not be amended at all, and why. */
import { slug } from 'github-slugger'
import { Refusal } from './refusal.ts'
import type { Block, Field, FrontMatter, Lines, Opaque, Overrides, Section } from './types.ts'

const GENERATED =
  /\b(?:auto(?:matically)?[- ]?generated|generated (?:automatically|by|from|with)|(?:file|document|page) (?:is|was) generated)\b/i
/** Whether prose says it of the document itself, not of the code or the tables that it is about. */
const ITSELF =
  /^[\s>*_`~#!\p{P}\p{S}]*(?:(?:note|warning|caution|important|notice|attention|please note)\b[\s*_:!.,-]*)?(?:(?:this|the|that)\s+)?(?:(?:is an?\s+)?auto(?:matically)?[- ]?generated\b|generated\b|do not (?:edit|modify|change)\b|don't edit\b)|\b(?:this|the) (?:whole |entire |markdown |spec(?:ification)? )?(?:file|document|page|spec(?:ification)?|content|section|reference|documentation)(?: below)?\s+(?:is|was|has been|gets|were)\s+(?:an?\s+)?(?:auto(?:matically)?[- ]?)?generated\b/iu
const KEEP_OFF =
  /\b(?:do not|don't|never) (?:edit|modify|change)\b|\bedits? (?:will be|are) (?:lost|overwritten)\b/i
const SOURCE = /\b(?:from|edit|amend|see|source:?)\b[^.]*/i
/** Front matter keys of numbered proposals, and the statuses after which they no longer change. */
const PROPOSAL = /^(?:eip|erc|bip|pep|cip|sip|nip|slip|rip|caip)$/i
const FROZEN = /^(?:final|superseded|withdrawn|rejected|replaced|obsolete|accepted)$/i
const WIKI_HEADING = /^(={2,6})[^=\r\n][^\r\n]*\1[ \t]*$/
const ADOC_HEADING = /^={1,5}[ \t]+\S[^\r\n]*[^=\s]$/

interface Known {
  text: string
  lines: Lines
  blocks: readonly Block[]
  opaque: readonly Opaque[]
  sections: readonly Section[]
  fields: readonly Field[]
  frontMatter: FrontMatter | null
}

export function findRefusals(known: Known, { allow = [] }: Overrides): Refusal[] {
  const found = [notMarkdown(known), generated(known), frozen(known)]
  return found.filter((refusal): refusal is Refusal => {
    const permitted: readonly string[] = allow
    return refusal !== null && !permitted.includes(refusal.code)
  })
}

/** Headings between equals signs and not one of Markdown's. */
function notMarkdown({ text, lines, sections, opaque }: Known): Refusal | null {
  if (sections.length > 0) return null
  const inside = new Set<number>()
  for (const { line, start, end, kind } of opaque) {
    if (kind === 'html') continue
    for (let at = line; at <= lines.at(Math.max(start, end)); at += 1) inside.add(at)
  }
  let wiki = 0
  let adoc = 0
  let first = 0
  for (let line = 1; line <= lines.count; line += 1) {
    const { start, end } = lines.get(line)
    if (text[start] !== '=' || end - start > 300 || inside.has(line)) continue
    const content = text.slice(start, end)
    if (WIKI_HEADING.test(content)) wiki += 1
    else if (ADOC_HEADING.test(content)) adoc += 1
    else continue
    first ||= line
  }
  if (wiki + adoc < 2) return null
  const language = wiki >= adoc ? 'MediaWiki' : 'AsciiDoc'
  return new Refusal({
    code: language === 'MediaWiki' ? 'mediawiki' : 'not-markdown',
    what: `The document is ${language}, not Markdown: ${wiki + adoc} headings stand between or after equals signs`,
    line: first,
    remedy: 'Amend it by hand, or keep the spec in Markdown',
  })
}

function generated(known: Known): Refusal | null {
  return saysGenerated(known) ?? numberedByTool(known)
}

/** A note near the top that says so and asks to be left alone. */
function saysGenerated({ text, lines, blocks }: Known): Refusal | null {
  for (const block of blocks.slice(0, 12)) {
    if (block.kind === 'table' || block.kind === 'fence' || lines.at(block.start) > 60) continue
    const note = text.slice(block.start, Math.min(block.end, block.start + 2_000))
    if (!GENERATED.test(note)) continue
    if (block.kind !== 'html' && !(KEEP_OFF.test(note) && ITSELF.test(note))) continue
    const source = SOURCE.exec(note)?.[0].replace(/\s+/g, ' ').trim()
    return new Refusal({
      code: 'generated',
      what: 'The document is generated, and says so',
      line: block.line,
      remedy: `Amend its source instead${source === undefined ? '' : ` ("${source}")`}`,
    })
  }
  return null
}

/**
 * Nearly every heading carries an id made from its own text: people do not write those by the
 * dozen, and what they would add by hand is lost with the next run.
 */
function numberedByTool({ sections }: Known): Refusal | null {
  const withId = sections.filter(({ heading }) => {
    const [anchor, id] = /<a[ \t]+id=['"]([^'"]+)['"][ \t]*>[ \t]*<\/a>[ \t]*$/.exec(heading) ?? []
    if (anchor === undefined || id === undefined) return false
    // `section--part`: the part's own text comes last.
    return slug(heading.slice(0, -anchor.length).trim()).endsWith(id.split('--').at(-1) ?? id)
  })
  if (withId.length < 40 || withId.length * 10 < sections.length * 9) return null
  return new Refusal({
    code: 'generated',
    what: `The document is generated: ${withId.length} of ${sections.length} headings carry an id made from their own text`,
    line: withId[0]?.line ?? 1,
    remedy: 'Amend the sources that it is built from; numbers and ids follow from there',
  })
}

/** A numbered proposal whose status says that its text no longer changes. */
function frozen({ frontMatter }: Known): Refusal | null {
  const entries = frontMatter?.entries ?? []
  const proposal = entries.find(({ name }) => PROPOSAL.test(name))
  const status = entries.find(({ name }) => /^status$/i.test(name))
  if (!proposal || !status || !FROZEN.test(status.value.replace(/^["']|["']$/g, ''))) return null
  return new Refusal({
    code: 'frozen',
    what: `${proposal.name.toUpperCase()} ${proposal.value} is ${status.value}: its text no longer changes`,
    line: status.line,
    remedy: 'Write a new proposal, or allow it in the settings (allow: [frozen])',
  })
}
