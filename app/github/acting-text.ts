/**
 * Text from outside where GitHub acts on text: in the messages of commits, and in titles of pull
 * requests, which become messages when they are squashed. What would skip checks, close an issue, call
 * somebody or pass for a trailer is kept to be read, and broken by a character that is not seen.
 */
const unseen = '\u200b'

/** `[skip ci]` and its relatives, of GitHub and of services beside it. */
const skips = /\[\s*(?:(?:skip|no)[ -]?(?:ci|actions?|checks?|builds?)|(?:ci|actions?)[ -]?skip)/gi
const azure = /\*\*\*\s*NO_CI/gi
/** A keyword that closes what follows: `#1`, `GH-1`, `owner/name#1` or the page of an issue. */
const closes =
  /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=[\s:\p{Cf}]{0,16}(?:[\w.-]{1,40}\/[\w.-]{1,100})?(?:#|GH-|https?:))/giu
/** Trailers that GitHub, Git or we ourselves read. */
const trailers =
  /^([^\S\r\n]*)([A-Za-z-]+-by|skip-checks|Codicil-[\w-]+|Change-Id|Fixes|Closes|Resolves)(?=\s*:)/gim
const mentions = /@(?=[\w-])/g

/** The text as it reads, acting on nothing. The same for a text that was made inert before. */
export function inert(text: string): string {
  return text
    .replace(skips, (skip) => `[${unseen}${skip.slice(1)}`)
    .replace(azure, (skip) => `*${unseen}${skip.slice(1)}`)
    .replace(closes, (word) => broken(word))
    .replace(trailers, (_, space: string, key: string) => `${space}${broken(key)}`)
    .replace(mentions, `@${unseen}`)
}

function broken(word: string): string {
  return `${word.slice(0, 1)}${unseen}${word.slice(1)}`
}
