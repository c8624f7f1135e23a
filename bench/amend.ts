/**
 * A whole amendment (read, place, splice, verify) against parse + stringify by remark on the same
 * documents, in one process, alternating; and how the cost grows with size.
 *
 * node bench/amend.ts
 */
import { remark } from 'remark'
import remarkGfm from 'remark-gfm'
import { amendBytes, decodeSpec } from '../spec-tools/amend/bytes.ts'
import { readSpec } from '../spec-tools/document/index.ts'
import { probeIntent } from '../test/corpus/probe.ts'
import { corpusIsHere, realSpecs } from '../test/corpus/shared.ts'

const ROUNDS = 5
const HEAD = '# Spec\n\n**Document ID:** SPEC-1\n**Version:** 2.74.0\n\n'

showGrowth()
if (corpusIsHere) compareOnRealSpecs()
else console.log('The shared corpus is not here: only generated documents were measured.')

function compareOnRealSpecs(): void {
  console.log('document                                     KiB   remark ms   amend ms   ratio')
  const ratios: number[] = []
  for (const { file, bytes } of realSpecs()) {
    const { text } = decodeSpec(bytes)
    const intent = probeIntent(readSpec(text))
    const theirs: number[] = []
    const ours: number[] = []
    let refused = false
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(time(() => remark().use(remarkGfm).processSync(text)))
      ours.push(
        time(() => {
          try {
            amendBytes(bytes, intent)
          } catch {
            refused = true
          }
        }),
      )
    }
    const ratio = fastest(theirs) / fastest(ours)
    if (!refused) ratios.push(ratio)
    console.log(
      `${file.slice(0, 42).padEnd(42)} ${kib(text.length)} ${ms(fastest(theirs), 11)} ${ms(fastest(ours), 10)} ${ratio.toFixed(0).padStart(7)}x${refused ? '  (refused)' : ''}`,
    )
  }
  ratios.sort((one, other) => one - other)
  console.log(
    `amended: smallest ratio ${ratios[0]?.toFixed(0)}x, median ${median(ratios).toFixed(0)}x\n`,
  )
}

/** The same sections again and again, and one of lines that are tens of KB long. */
function showGrowth(): void {
  console.log('generated            KiB   amend ms   ns a character')
  for (const [name, document] of [
    ['many sections', manySections],
    ['long lines', longLines],
    ['one long table', longTable],
  ] as const) {
    for (const size of [250_000, 500_000, 1_000_000, 2_000_000, 4_000_000]) {
      const text = document(size)
      const bytes = new TextEncoder().encode(text)
      const intent = probeIntent(readSpec(text))
      const runs = Array.from({ length: ROUNDS }, () => time(() => amendBytes(bytes, intent)))
      const best = fastest(runs)
      console.log(
        `${name.padEnd(16)} ${kib(text.length)} ${ms(best, 10)} ${((best * 1e6) / text.length).toFixed(1).padStart(10)}`,
      )
    }
  }
}

function manySections(size: number): string {
  const section = (number: number) =>
    `## ${number}. Title of it\n\nText with \`code\` and [a link](#1-title-of-it).\n\n| A | B |\n|---|---|\n| 1 | x \\| y |\n\n\`\`\`rust\nlet a = 1;\n\`\`\`\n\n`
  return fill(size, section)
}

function longLines(size: number): string {
  const words = 'a line that runs for tens of kilobytes, §28.4 and **bold** and `code`, '
  return fill(size, (number) => `## §${number}. Title\n\n${words.repeat(500)}\n\n`)
}

function longTable(size: number): string {
  const row = (number: number) =>
    `| ${number} | FALSIFY-SHIP-${number} | **(PARTIAL)** | a \\| b |\n`
  return `${fill(size, (number) => (number === 1 ? '## 1. All\n\n| # | Id | State | Note |\n|---|---|---|---|\n' : row(number)))}`
}

function fill(size: number, part: (number: number) => string): string {
  const parts = [HEAD]
  let length = HEAD.length
  for (let number = 1; length < size; number += 1) {
    const next = part(number)
    parts.push(next)
    length += next.length
  }
  return parts.join('')
}

function time(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** The machine may be busy: the fastest round says most about the work itself. */
function fastest(values: number[]): number {
  return Math.min(...values)
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}

function kib(characters: number): string {
  return (characters / 1024).toFixed(0).padStart(6)
}

function ms(value: number, width: number): string {
  return value.toFixed(1).padStart(width)
}
