/** `nvidia-smi -q`: `key : value` below headings that are told by their indentation, and its XML. */
import { isAbsent } from './blanks.ts'
import { Block } from './block.ts'
import type { Format } from './format.ts'
import { quantityOf } from './numerals.ts'
import { xmlDocument } from './xml.ts'

export const nvidiaSmiQ: Format = {
  name: 'nvidia-smi-q',
  source: 'nvidia-smi -q; https://docs.nvidia.com/deploy/nvidia-smi',
  read(lines, at) {
    if (!/^={14}NVSMI LOG={14}\s*$/.test(lines[at]!)) return null
    const block = new Block()
    const open: { indent: number; label: string }[] = []
    let gpu: Record<string, string> = {}
    let end = at + 1
    for (let next = end; next < lines.length; next++) {
      const line = lines[next]!
      if (line.trim() === '') continue
      const indent = line.search(/\S/)
      const pair = /^\s*(\S.*?)\s+: (.*)$/.exec(line)
      if (pair === null ? !isHeading(line, indent) : indent === 0 && !top.test(line)) break
      end = next + 1
      while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop()
      const [, key, value] = pair ?? []
      if (pair === null || (key === 'Process ID' && indented(lines[next + 1], indent))) {
        const label = pair === null ? line.trim() : `${key!} ${value!.trim()}`
        if (/^GPU [\dA-F]/i.test(label)) gpu = {}
        open.push({ indent, label })
      } else {
        if (key === 'Product Name') gpu = { [key]: value!.trim() }
        const under = open.map(({ label }) => label)
        take(block, next, key!, value!.trim(), under, gpu)
      }
    }
    return block.empty ? null : block.to(end)
  },
}

/** Lines that stand at the edge; any other is of another program. */
const top =
  /^(?:Timestamp|Driver Version|CUDA Version|KMD Version|Attached (?:GPUs|Units)|HIC Count|Unit Count|GPU [\dA-F]+:)/i

function isHeading(line: string, indent: number): boolean {
  if (indent === 0) return /^GPU [\dA-F]+:[\dA-F:.]+\s*$/i.test(line)
  return indent % 4 === 0 && /^\s*[A-Za-z][\w ./()-]*$/.test(line)
}

function indented(line: string | undefined, indent: number): boolean {
  return line !== undefined && line.search(/\S/) > indent
}

/** Numbers that are names or settings of the hardware. */
const identifier =
  /(?:\bP?ID\b|Number|Version|\bUUID\b|Address|Bus\b|Device\b|Domain|Serial|Buffer Size|Attached GPUs|Board|Object|\bClass(?:code)?\b|\bIndex\b|Current Pending|Minor)/i

function take(
  block: Block,
  at: number,
  key: string,
  value: string,
  under: string[],
  labels: Record<string, string>,
): void {
  const quantity = quantityOf(value)
  if (quantity === null || isAbsent(value)) return
  const { printed, unit } = quantity
  if (unit === null ? identifier.test(key) : !units.test(unit)) return
  block.figure(at, printed, key, 'value', { under, unit, labels })
}

const units = /^(?:%|[CWVJ]|mW|mV|[kKMG]?Hz|[KMGT]?i?B(?:\/s)?|[KMG]bps|us|ms|s|x|FPS|pages?)$/

export const nvidiaSmiXml: Format = {
  name: 'nvidia-smi-xml',
  source:
    'nvidia-smi -q -x, nvsmi_device_v11.dtd and v12; https://docs.nvidia.com/deploy/nvidia-smi',
  read(lines, at) {
    const document = xmlDocument(lines, at, /^<nvidia_smi_log>/)
    if (document === null) return null
    const block = new Block()
    const open: string[] = []
    const labels: Record<string, string> = {}
    for (const event of document.events) {
      if (event.kind === 'open') {
        const id = event.attributes.get('id')?.text
        open.push(id === undefined ? event.name : `GPU ${id}`)
      } else if (event.kind === 'close') open.pop()
      else if (event.kind === 'text' && event.text.trim() !== '') {
        const value = event.text.trim()
        const key = open.at(-1)!
        if (key === 'product_name') labels[key] = value
        const plain = key.replaceAll('_', ' ')
        // What it could run at is no reading.
        if (!open.includes('supported_clocks'))
          take(block, event.line, plain, value, open.slice(1, -1), { ...labels })
      }
    }
    return block.empty ? null : block.to(document.end)
  },
}
