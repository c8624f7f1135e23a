/** Values that a log prints where a number could stand. */

const nan = /^[+-]?nan(?:\([\w ]*\))?$|^-?1\.#(?:QNAN|IND)$/i
const infinite = /^([+-]?)(?:inf|infinity|∞)$|^(-?)1\.#INF$/i
const absent = /^(?:null|none|nil|n\/a|undefined|missing|-|--|—)$/i

/** The number that a word is, `null` for a value said to be absent, else undefined. */
export function wordValue(word: string): number | null | undefined {
  if (nan.test(word)) return NaN
  const infinity = infinite.exec(word)
  if (infinity !== null) return (infinity[1] ?? infinity[2]) === '-' ? -Infinity : Infinity
  return absent.test(word) ? null : undefined
}
