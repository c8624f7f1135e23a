/**
 * Makes text from outside safe to look at: what cannot be seen is spelt out, what would act is
 * parted with a space.
 */

/**
 * Characters without a shape of their own: controls, bidirectional and zero-width ones, lone
 * surrogates, line separators, fillers and tags. `\r\n`, `\n` and tab are let through by `visible`.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** A variation selector that only picks between the text and the colour form of a sign. */
const signWithSelector = /(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]/gu

/**
 * Text with every unseen character as `U+202E`. Line feeds and tabs stay, `\r\n` becomes `\n`; a
 * lone carriage return is spelt out, because a terminal would let it overwrite the line.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(signWithSelector, '')
    .replaceAll(unseen, (character) =>
      character === '\n' || character === '\t' ? character : codePoint(character),
    )
}

/** `visible`, on one line: every run of white space is one blank. */
export function oneLine(text: string): string {
  return visible(text).replaceAll(/\s+/gu, ' ')
}

/**
 * For places that know no Markdown (commit messages, titles, check titles): one line in which a
 * mention, an issue reference or a link is parted by a visible blank: `@ team`, `# 12`, `http: //`.
 */
export function plain(text: string): string {
  return oneLine(text)
    .replaceAll(/[@#](?=[\p{L}\p{N}_-])/gu, '$& ')
    .replaceAll(/\b(gh-)(?=\d)/giu, '$1 ')
    .replaceAll('://', ': //')
    .replaceAll(/\b(www\.|mailto:|xmpp:)(?=\S)/giu, '$1 ')
    .trim()
}

/** The text with a full stop, unless it ends a sentence already. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** The first `limit` characters, never half of a surrogate pair; `…` marks what was cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  const end = limit - 1
  const high = text.charCodeAt(end - 1)
  return `${text.slice(0, high >= 0xd800 && high <= 0xdbff ? end - 1 : end)}…`
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
}
