/**
 * Outcomes that a title states: `refutes §28`, `H1 confirmed, H2 refuted`. Purposes (`to confirm`),
 * questions and what was so before (`the previously refuted …`) state none.
 */

export interface Statement {
  outcome: 'CONFIRMED' | 'REFUTED'
  /** `not confirmed`, `does not refute`. */
  negated: boolean
  /** `partly refuted`: of some of the claims. */
  partly: boolean
  /** Ids of claims and `§28` that it is about; all claims where there are none. */
  about: string[]
}

const stems = {
  CONFIRMED: String.raw`confirm(?:s|ed)?|best[aä]tigt|confirmée?s?|confirmad[oa]s?|подтвержд\p{L}*|证实|証明|확인됨`,
  REFUTED: String.raw`refute[sd]?|falsif(?:y|ies|ied)|disprove[sdn]?|widerlegt|réfutée?s?|infirmée?s?|refutad[oa]s?|опроверг\p{L}*|证伪|推翻|反証|반증됨`,
}

const STATED = new RegExp(
  String.raw`(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{N}_-])(?:(?<CONFIRMED>${stems.CONFIRMED})|(?<REFUTED>${stems.REFUTED}))(?![\p{Script=Latin}\p{Script=Cyrillic}\p{N}_-])`,
  'giu',
)
/** What makes a purpose, a possibility or a memory of it, right in front or earlier in its clause. */
const NO_OUTCOME =
  /\b(?:to|or|whether|if|can|could|may|might|will|would|shall|should|must|unless|until|previously|earlier|formerly|once|already)\b[^;:.—–]*$/i
const NEGATED =
  /(?:\b(?:not|never|neither|no|cannot|nicht|non|pas|не)|n['’]t|未|没有)\s*(?:yet\s+|been\s+|be\s+)?$/iu
const PARTLY = /\b(?:partly|partially|in part|half|some)\s*$/i
const BASE_FORM = /^(?:confirm|refute|falsify|disprove)$/i

/** @param ids of the claims, as the investigation has them */
export function statedIn(title: string, ids: readonly string[]): Statement[] {
  if (/[?？]\s*$/.test(title)) return []
  const found = [...title.matchAll(STATED)]
  return found.flatMap((match, at): Statement[] => {
    const [word] = match
    const from = at === 0 ? 0 : endOf(found[at - 1])
    const before = title.slice(from, match.index)
    const after = title.slice(endOf(match), found[at + 1]?.index)
    // The first word of a title is an order: `Confirm the layout`.
    if (NO_OUTCOME.test(before) || (BASE_FORM.test(word) && before.trim() === '')) return []
    const active = /(?:s|y)$|^(?:confirm|refute|disprove)$/i.test(word)
    const [near, far] = active ? [after, before] : [before, after]
    const own = namesIn(near, ids)
    return [
      {
        outcome: match.groups?.['CONFIRMED'] === undefined ? 'REFUTED' : 'CONFIRMED',
        negated: NEGATED.test(before),
        partly: PARTLY.test(before),
        about: own.length > 0 || active ? own : namesIn(far, ids),
      },
    ]
  })
}

function endOf(match: RegExpExecArray | undefined): number {
  return match === undefined ? 0 : match.index + match[0].length
}

function namesIn(text: string, ids: readonly string[]): string[] {
  const sections = [...text.matchAll(/(?:§\s?|\b(?:section|sec\.)\s)(\d[\w.]*\w|\d)/giu)]
  return [
    ...ids.filter((id) =>
      new RegExp(String.raw`(?<![\w-])${RegExp.escape(id)}(?![\w-])`, 'u').test(text),
    ),
    ...sections.map(([, number]) => `§${number}`),
  ]
}
