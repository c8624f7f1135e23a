/**
 * Counts in badges: the message of `![…](https://img.shields.io/badge/verified-3%2F10-orange)`, of
 * badgen.net and of progress-bar services, and `<progress value="3" max="10">`.
 */
import { figureOf } from '../figure.ts'
import type { Reading } from '../types.ts'
import type { Words } from './words.ts'

const BLANK = String.raw`(?:%20|_|\s)*`
const FRACTION = String.raw`(?<part>\d{1,6})${BLANK}(?:%2F|/|out${BLANK}of|of)${BLANK}(?<all>\d{1,6})`
const SHARE = String.raw`(?<percent>\d{1,3}(?:\.\d{1,3})?)(?:%20|_)?%25`
const MESSAGE = String.raw`(?<=[-/=])(?:${FRACTION}(?:${BLANK}\(${SHARE.replace('percent', 'share')}\))?|${SHARE})(?=[-/&?]|$)`
const ELEMENT = /<progress\b[^<>]*?\bvalue=["']?(?<part>\d+)["']?[^<>]*?\bmax=["']?(?<all>\d+)/dgi

/** An address, with brackets in pairs. */
export const ADDRESS = /https?:\/\/(?:[^\s()"'<>]|\([^\s()]*\))+/g

/** Readings of the badges of a text. `from` is where the text starts in the document. */
export function readBadges(text: string, from: number, words: Words): Reading[] {
  if (!/https?:|<progress/i.test(text)) return []
  const elements = [...text.matchAll(ELEMENT)].map((match) =>
    readingOf(match, 0, from, { of: 'done', worded: false }),
  )
  const badges = [...text.matchAll(ADDRESS)].flatMap(({ 0: url, index }) =>
    [...url.matchAll(messageOf(url))].map((match) =>
      readingOf(match, index, from, subjectOf(url, words)),
    ),
  )
  return [...elements, ...badges]
}

/** Where an address holds its message; none in one that is no badge. */
function messageOf(url: string): RegExp {
  if (/\/(?:badge|static)\b|badge[./]/i.test(url)) return new RegExp(MESSAGE, 'dgiu')
  return /progress/i.test(url) ? /(?<=\/)(?<percent>\d{1,3})(?=\/?(?:\?|$))/dg : /(?!)/dg
}

/** Badges about a status whose message is not read. */
export function unreadBadges(text: string, words: Words): string[] {
  return (text.match(ADDRESS) ?? []).filter(
    (url) =>
      /\/(?:badge|static)\b|badge[./]/i.test(url) &&
      subjectOf(url, words).worded &&
      /\d/.test(decoded(url).replace(/.*\/(?:badge|v1)/, '')) &&
      !messageOf(url).test(url),
  )
}

interface Subject {
  of: 'done' | 'open'
  worded: boolean
}

function subjectOf(url: string, words: Words): Subject {
  // As a reader sees it: `_`, `%20` and `--` are what they stand for.
  const shown = decoded(url).replaceAll(/[_\-/=?&]/g, ' ')
  const says = (word: string) => new RegExp(word, 'iu').test(shown)
  const [done, open] = [says(words.done), says(words.open)]
  return { of: open && !done ? 'open' : 'done', worded: done || open }
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

function readingOf(
  match: RegExpExecArray,
  index: number,
  from: number,
  { of, worded }: Subject,
): Reading {
  const number = (group: string) => figureOf(match, group, from + index)
  const [part, percent] = [number('part'), number('percent') ?? number('share')]
  const start = index + match.index
  return {
    from: start,
    to: start + match[0].length,
    done: of === 'done' ? part : null,
    open: of === 'open' ? part : null,
    all: number('all'),
    percents: percent ? [{ of, figure: percent }] : [],
    bars: [],
    ordered: true,
    worded,
  }
}
