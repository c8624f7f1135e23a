/** Diagnostics that run nothing: they hand on a log that is a file already. */
import type { Diagnostic } from './schema.ts'

const CAT =
  /^cat\s+(?:--\s+)?(?:'(?<quoted>[^']*)'|(?<plain>[^\s'"$`\\;|&<>()*?[\]{}~#!-][^\s'"$`\\;|&<>()*?[\]{}!]*))$/

/** The command that hands on a file as it is. */
export function commandFor(file: string): string {
  return `cat -- '${file.replaceAll("'", String.raw`'\''`)}'`
}

/** The file that a diagnostic only reads; null for one that runs something. */
export function fileReadBy({ command }: Pick<Diagnostic, 'command'>): string | null {
  const { quoted, plain } = CAT.exec(command.trim())?.groups ?? {}
  return quoted ?? plain ?? null
}

/** Whether nothing was run at all. */
export function onlyReads(diagnostics: readonly Pick<Diagnostic, 'command'>[]): boolean {
  return diagnostics.length > 0 && diagnostics.every((one) => fileReadBy(one) !== null)
}
