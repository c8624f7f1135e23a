/** N.1: where it ran, what decided each stage, and the figures that the claims use. */
import type { RootContent } from 'mdast'
import type { Bundle } from '../../bundle/index.ts'
import { onlyReads, tensorFolder, type Diagnostic, type Evidence } from '../../evidence/index.ts'
import { decisionOf } from '../../judge/index.ts'
import type { DivergenceRow, Judgement } from '../../judge/types.ts'
import {
  briefly,
  clip,
  code,
  list,
  paragraph,
  prose,
  sentence,
  strong,
  type Inline,
} from '../../render/markdown/index.ts'
import { firstOf } from '../bounded.ts'
import { isDeclaredEnd } from '../declared-end.ts'
import type { Figures } from '../figures.ts'
import { plural } from '../headline.ts'
import { namedGpus } from '../named-gpus.ts'
import { modelOf } from '../report/model.ts'
import { shownOf } from '../report/shown.ts'
import { stagesShown } from '../report/stages.ts'
import { alikeLines } from './alike.ts'
import { lastLinesOf } from './last-lines.ts'
import { printedTables } from './printed.ts'
import { written } from './reasoning.ts'
import { tableRemarks } from './remarks.ts'
import { restsOn } from './rests-on.ts'
import { showIn } from './show.ts'
import type { Subject } from './subject.ts'

/** Items of a list; the evidence has the rest. */
const shownItems = 8

export function drawEvidence(subject: Subject): RootContent[] {
  const { bundle, judgement, figures, folder } = subject
  const { evidence, investigation } = bundle
  const named = judgement.rows.length > 0 || judgement.hypotheses.length > 0
  return [
    ...written(subject, investigation?.context, 'context'),
    machine(bundle, figures),
    ...compared(judgement, figures),
    ...(named
      ? []
      : firstRuns(evidence).flatMap((one) => printedTables(evidence, one, figures, folder))),
    ...remarks([
      ...tableRemarks(judgement.rows, bundle, figures),
      // With claims, figures that nobody asked for stay in the evidence.
      ...(judgement.hypotheses.length > 0 ? [] : alikeLines(evidence, judgement, figures)),
      ...troubles(evidence, judgement, figures),
      ...warnings(judgement, figures),
    ]),
    ...lastLinesOf(evidence.diagnostics.filter(({ id }) => !isDeclaredEnd(id, judgement))),
    rest(evidence, folder, figures),
  ]
}

/** Where it ran, in one line, and who says so. */
function machine(bundle: Bundle, figures: Figures): RootContent {
  const { evidence } = bundle
  const { status, devices } = evidence.machine.gpu
  const at = 'evidence.json#/machine/gpu/devices/0'
  const [gpu] = devices
  const model = modelOf(evidence).map((fact) => `, ${fact}`)
  const isRead = onlyReads(evidence.diagnostics)
  if (isRead || status !== 'present' || !gpu) {
    const named = namedGpus(bundle)
    const facts = model.join('').replace(',', ';')
    if (isRead) {
      const said =
        named === null ? ' Nothing was run' : ` They name ${named}, which was not checked`
      return paragraph(strong('Read from files.'), prose(said), facts, '.')
    }
    const why = status === 'absent' ? 'No GPU was found' : 'The GPU could not be read'
    const said = named === null ? why : `${why}; the logs name ${named}, which was not checked`
    return paragraph(
      strong(named === null ? 'CPU only.' : 'No GPU here.'),
      prose(` ${said}`),
      facts,
      '.',
    )
  }
  const count = devices.length > 1 ? `${devices.length} × ` : ''
  const driver = gpu.driver === null ? '' : `, driver ${figures.value(gpu.driver, `${at}/driver`)}`
  const memory =
    gpu.memoryMiB === null
      ? ''
      : `, ${figures.value(`${briefly(gpu.memoryMiB)} MiB`, `${at}/memoryMiB`, 'rounded')}`
  const name = figures.value(gpu.name, `${at}/name`)
  return paragraph(`Ran on ${count}${name}${driver}${memory}`, ...model, '.')
}

