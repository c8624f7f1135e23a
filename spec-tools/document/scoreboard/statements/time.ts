/** Whether a count speaks of today, or of an aim, a condition, a day or a version. */
import type { Spec } from '../../types.ts'

/** Words of conditions, aims and other times: such a count is not one of today. */
const OTHER_TIME =
  /\b(?:targets?|goals?|aims?|must|should|shall|when|whenever|once|until|unless|if|requires?|required|needs?|at least|at most|minimum|maximum|threshold|expected|planned|before|after|was|had|previously|formerly|initially|earlier|since|as of|would|will|from|ziel|muss|soll|mindestens|objectif|doit|debe|цель)\b|[≥≤<>→]|->|目标|目標|必须|以前/iu

const SEPARATOR = /[.;!?。](?:\s|$)|\s[·|•]\s/g

/**
 * Why a count is not one of today; null for one that is.
 *
 * @param text the line without addresses and tags, and where the count stands in it
 */
export function otherTime(
  text: string,
  { from, to }: { from: number; to: number },
  { version }: Pick<Spec, 'version'>,
): string | null {
  const breaks = [...text.matchAll(SEPARATOR)].map(({ index }) => index)
  const start = breaks.findLast((at) => at < from) ?? -1
  const end = breaks.find((at) => at >= to) ?? text.length
  const sentence = `${text.slice(start + 1, from)} ${text.slice(to, end)}`
  if (OTHER_TIME.test(sentence)) return 'it may speak of an aim, a condition or another time'
  if (/\b\d{4}-\d{2}(?:-\d{2})?\b/.test(sentence)) return 'it speaks of a day'
  const versions = sentence.match(/\bv?\d+\.\d+(?:\.\d+)+\b|\bv\d+(?:\.\d+)*\b/gi) ?? []
  const own = version?.token.replace(/^v/i, '')
  return versions.every((one) => one.replace(/^v/i, '') === own) ? null : 'it speaks of a version'
}
