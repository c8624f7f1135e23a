/** N.1: where it ran, what was compared, and what each diagnostic printed. */
import type { RootContent } from 'mdast'
import type { Bundle } from '../../bundle/index.ts'
import type { Diagnostic, Evidence, Gpu } from '../../evidence/index.ts'
import {
  clip,
  code,
  divergenceNotes,
  divergenceTable,
  list,
  paragraph,
  prose,
  sentence,
  strong,
  type Inline,
} from '../../render/markdown/index.ts'
import type { CheckedClaim, DivergenceRow, Judgement } from '../../judge/types.ts'
import { firstOf, tellingRows } from '../bounded.ts'
import type { Figures } from '../figures.ts'
import { plural } from '../headline.ts'
import { lastLinesOf } from './last-lines.ts'
import { printedTables } from './printed.ts'
import { restsOn } from './rests-on.ts'
import type { Subject } from './subject.ts'

/** Rows of the divergence table, and items of a list; the evidence has the rest. */
const shownStages = 256
const shownItems = 32
/** Characters of a quotation. */
const quoted = 200

export function drawEvidence({ bundle, judgement, figures, folder }: Subject): RootContent[] {
  const { evidence } = bundle
  return [
    ...machine(evidence, figures),
    ...comparison(bundle, judgement, figures),
    ...evidence.diagnostics.flatMap((diagnostic, index) => [
      diagnosticLine(diagnostic, index, figures),
      // What the first run printed; the table above has the range of all.
      ...(diagnostic.repeat === undefined
        ? [
            ...printedTables(evidence, diagnostic, figures, folder),
            ...claims(judgement, diagnostic, figures),
          ]
        : []),
    ]),
    ...lastLinesOf(evidence.diagnostics),
    ...warnings(judgement, figures),
  ]
}

/** Where it ran, and who says so. */
export function machine({ machine: host }: Evidence, figures: Figures): RootContent[] {
  const at = 'evidence.json#/machine'
  const cpus = figures.value(plural(host.cpus, 'CPU'), `${at}/cpus`)
  const where = `${host.os}, ${host.arch}, ${cpus}`
  const { status, devices, detail } = host.gpu
  if (status === 'present') {
    const gpus = devices.map((gpu, index) =>
      describeGpu(gpu, `${at}/gpu/devices/${index}`, figures),
    )
    return [paragraph(`Ran on ${gpus.join('; ')} (${where}; ${host.vouch}).`)]
  }
  const why = status === 'absent' ? 'No GPU was found' : 'The GPU could not be read'
  return [
    paragraph(
      strong('CPU only.'),
      ` ${why} (${where}; ${host.vouch}). The probe answered: `,
      code(clip(detail, quoted)),
      '.',
    ),
  ]
}

function describeGpu(gpu: Gpu, at: string, figures: Figures): string {
  const facts = [
    gpu.driver && `driver ${figures.value(gpu.driver, `${at}/driver`)}`,
    gpu.memoryMiB && `${figures.value(gpu.memoryMiB, `${at}/memoryMiB`)} MiB`,
    gpu.memoryUsedMiB && `${figures.value(gpu.memoryUsedMiB, `${at}/memoryUsedMiB`)} MiB in use`,
    gpu.temperatureC && `${figures.value(gpu.temperatureC, `${at}/temperatureC`)} °C`,
    gpu.smClockMHz && `SM clock ${figures.value(gpu.smClockMHz, `${at}/smClockMHz`)} MHz`,
  ].filter((fact) => fact !== null && fact !== 0)
  return `${figures.value(gpu.name, `${at}/name`)}${facts.length > 0 ? `, ${facts.join(', ')}` : ''}`
}

