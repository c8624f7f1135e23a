/** CTRF: the common JSON format of test reports. */
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { itemsOf, jsonBeginning, member, wordsOf } from './json-document.ts'

export const ctrf: Format = {
  name: 'ctrf',
  source: 'https://ctrf.io/docs/specification/root, schema 0.0.0 (2024) to 1.0 (2026)',
  read(lines, at) {
    const document = jsonBeginning(
      lines,
      at,
      /^\{"reportFormat":"CTRF"|^\{(?:"\$schema":"[^"]*",)?"results":\{"tool":\{/,
    )
    const results = member(document?.root, 'results')
    const summary = member(results, 'summary')
    const tests = itemsOf(member(results, 'tests'))
    if (document === null || summary?.kind !== 'object') return null
    const tool = wordsOf(member(member(results, 'tool'), 'name'))
    const under = tool === null ? [] : [tool]
    const block = new Block()
    for (const [key, node] of summary.members) {
      // Start and stop are points in time.
      if (node.kind !== 'number' || key === 'start' || key === 'stop') continue
      const unit = key === 'duration' ? 'ms' : null
      block.figure(node.line - 1, node.printed, `summary ${key}`, 'value', { under, unit })
    }
    for (const test of tests) {
      const name = wordsOf(member(test, 'name')) ?? ''
      const status = member(test, 'status')
      const duration = member(test, 'duration')
      const said = wordsOf(status)
      if (name === '') continue
      const labels = { ...(said !== null && { status: said }) }
      if (duration?.kind === 'number') {
        const details = { under, unit: 'ms', labels }
        block.figure(duration.line - 1, duration.printed, `${name} duration`, 'value', details)
      }
      if (status !== undefined && (said === 'failed' || said === 'passed'))
        block.claim(status.line - 1, `${said === 'failed' ? 'FAILED' : 'PASSED'} ${name}`)
    }
    return block.to(document.end)
  },
}