/** One table for what must be known; the rest of the stages in one row. */
function compared(judgement: Judgement, figures: Figures): RootContent[] {
  const { rows } = shownOf({ ...judgement, hypotheses: [] }, Infinity)
  for (const row of judgement.rows.filter((one) => decisionOf(one))) noteVerdict(row, figures)
  return stagesShown(judgement, rows, showIn(figures))
}

/** What decided every stage is in the ledger, also where the table only counts the stage. */
function noteVerdict(row: DivergenceRow, figures: Figures): void {
  const from = [...restsOn([row]), ...(decisionOf(row)?.from ?? [])]
  if (from.length > 0) figures.sentence(row.cell.text, from, 'verdict')
}

function firstRuns({ diagnostics }: Evidence): Diagnostic[] {
  return diagnostics.filter(({ repeat }) => repeat === undefined)
}

/** Diagnostics that did not end well, and how many lines could not be read. */
function troubles({ diagnostics }: Evidence, judgement: Judgement, figures: Figures): Inline[] {
  const failed = diagnostics.flatMap(({ id, exit }, index): Inline[] => {
    const status = `exit code ${exit.code ?? 'unknown'}`
    const ended = exit.timedOut
      ? 'ran into its time limit and was stopped'
      : exit.signal !== null
        ? `was ended by ${exit.signal}`
        : `ended with ${figures.value(status, `evidence.json#/diagnostics/${index}/exit/code`)}`
    if ((exit.code === 0 && !exit.timedOut) || isDeclaredEnd(id, judgement)) return []
    return [['✗ ', code(id), ` ${ended}; its figures may be incomplete.`]]
  })
  return [...failed, ...unread(diagnostics, figures)]
}

function unread(diagnostics: readonly Diagnostic[], figures: Figures): Inline[] {
  const lines = diagnostics.reduce((sum, { stdout }) => sum + stdout.unread, 0)
  const sample = diagnostics.flatMap(({ stdout }) => stdout.samples)[0]?.raw
  if (lines === 0 || sample === undefined) return []
  const from = diagnostics.flatMap(({ stdout }, index) =>
    stdout.unread > 0 ? [`evidence.json#/diagnostics/${index}/stdout/unread`] : [],
  )
  const count = figures.value(plural(lines, 'line'), from, 'added up')
  return [[`${count} with digits could not be read, such as `, code(clip(sample, 80)), '.']]
}

function remarks(items: readonly Inline[]): RootContent[] {
  return items.length === 0 ? [] : [list(firstOf(items, shownItems))]
}

/** What the judgement warns of, gravest first. */
function warnings({ warnings: all }: Judgement, figures: Figures): Inline[] {
  return all
    .filter((one) => !/ended with exit code|was stopped by|was ended by/.test(one))
    .map((one) =>
      withPaths(sentence(figures.sentence(one, ['evidence.json#/measurements'], 'warning'))),
    )
}

/** Names of logs are code: a dot in them would be escaped where a link could begin. */
function withPaths(text: string): Inline {
  return text
    .split(/(logs\/[\w.-]*\w(?::\d+)?)/)
    .map((piece, at) => (at % 2 === 1 ? code(piece) : prose(piece)))
}

/** Where everything else is. */
function rest(
  { measurements, diagnostics }: Evidence,
  folder: string,
  figures: Figures,
): RootContent {
  if (measurements.length === 0) return paragraph('The logs are in ', code(folder), '.')
  const isOne = measurements.length === 1
  const count = plural(measurements.length, 'measurement')
  const shown = figures.value(count, 'evidence.json#/measurements', 'counted')
  return paragraph(
    isOne ? `${shown} and its log are in ` : `All ${shown} and their logs are in `,
    code(folder),
    onlyReads(diagnostics) ? '.' : `; ${takenFrom(measurements)}.`,
  )
}

/** Who vouches for the figures. */
function takenFrom(measurements: Evidence['measurements']): string {
  const files = measurements.filter(({ source }) => source.file.startsWith(tensorFolder))
  if (files.length === 0) return 'the measured code printed them itself'
  const taken = 'were taken on the runner from tensor files that the measured code wrote'
  return files.length === measurements.length
    ? `they ${taken}`
    : `the measured code printed them itself, but for those that ${taken}`
}
