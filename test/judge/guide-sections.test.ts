/** The section, or the change in place, that comes of each investigation of the guide. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { doc } from '../amend/amended.ts'
import { draftOf } from '../amend/drafted.ts'

const guide = readFileSync(join(import.meta.dirname, '../../docs/guide.md'), 'utf8')
const chapter = guide.slice(guide.indexOf('### Ten investigations'))
const examples = new Map(
  [...chapter.matchAll(/\*\*([^*]+)\.\*\*\n\n```yaml\n([^]*?)```/g)]
    .slice(0, 10)
    .map(([, name = '', text = '']) => [name, text]),
)

const bench = (pp: string, tg: string) =>
  [
    '| model         |     size |  params | backend | ngl |  test |             t/s |',
    '| ------------- | -------: | ------: | ------- | --: | ----: | --------------: |',
    `| llama 7B Q4_0 | 3.56 GiB |  6.74 B | CUDA    |  99 | pp512 |  ${pp} ± 1.00 |`,
    `| llama 7B Q4_0 | 3.56 GiB |  6.74 B | CUDA    |  99 | tg128 |   ${tg} ± 0.40 |`,
    '',
  ].join('\n')

const spec = doc(
  '# Engine',
  '',
  '**Version:** 1.4.0',
  '',
  '## 4. Memory',
  '',
  'It takes at most 8 GiB.',
  '',
  '| Model            | Status |',
  '| ---------------- | ------ |',
  '| qwen2.5-coder-7b | fail   |',
  '',
  '## 28. Q4_K',
  '',
  'It differs.',
)

const criteria = doc(
  '',
  '## 29. Criteria',
  '',
  '| Id | Status |',
  '|---|---|',
  '| FALSIFY-SHIP-007 | PARTIAL |',
)

const refutation = [
  'Q-out comparison (F32 vs Q4K):',
  '  n: 3584',
  '  Q-out F32: n=3584, mean=-0.003912, std=0.260898',
  '  Q-out Q4K: n=3584, mean=-0.003911, std=0.260890',
  '  Q-out: n=3584 relative_l2=0.0026',
  '',
].join('\n')

function drafted(name: string, logs: Readonly<Record<string, string>>, text = spec) {
  const investigation = examples.get(name)
  if (investigation === undefined) throw new Error(`the guide has no example "${name}"`)
  const { section, lines, differences, version } = draftOf(text, { investigation, logs })
  expect(differences).toEqual([])
  return { text: section.markdown, lines, raised: version?.to }
}

describe('the section of an investigation of the guide', () => {
  it.each([
    ['A refutation', { probe: refutation }, 'Measured: 0.26 % ≤ 5 %.'],
    [
      'Throughput of two builds',
      { old: bench('2368.00', '100.00'), new: bench('2370.00', '131.42') },
      'Measured: tg128(new) 131.4 ± 0.40 t/s, tg128(old) 100 ± 0.40 t/s: 1.31 ≥ 1.3.',
    ],
    [
      'Spread of a latency',
      { bench: 'latency: mean=12.5 ms std=0.3 ms p99=13.1 ms\n' },
      'Measured: 13.1 ms < 15 ms.',
    ],
    [
      'A series with a plateau',
      { train: 'step,loss\n1000,3.1000\n4000,1.9010\n4500,1.9000\n5000,1.8990\n' },
      'Measured: 0.105 % < 0.5 % (3 points, 1.8990 to 1.9010).',
    ],
    [
      'A table of gains',
      { bench: 'size,device,latency\n4,cuda,0.18\n4,cpu,20.1\n8,cuda,0.30\n8,cpu,40.1\n' },
      '| 8 | 40.1 | 0.30 | 134 |',
    ],
    ['Equal texts', { new: 'the cat\n', old: 'the cat\n' }, 'Measured: the same.'],
    [
      'Exit codes',
      { parity: 'done\n' },
      'Measured: parity ended with exit code 0, seconds(parity) 0.25 s',
    ],
  ])('of %s has at most 40 lines, and what was measured', (name, logs, measured) => {
    const { text, raised } = drafted(name, logs)
    expect(text).toContain(measured)
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
    expect(raised).toBe('1.5.0')
  })

  it('of a row that is flipped says so once', () => {
    const { text, lines } = drafted(
      'A row that is flipped',
      { bench: 'throughput: 38.5 tok/s\n' },
      spec + criteria,
    )
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
    expect(text.match(/`FALSIFY-SHIP-007`/g)).toHaveLength(1)
    expect(lines).toContain('+ | FALSIFY-SHIP-007 | DISCHARGED |')
  })
})

describe('the change in place of an investigation of the guide', () => {
  it('of a scoreboard is one cell', () => {
    const rows = Array.from({ length: 11 }, (_, index) => `g${index},PASS,0.9`)
    const { text, lines } = drafted('A scoreboard of a run', {
      gates: `gate,status,score\n${rows.join('\n')}\n`,
    })
    expect(text).toBe('')
    expect(lines).toEqual([
      '- **Version:** 1.4.0',
      '- | qwen2.5-coder-7b | fail   |',
      '+ **Version:** 1.4.1',
      '+ | qwen2.5-coder-7b | pass   |',
    ])
  })

  it('of a paragraph holds the measured figure', () => {
    const { lines } = drafted('A correction of a paragraph', { probe: 'peak_memory: 9.25 GiB\n' })
    expect(lines).toEqual([
      '- **Version:** 1.4.0',
      '- It takes at most 8 GiB.',
      '+ **Version:** 1.4.1',
      '+ It takes 9.25 GiB.',
    ])
  })
})
