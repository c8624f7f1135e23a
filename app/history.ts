/**
 * The one comment of a pull request: what its newest request says, and folded beneath it what stood
 * there before, newest first. Each part says whose it is and how long, so that the comment can be
 * taken up again by whoever remembers nothing: parts that are recorded are written anew, others are
 * kept as they stand where nobody changed them. With a secret each part is signed for its place, so that
 * nobody who may edit comments can write one that counts as ours.
 */
import { createHmac, hash } from 'node:crypto'
import { byteLength, commentLimits } from '../spec-tools/index.ts'

/** A request as the comment shows it. */
export interface Shown {
  request: string
  /** The commit that it is for. */
  sha: string
  /** When it was asked for, ISO 8601. */
  asked: string
  /** Markdown. */
  text: string
}

export interface Composed {
  body: string
  /** It holds parts that are recorded nowhere else, and is to be read before it is written. */
  holdsMore: boolean
}

/**
 * @param recorded Requests of the pull request, at least one.
 * @param there The comment as it stands; null where it holds nothing else than what is recorded.
 * @param secret Known to the app alone; null where it has none.
 */
export function composed(
  pullRequest: number,
  recorded: readonly Shown[],
  there: string | null,
  secret: string | null = null,
): Composed {
  const sum: Sum = (part) => (secret === null ? sumOf(part) : signed(secret, pullRequest, part))
  const old = there === null ? nothing : partsOf(there, sum)
  const known = new Set(recorded.map(({ request }) => request))
  const others = old.parts.filter(({ request }) => !known.has(request))
  const [newest, ...earlier] = [...recorded, ...others].sort(newestFirst)
  if (!newest) throw new Error(`Nothing is to be said on pull request ${pullRequest}.`)
  const notes = new Set(old.notes)
  if (old.spoilt.some((request) => !known.has(request))) notes.add(changed)
  const head = `${header(newest, sum, `pull-request=${pullRequest} `)}${newest.text}`
  const folded = earlier.map((one) => {
    const text = one.text.replace(stale, '').trimEnd()
    return `${summary(one)}${header({ ...one, text }, sum)}${text}${partEnd}`
  })
  const whole = (parts: readonly string[]) =>
    parts.length + notes.size === 0
      ? head
      : `${head}${historyStart}${parts.join('')}${[...notes].join('')}</details>`
  while (folded.length > 0 && !fits(whole(folded))) {
    folded.pop()
    notes.add(leftOut)
  }
  return {
    body: whole(folded),
    holdsMore: others.length + old.notes.length > 0 || notes.has(changed),
  }
}

/** Characters that the parts around a comment's text take. */
export const around = 640

/** Whether a comment is the one of a pull request, or one of those that older versions wrote. */
export function isOf(pullRequest: number, body: string): boolean {
  return body.startsWith(`<!-- codicil pull-request=${pullRequest} `) || older.test(body)
}

const older = /^<!-- codicil request=ev-[0-9a-f]{24} -->\n/

/** When the request was asked for that a comment shows; null where it does not say. */
export function askedIn(body: string): string | null {
  return /^<!-- codicil pull-request=\d+ [^>]*\basked=(\S+) /.exec(body)?.[1] ?? null
}

/** Of two that were asked for at once, any order that is always the same. */
function newestFirst(a: Shown, b: Shown): number {
  return Date.parse(b.asked) - Date.parse(a.asked) || (a.request < b.request ? -1 : 1)
}

function fits(body: string): boolean {
  return body.length <= commentLimits.characters && byteLength(body) <= commentLimits.bytes
}

function header(part: Shown, sum: Sum, of = ''): string {
  const { request, sha, asked, text } = part
  const held = `length=${text.length} sum=${sum(part)}`
  return `<!-- codicil ${of}request=${request} commit=${sha} asked=${asked} ${held} -->\n`
}

const headerPattern =
  /<!-- codicil (?:pull-request=\d+ )?request=(ev-[0-9a-f]{24}) commit=([0-9a-f]{40}) asked=(\d[\d:.TZ-]{18,22}Z) length=(\d{1,5}) sum=([0-9a-f]{16}(?:[0-9a-f]{16})?) -->\n/y

/** What a part is held against: 16 or 32 hex digits. */
type Sum = (part: Shown) => string

function sumOf({ text }: Shown): string {
  return hash('sha256', text).slice(0, 16)
}

/** It counts for this pull request, request, commit and time, and nowhere else. */
function signed(secret: string, pullRequest: number, part: Shown): string {
  const { request, sha, asked, text } = part
  const whole = ['codicil comment', pullRequest, request, sha, asked, text].join('\n')
  return createHmac('sha256', secret).update(whole).digest('hex').slice(0, 32)
}

const historyStart = '\n\n<details><summary>Earlier requests</summary>\n\n'

function summary({ sha, asked }: Shown): string {
  const when = `${asked.slice(0, 10)}, ${asked.slice(11, 16)} UTC`
  return `<details><summary>For <code>${sha.slice(0, 12)}</code>, asked for on ${when}</summary>\n\n`
}
const summaryPattern =
  /<details><summary>For <code>[0-9a-f]{12}<\/code>, asked for on [\d-]{10}, [\d:]{5} UTC<\/summary>\n\n/y

const partEnd = '\n\n</details>\n\n'

const leftOut = 'Older ones are left out, because a comment has room for 65,536 characters.\n\n'
const changed =
  'Something here was changed by hand and is left out; GitHub shows it as an earlier version of this ' +
  'comment.\n\n'

/** What a new head makes of the evidence is said by the part above it. */
const stale = /^\*\*Stale:\*\* .*\n?\n?/m

interface Parts {
  parts: Shown[]
  notes: string[]
  /** Requests of parts that were changed; empty where that cannot be told. */
  spoilt: string[]
}
const nothing: Parts = { parts: [], notes: [], spoilt: [] }

/** What is not exactly as it was written was changed by somebody. */
function partsOf(body: string, sumOfPart: Sum): Parts {
  if (older.test(body)) return nothing
  const { parts, notes, spoilt }: Parts = { parts: [], notes: [], spoilt: [] }
  let at = 0
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(body)
    if (found) at = pattern.lastIndex
    return found
  }
  const readPart = (end: string) => {
    const [, request = '', sha = '', asked = '', length = '', sum = ''] = skip(headerPattern) ?? []
    const text = body.slice(at, at + Number(length))
    const after = at + text.length
    const part = { request, sha, asked, text }
    if (sum === sumOfPart(part) && (after === body.length || body.startsWith(end, after))) {
      parts.push(part)
      at = after + end.length
      return
    }
    spoilt.push(request)
    const next = body.indexOf(end, at)
    at = next < 0 ? body.length : next + end.length
  }
  readPart(historyStart)
  if (at >= body.length) return { parts, notes, spoilt }
  while (skip(summaryPattern)) readPart(partEnd)
  for (const note of [leftOut, changed]) {
    if (!body.startsWith(note, at)) continue
    notes.push(note)
    at += note.length
  }
  if (body.slice(at) !== '</details>') spoilt.push('')
  return { parts, notes, spoilt }
}
