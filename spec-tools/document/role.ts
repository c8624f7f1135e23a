/** Headings that say what a section is for. */
import { parseKey } from './key.ts'
import { HISTORY_NAME } from './words.ts'

const BACK_NAME =
  /^(?:(?:normative |informative |further |peer-reviewed |works )?(?:references?|bibliography|citations?|cited|reading)|appendix|appendices|annex(?:es)?|glossary|acronyms|acknowledge?ments?|footnotes|index|licen[cs]e|copyright|document history|approval(?: and sign-off)?|sign-?off)\b|^(?:anhang|anhänge|literatur|glossar|annexes?|références|bibliographie|glossaire|referencias|anexos?|glosario|приложени[ея]|литература|附录|附錄|参考文献|術語|术语表|付録|参考資料|用語集|부록|참고 ?문헌|용어집)/iu

/** Whether a section with this heading belongs at the end: appendices, references, history. */
export function isBackMatter(heading: string): boolean {
  const key = parseKey(heading)
  const name = key ? heading.slice(key.range.end + key.close.length) : heading
  const bare = name.replace(/^[*_\s]+/, '')
  return (
    BACK_NAME.test(bare) || HISTORY_NAME.test(bare) || /^(?:appendix|annex)/i.test(key?.label ?? '')
  )
}

/** Whether a section with this name holds a revision history. */
export function isHistoryName(name: string): boolean {
  return HISTORY_NAME.test(name)
}
