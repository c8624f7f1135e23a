/** bandwidthTest of the CUDA samples: tables by size of transfer, and the CSV of `--csv`. */
import { wordsRow } from './blanks.ts'
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { isNumeral, numeral } from './numerals.ts'

export const bandwidthTest: Format = {
  name: 'bandwidth-test',
  source: 'NVIDIA/cuda-samples bandwidthTest.cu: its table and its CSV lines',
  read(lines, at) {
    const line = lines[at]!
    if (!banner.test(line) && !direction.test(line) && !csv.test(line)) return null
    const block = new Block()
    let under: string[] = []
    let memory: string | null = null
    let end = at
    for (let next = at; next < lines.length; next++) {
      const text = lines[next]!
      const heading = direction.exec(text)
      const transfers = /^ (PINNED|PAGEABLE|WRITE-COMBINED PINNED) Memory Transfers\s*$/.exec(text)
      const header = headerOf(text)
      if (heading !== null) under = [heading[1]!]
      else if (transfers !== null) memory = transfers[1]!
      else if (header !== null && under.length > 0) {
        next =
          takeRows(block, lines, next + 1, header, memory === null ? under : [...under, memory]) - 1
      } else if (/^Result = (?:PASS|FAIL)\s*$/.test(text)) {
        block.claim(next, text)
        return block.to(next + 1)
      } else if (!takeCsv(block, text, next) && !known.test(text)) {
        if (text.trim() !== '') break
        continue
      }
      end = next + 1
    }
    return block.empty ? null : block.to(end)
  },
}

const banner = /^\[CUDA Bandwidth Test\] - Starting\.\.\.\s*$/
const direction = /^ ((?:Host|Device) to (?:Host|Device)) Bandwidth, \d+ Device\(s\)\s*$/
const known =
  /^(?:\[CUDA Bandwidth Test\]|Running on\.\.\.| Device \d+: | (?:Quick|Range|Shmoo) Mode| Device|\.+\s*$|NOTE: The CUDA Samples are not meant)/
const csv = new RegExp(
  `^bandwidthTest-(\\S+), Bandwidth = (${numeral}) (MB/s|GB/s), Time = (${numeral}) (s|ms), Size = (\\d+) bytes, NumDevsUsed = (\\d+)\\s*$`,
)

/** `Transfer Size (Bytes)   Bandwidth(GB/s)` -> the columns and their units, in their order. */
function headerOf(line: string): { name: string; unit: string }[] | null {
  if (!/Transfer Size \(Bytes\)/.test(line) || !/Bandwidth\s?\([MG]B\/s\)/.test(line)) return null
  const columns = line
    .trim()
    .split(/(?:\t|\s{2,})+/)
    .map((column) => /^(\S.*?)\s?\(([^)]+)\)$/.exec(column))
  if (columns.some((column) => column === null)) return null
  return columns.map((column) => ({ name: column![1]!, unit: column![2]! }))
}

/** @returns index of the first line after the rows */
function takeRows(
  block: Block,
  lines: readonly string[],
  from: number,
  header: { name: string; unit: string }[],
  under: string[],
): number {
  const size = header.findIndex(({ name }) => name === 'Transfer Size')
  let at = from
  for (; at < lines.length && /^\s+[\d.]/.test(lines[at]!); at++) {
    const cells = wordsRow(lines[at]!, header.length)
    if (cells === null || !cells.every(isNumeral)) {
      block.unread(at, 'not a number for each column')
      continue
    }
    const labels = { [`${header[size]!.name} (${header[size]!.unit})`]: cells[size]! }
    for (const [nth, { name, unit }] of header.entries()) {
      if (nth === size) continue
      const place = [...under, `${cells[size]!} ${header[size]!.unit}`]
      block.figure(at, cells[nth]!, name, 'value', { under: place, unit, labels })
    }
  }
  return at
}

function takeCsv(block: Block, line: string, at: number): boolean {
  const found = csv.exec(line)
  if (found === null) return false
  const [, kind, bandwidth, unit, time, timeUnit, size, devices] = found
  const under = [kind!, `${size!} bytes`]
  const labels = { Size: size!, NumDevsUsed: devices! }
  block.figure(at, bandwidth!, 'Bandwidth', 'value', { under, unit: unit!, labels })
  block.figure(at, time!, 'Time', 'value', { under, unit: timeUnit!, labels })
  return true
}
