/**
 * What of a drafted text is bound to its evidence: figures with their signs and units, verdicts,
 * names in code, and how often something is denied. The words between them are a person's to change.
 */

/** The bound parts of a piece of Markdown, in their order. */
export function boundIn(markdown: string): string[] {
  const text = plain(markdown)
  const bound = [...text.matchAll(BOUND)].map(([token]) => token.replaceAll(/\s+/g, ' ').trim())
  const denials = text.match(DENIAL)?.length ?? 0
  return bound.length > 0 && denials > 0 ? [...bound, `(denied ${denials}×)`] : bound
}

const UNIT = String.raw`(?:%|‰|×|x\b|(?:ns|µs|us|ms|s|min|h|Hz|kHz|MHz|GHz|W|kW|V|°C|K|[KMGT]i?B|[kMGT]?FLOPS?|[KMGT]i?B/s|tok/s|tokens/s|it/s|req/s|\p{L}{1,8}/s|elements|ULP|dB|bits?|bytes?)(?![\p{L}\p{N}]))`
const NUMBER = String.raw`(?:[<>≤≥=≠≈~±+−-]\s?)*\d[\d,_]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?:\s?${UNIT})?`
const VERDICT =
  'confirm(?:s|ed)?|refute[sd]?|falsif(?:y|ies|ied)|inconclusive|match(?:es|ed)?|diverg(?:es?|ed|ent|ence|ing)|incomparable|unproven|reproducible|retracted|reinstated|discharged|partial|right|wrong|undecided|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|half|third|twice'
const BOUND = new RegExp(
  String.raw`\x60[^\x60]+\x60|(?<![\p{L}\p{N}.])(?:v(?=\d+\.\d))?${NUMBER}(?:\.\d+)*|\p{Lu}[\p{Lu}\p{N}_-]{2,}(?:\([^()]*\))?|(?i:\b(?:${VERDICT})\b)|[✅❌⏳✓✗]`,
  'gu',
)
const DENIAL = /\b(?:not|no|never|none|nothing|neither|nor|without|cannot)\b|n['’]t\b/giu

/** The words of a piece of Markdown, without escapes and marks of emphasis. */
export function plain(markdown: string): string {
  return markdown
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/\*{1,3}|~~/g, '')
    .replaceAll(/(?<![\p{L}\p{N}`])_{1,2}(?=\S)|(?<=\S)_{1,2}(?![\p{L}\p{N}`])/gu, '')
}

/** The first place at which two lists of bound parts differ. */
export function firstChange(
  expected: readonly string[],
  found: readonly string[],
): { expected: string; found: string } | null {
  const at = Math.max(expected.length, found.length)
  for (let index = 0; index < at; index += 1) {
    if (expected[index] !== found[index]) {
      return { expected: expected[index] ?? '(nothing)', found: found[index] ?? '(nothing)' }
    }
  }
  return null
}
