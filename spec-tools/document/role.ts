/** Headings that say what a section is for. */
import { parseKey } from './key.ts'

export const HISTORY_NAME =
  /(?:\b(?:revision|version|change|document|amendment|spec(?:ification)?)s?[ ]*(?:history|log)\b|\bhistory of (?:changes|revisions)\b|\bchange[ -]?log\b|\bdocument control\b|\brelease (?:notes|history)\b|^(?:[\d.§ ]*)(?:revisions|history|changes)$)/i

const BACK_NAME =
  /^(?:(?:normative |informative |further |peer-reviewed |works )?(?:references?|bibliography|citations?|cited|reading)|appendix|appendices|annex(?:es)?|glossary|acronyms|acknowledge?ments?|footnotes|index|licen[cs]e|copyright|document history|approval(?: and sign-off)?|sign-?off)\b/i

/** Whether a section with this heading belongs at the end: appendices, references, history. */
export function isBackMatter(heading: string): boolean {
  const key = parseKey(heading)
  const name = key ? heading.slice(key.range.end + key.close.length) : heading
  const bare = name.replace(/^[*_\s]+/, '')
  return (
    BACK_NAME.test(bare) || HISTORY_NAME.test(bare) || /^(?:appendix|annex)/i.test(key?.label ?? '')
  )
}
