/** Badges of the header that show the document's version: `![version](…/badge/version-1.2.0-blue)`. */
import { locate } from './located.ts'
import type { Range } from './range.ts'
import type { Lines, Version } from './types.ts'

/** A dash within a part of such an address is doubled. */
const MESSAGE =
  /\/badge\/(?:(?:spec(?:ification)?|doc(?:ument)?)(?:[ _]|%20))?v(?:er(?:sion)?)?-(?<token>v?\d+(?:\.\d+)*(?:--[0-9A-Za-z.]+)?)-/di
const SHOWN =
  /!\[[^\]\n]*?(?<![\w.])(?<token>v?\d+(?:\.\d+)+(?:-[0-9A-Za-z.]+)?)(?![\w.]*\w)[^\]\n]*\]$/di

export function versionBadges(text: string, lines: Lines, { start, end }: Range): Version[] {
  const found: Version[] = []
  const last = start === end ? 0 : lines.at(end - 1)
  for (let line = lines.at(start); line <= last; line += 1) {
    const range = lines.get(line)
    const content = text.slice(range.start, range.end)
    for (const { index, 0: image, 1: alt = '' } of content.matchAll(/(!\[[^\]]*\])\([^()\s]*\)/g)) {
      const from = range.start + index
      const message = locate(MESSAGE, image, from)
      if (message === null) continue
      found.push({ ...message, line, place: 'badge' })
      const shown = locate(SHOWN, alt, from)
      if (shown !== null && shown.token === plain(message.token)) {
        found.push({ ...shown, line, place: 'badge text' })
      }
    }
  }
  return found
}

/** The version that an address writes with doubled dashes. */
export function plain(token: string): string {
  return token.replaceAll('--', '-')
}

/** A version as the address of a badge writes it. */
export function inAddress(version: string): string {
  return version.replaceAll('-', '--').replaceAll('_', '__')
}
