/** The tables of EleutherAI's lm-evaluation-harness: a value and its standard error for each metric. */
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { markdownTable } from './markdown.ts'
import { isNumeral } from './numerals.ts'

export const lmEval: Format = {
  name: 'lm-eval',
  source:
    'EleutherAI/lm-evaluation-harness lm_eval/utils.py and lm_eval/evaluator.py (make_table), 0.3 (2022) to 0.4.9 (2025)',
  read(lines, at) {
    if (!/^\| *(?:Tasks?|Groups?) *\|/.test(lines[at]!)) return null
    const table = markdownTable(lines, at)
    if (table === null) return null
    const column = (name: string) => table.header.indexOf(name)
    const [metric, value, stderr] = [column('Metric'), column('Value'), column('Stderr')]
    const names = table.header.filter((name) => name !== '')
    const twice = new Set(names).size < names.length
    // `±` stands in a column without a name, right before the standard error.
    const sign = stderr > 0 && table.header[stderr - 1] === '' ? stderr - 1 : -1
    if (metric < 0 || value < 0 || stderr < 0 || sign < 0 || twice || sign === metric + 1)
      return null
    const block = new Block()
    let task = ''
    for (const { at: row, cells } of table.rows) {
      // The metrics of a task follow its first row, which alone names it.
      if (cells[0] !== '') task = cells[0]!.replace(/^ *- */, '')
      const [name, printed, error] = [cells[metric]!, cells[value]!, cells[stderr]!]
      if (task === '' || name === '' || !isNumeral(printed)) {
        block.unread(row, 'not a task, a metric and a value')
        continue
      }
      const labels = Object.fromEntries(
        table.header.flatMap((head, nth) =>
          head !== '' && nth > 0 && ![metric, value, stderr].includes(nth) && cells[nth] !== ''
            ? [[head, cells[nth]!]]
            : [],
        ),
      )
      const filter = labels['Filter']
      const under = filter === undefined || filter === 'none' ? [task] : [task, filter]
      block.figure(row, printed, name, 'value', { under, labels })
      if (cells[sign] === '±' && isNumeral(error)) {
        block.figure(row, error, name, 'stderr', { under, labels })
      } else if (/\d/.test(error)) block.unread(row, 'a standard error without its sign')
    }
    for (const broken of table.broken) block.unread(broken, 'not as many cells as columns')
    return block.empty ? null : block.to(table.end)
  },
}
