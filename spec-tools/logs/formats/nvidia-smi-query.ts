/** CSV of nvidia-smi: `--query-gpu`, `--query-compute-apps` and the like, with the head they print. */
import { isAbsent, labelsOf } from './blanks.ts'
import { Block } from './block.ts'
import { csvRow } from './csv.ts'
import type { Format } from './format.ts'
import { isNumeral, quantityOf } from './numerals.ts'

export const nvidiaSmiQuery: Format = {
  name: 'nvidia-smi-query',
  source:
    'nvidia-smi --query-gpu, --query-compute-apps and --query-retired-pages; https://docs.nvidia.com/deploy/nvidia-smi',
  read(lines, at) {
    const columns = headOf(lines[at]!)
    if (columns === null) return null
    const block = new Block()
    let end = at + 1
    for (; end < lines.length; end++) {
      const line = lines[end]!
      if (line === lines[at]) continue
      const cells = csvRow(line, names(columns))
      if (cells === null || !fits(columns, cells)) {
        if (cells === null || !cells.some((cell) => isAbsent(cell) || quantityOf(cell))) break
        block.unread(end, 'a row that does not fit the columns of its head')
        continue
      }
      takeRow(block, end, columns, cells)
    }
    return block.to(end)
  },
}

interface Column {
  name: string
  /** `[MiB]` behind the name; rows have it at each figure unless `nounits` was asked for. */
  unit: string | null
}

const names = (columns: readonly Column[]) => columns.map(({ name }) => name)

/** Columns that say what was asked, when, and of which device. */
const told =
  /^(?:timestamp|index|count|name|gpu_(?:name|bus_id|serial|uuid)|uuid|serial|pid|process_name|vgpu_instance|driver_version|vbios_version|pstate|pci\.(?!.*(?:throughput|replay)).*|compute_(?:cap|mode)|compute_cap|[a-z_.]*mode(?:\.\w+)?|accounting\.buffer_size|display_\w+|inforom\..*|gom\..*|retired_pages\.address|driver_model\..*|fabric\..*|addressing_mode|.*_reasons\..*|gsp\.mode\..*|addressing_mode|product.*|board.*|platform\..*)$/
/** Columns that only nvidia-smi has: one of them is what a head is known by. */
const own =
  /^(?:utilization\.\w+|memory\.(?:total|used|free|reserved)|temperature\.(?:gpu|memory)(?:\.\w+)?|power\.(?:draw|limit|max_limit|min_limit|default_limit)(?:\.\w+)?|enforced\.power\.limit|clocks(?:\.\w+)+|clocks_\w+_reasons\.\w+|fan\.speed|pcie\.link\.\w+(?:\.\w+)*|ecc\.errors(?:\.\w+)+|encoder\.stats\.\w+|retired_pages\.\w+(?:\.\w+)?|used_gpu_memory|gpu_util|mem_util|max_memory_usage|remapped_rows\.\w+|module\.power\.\w+)$/

function headOf(line: string): Column[] | null {
  if (!/^[a-z]/.test(line) || line.length > 4096) return null
  const columns = line.split(',').map((cell) => {
    const parts = /^ ?([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)(?: \[([A-Za-z%/]+)\])?\s*$/.exec(cell)
    return parts === null ? null : { name: parts[1]!, unit: parts[2] ?? null }
  })
  if (!columns.every((column) => column !== null)) return null
  const known = columns.filter(({ name }) => own.test(name))
  const sure = known.some(({ name, unit }) => name.includes('.') || unit !== null)
  const twice = new Set(names(columns)).size < columns.length
  return sure && !twice ? columns : null
}

/** Whether each cell is what its column may hold. */
function fits(columns: readonly Column[], cells: readonly string[]): boolean {
  return columns.every(({ name, unit }, nth) => {
    const cell = cells[nth]!
    if (isAbsent(cell)) return true
    if (name === 'timestamp') return /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/.test(cell)
    if (told.test(name) || !own.test(name)) return true
    const quantity = quantityOf(cell)
    if (quantity === null) return unit === null
    return quantity.unit === null || unit === quantity.unit
  })
}

function takeRow(block: Block, at: number, columns: readonly Column[], cells: string[]): void {
  const isFigure = (name: string, cell: string) =>
    !told.test(name) && quantityOf(cell) !== null && !cell.startsWith('0x')
  const labels = labelsOf(
    names(columns),
    cells,
    (name, nth) => !isFigure(name, cells[nth]!) && !isAbsent(cells[nth]!),
  )
  const gpu = ['index', 'pci.bus_id', 'gpu_bus_id', 'uuid', 'gpu_uuid', 'name', 'gpu_name']
    .map((key) => labels[key])
    .find((label) => label !== undefined)
  const under = [
    ...(gpu === undefined ? [] : [`GPU ${gpu}`]),
    ...[labels['process_name'] ?? labels['pid']].filter((one) => one !== undefined),
  ]
  for (const [nth, { name, unit }] of columns.entries()) {
    const cell = cells[nth]!
    if (!isFigure(name, cell)) continue
    const { printed, unit: stated } = quantityOf(cell)!
    if (stated !== null && unit === null && !isNumeral(cell)) continue
    block.figure(at, printed, name, 'value', { under, unit: stated ?? unit, labels })
  }
}