function comparison(bundle: Bundle, judgement: Judgement, figures: Figures): RootContent[] {
  const rows = tellingRows(judgement.rows, shownStages)
  const compared = divergenceTable(judgement, (quantity) => figures.quantity(quantity), rows)
  if (compared === undefined) return []
  const left = judgement.rows.length - rows.length
  for (const row of rows) {
    figures.sentence(row.cell.text, restsOn([row]), 'verdict')
    if (row.floor) figures.sentence(row.floor.text, floorOrigin(row, bundle), row.floor.origin)
    if (row.bound) figures.sentence(row.bound, restsOn([row]), 'declared by the diagnostic')
    for (const text of row.repeats ?? []) figures.sentence(text, restsOn([row]), 'measured')
  }
  const { candidate, reference } = judgement.sides
  return [
    paragraph(
      `Compared stage by stage, candidate `,
      code(candidate),
      ' / reference ',
      code(reference),
      '. ',
      prose(figures.sentence(judgement.first.text, restsOn(judgement.rows), 'verdict')),
    ),
    compared,
    ...(left > 0
      ? [
          paragraph(
            `${figures.value(plural(left, 'stage'), 'evidence.json#/measurements', 'counted')} more.`,
          ),
        ]
      : []),
    ...divergenceNotes(judgement, (quantity) => figures.quantity(quantity)),
  ]
}

/** A declared floor stands in the investigation, any other follows from the figures of its row. */
function floorOrigin(row: DivergenceRow, { investigation }: Bundle): string[] {
  if (row.floor?.origin !== 'declared') return restsOn([row])
  const stage = investigation?.stages.findIndex(({ id, floor }) => id === row.stage && floor) ?? -1
  return [`investigation#${stage === -1 ? '' : `/stages/${stage}`}/floor/relative_l2`]
}

function diagnosticLine(diagnostic: Diagnostic, index: number, figures: Figures): RootContent {
  const { id, repeat = 0, device, seconds, exit, stdout } = diagnostic
  const at = `evidence.json#/diagnostics/${index}`
  const where = device === 'gpu' ? 'with the GPU' : 'on the CPU'
  const unread =
    stdout.unread > 0
      ? [
          ` ${figures.value(plural(stdout.unread, 'line'), `${at}/stdout/unread`)} with digits could not be read, such as `,
          code(clip(stdout.samples[0]?.raw ?? '', quoted)),
          '.',
        ]
      : []
  return paragraph(
    strong(code(id)),
    ...(repeat > 0 ? [` (${figures.value(`run ${repeat + 1}`, `${at}/repeat`, 'counted')})`] : []),
    ` ran ${where} for ${figures.value(seconds.toFixed(1), `${at}/seconds`, 'rounded')} s, `,
    ended(exit, at, figures),
    ' Its figures are self-reported.',
    ...unread,
  )
}

function ended(
  { code: status, signal, timedOut }: Diagnostic['exit'],
  at: string,
  figures: Figures,
): string {
  if (timedOut) return 'ran into its time limit and was stopped.'
  if (signal !== null) return `was ended by ${signal}.`
  return `exit code ${figures.value(status ?? 'unknown', `${at}/exit/code`)}.`
}

/** What the judgement warns of, gravest first. */
function warnings({ warnings: all }: Judgement, figures: Figures): RootContent[] {
  if (all.length === 0) return []
  const from = ['evidence.json#/measurements']
  return [
    paragraph('To be read with it:'),
    list(
      firstOf(
        all.map((warning) => prose(figures.sentence(warning, from, 'warning'))),
        shownItems,
      ),
    ),
  ]
}

/** Verdicts that a log prints about itself; the recomputed one stands beside each. */
function claims(
  { claims: checked }: Judgement,
  { stdout, stderr }: Diagnostic,
  figures: Figures,
): RootContent[] {
  const own = checked.filter(({ source }) => [stdout.file, stderr.file].includes(source.file))
  return own.length === 0
    ? []
    : [
        list(
          firstOf(
            own.map((claim) => describeClaim(claim, figures)),
            shownItems,
          ),
        ),
      ]
}

function describeClaim({ text, follows, reason, source }: CheckedClaim, figures: Figures): Inline {
  const judged = {
    yes: 'which follows from its figures',
    no: 'which does not follow from its figures',
    'cannot tell': 'which its figures do not decide',
  }[follows]
  return [
    'The log says ',
    code(clip(text, quoted)),
    ` (line ${source.line}), ${judged}: `,
    prose(sentence(figures.sentence(reason, ['evidence.json#/claims'], 'verdict'))),
  ]
}
