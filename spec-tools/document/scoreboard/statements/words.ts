/** Patterns for the status words of a document, as prose writes them. */
import type { Criterion, Statuses } from '../types.ts'

export interface Words {
  /** Sources of regular expressions, to be used with the flags `iu`. */
  done: string
  open: string
}

/** Emphasis, code and brackets that may stand around a word or a number. */
export const EMPHASIS = '[*_`~]{0,3}'

/** The words of the settings with the qualifiers that the document gives them, and its symbols. */
export function wordsOf({ done, open }: Statuses, criteria: readonly Criterion[]): Words {
  const marks = (standing: Criterion['standing']) =>
    new Set(
      criteria
        .filter((one) => one.standing === standing)
        .flatMap(({ cell }) => symbolsOf(cell.text)),
    )
  const [ofDone, ofOpen] = [marks('done'), marks('open')]
  return {
    done: source(
      done,
      [...ofDone].filter((mark) => !ofOpen.has(mark)),
    ),
    open: source(
      open,
      [...ofOpen].filter((mark) => !ofDone.has(mark)),
    ),
  }
}

/** Pictures such as `✅` and `⏳`, each with its variation selector. */
export function symbolsOf(text: string): string[] {
  return text.match(/\p{Extended_Pictographic}\uFE0F?/gu) ?? []
}

function source(word: string, marks: readonly string[]): string {
  const symbols = marks.map((mark) => RegExp.escape(mark)).join('|')
  const bare = word.replaceAll(/\p{Extended_Pictographic}\uFE0F?/gu, '').trim()
  const written = String.raw`(?<![\p{L}\p{N}_-])${RegExp.escape(bare === '' ? word : bare)}(?:_[A-Z0-9_]+)?(?![\p{L}\p{N}_])`
  const before = symbols === '' ? '' : `(?:(?:${symbols})\\s?)?`
  const alone = symbols === '' ? '' : `|(?:${symbols})`
  return `(?:${EMPHASIS}\\(?${before}${EMPHASIS}${written}${EMPHASIS}\\)?${alone})`
}

/** What a percentage or a bar without a status word speaks of. */
export const PROGRESS =
  '(?:overall |total )?(?:progress|completion|complete(?:d|ness)?|done|scoreboard|fortschritt|avancement|progression|progreso|прогресс|готовность|进度|進度|完成度|完成率|進捗|진행률)'

/** The row of a table that adds up the others. */
export const SUM_NAME =
  /^[*_\s]*(?:(?:sum|totals?|overall|all|gesamt|summe|insgesamt|somme|suma|всего|итого)(?![\p{L}\p{N}])|Σ|合计|合計|总计|總計|計$|合计|합계|총계)/iu

export const PROGRESS_NAME = new RegExp(PROGRESS, 'iu')
