/**
 * What a reader of a known format is. It is strict: a line that does not fit the format is told
 * unread and never guessed, and what its table says is read by the names of its columns.
 */
import type { Facts } from '../../evidence/facts.ts'

export interface Format {
  /** The name that settings give as `format:`, such as `llama-bench-md`. */
  name: string
  /** Program, version and file or page that the reader was written from. */
  source: string
  /**
   * Reads the block of this format that begins at `lines[at]`.
   *
   * @param lines the whole log: decoded, without line ends, control sequences and logger prefixes
   * @returns null unless a signature that cannot be met by accident begins at this very line
   */
  read(lines: readonly string[], at: number): FormatBlock | null
}

/** A run of lines that a format has taken; the general reader does not see them. */
export interface FormatBlock {
  /** Index of the first line after the block; greater than where it began. */
  end: number
  figures: FormatFigure[]
  /** Verdicts that lines of the block print about themselves: PASS, FAIL. */
  claims: { line: number; text: string }[]
  /** Lines with a figure that was not read, and why in a few words. */
  unread: { line: number; reason: string }[]
}

export interface FormatFigure {
  /** Line that it stands on, from 1: its index in `lines` plus 1. */
  line: number
  /** As it stands there, digit for digit, without unit and without padding. */
  printed: string
  /** What was measured: the operation, benchmark, kernel or metric; never empty. */
  name: string
  /** Headings and groups that it stands under, from outside in. */
  under: string[]
  /** The side that the line itself names, if any. */
  side: string | null
  /** `mean`, `std`, `min`, `max`, `median`, `p99`, `max_abs_diff`, `rms_diff`, `nmse`, `value`, … */
  statistic: string
  /** As the format states it: `ms`, `t/s`, `GB/s`, `%`; null if it states none. */
  unit: string | null
  /** Count that the figure was taken over, only where the format says so; null otherwise. */
  n: number | null
  /** What its row says of it in words: column or key -> text as printed (test, model, backend). */
  labels: Readonly<Record<string, string>>
  /** Facts that the format states: batch, dtype, shape, and so on. */
  facts?: Facts
}
