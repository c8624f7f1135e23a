/**
 * Replay: everything that an amendment committed is made again from its evidence, and compared.
 *
 * The section is compared where it stands in the spec of today, found by its number, so that later
 * amendments do not break the replay of earlier ones.
 */
import { append } from '../many.ts'
import { readBundle, rereadMeasurements, type Bundle } from '../bundle/index.ts'
import { BundleError } from '../evidence/index.ts'
import { judge, type Judgement } from '../judge/index.ts'
import { readSpec, Refusal } from '../document/index.ts'
import { drawComment } from './comment.ts'
import { DraftError, proposeAmendment } from './draft.ts'
import { collectFigures, noteChanges } from './figures.ts'
import { compareFindings, findingsFile, plotFile } from './findings.ts'
import { amendmentRecord, type AmendmentRecord } from './record.ts'
import { drawSection } from './section/index.ts'
import {
  commentFile,
  compareAround,
  compareComment,
  compareGround,
  compareLedger,
  compareSection,
  compareText,
  decode,
  recordFile,
  type ReplayDifference,
  type ReplayEdit,
} from './replay/compare.ts'
import type { Amendment, AmendmentInput } from './types.ts'

export type { ReplayDifference, ReplayEdit } from './replay/compare.ts'

export interface ReplayInput {
  /** The committed evidence folder: path in it -> bytes. */
  files: ReadonlyMap<string, Uint8Array>
  /** The spec on the base that the amendment was drafted on, where it is at hand. */
  base: string | null
  /** The spec as it stands now. */
  current: string
  sha256: (bytes: Uint8Array) => string
  /** Whether the text must be that of the evidence to the byte; a person's words are welcome else. */
  strict?: boolean
}

export interface ReplayReport {
  equal: boolean
  differences: ReplayDifference[]
  /** What was made again and compared. */
  checked: string[]
  /** What could not be, and why. */
  unchecked: string[]
  /** What a person wrote into it, without touching what rests on evidence. */
  edited: ReplayEdit[]
}

export function replay(input: ReplayInput): ReplayReport {
  const checked: string[] = []
  const unchecked: string[] = []
  const differences: ReplayDifference[] = []
  const edited: ReplayEdit[] = []
  const strict = input.strict ?? false
  const run = (what: string, found: readonly ReplayDifference[]) => {
    checked.push(what)
    append(differences, found)
  }

  const { record, bundle, problems } = read(input)
  run('digests and schemas of the files', problems)
  if (record === undefined || bundle === undefined) {
    unchecked.push('everything else, because the files cannot be trusted')
    return { equal: false, differences, checked, unchecked, edited }
  }
  run('measurements, read from the logs again', reread(bundle))

  const judgement = judge(bundle)
  const drawn = [findingsFile, plotFile].filter((name) => bundle.files.has(name))
  if (drawn.length > 0) run(drawn.join(' and '), compareFindings(bundle, judgement))
  const { folder, ground, origin } = record
  const again = drafted(input.base, bundle, judgement, record)
  const figures = collectFigures()
  const subject = {
    bundle,
    judgement,
    ground: typeof again === 'string' ? ground : again.ground,
    origin,
    folder,
    figures,
  }
  noteChanges(figures, subject.ground)
  const section = drawSection(subject)
  const comment = drawComment(subject)

  run('comment', compareComment(comment, input.files, figures.entries))
  run(
    'figures and what they resolve to',
    compareLedger(record, figures.entries, bundle, input.base),
  )
  if (ground.section !== null) {
    const compared = compareSection(section, ground, input.current, figures.entries, strict)
    run('section', compared.differences)
    append(edited, compared.edited)
  }
  if (typeof again === 'string') {
    unchecked.push(`the scoreboard’s count and the rest of the spec: ${again}`)
  } else {
    run('scoreboard and what else was taken from the base', compareGround(record, again.ground))
    const spec = readSpec(input.current)
    const { from, to } = ground.version ?? {}
    const now = spec.version?.token
    // The version of the base is one that was put back, not one that moved on.
    if (now !== undefined && (now === to || now === from)) {
      const texts = { drawn: again.amendment.text, base: input.base ?? '', current: input.current }
      const compared = strict
        ? { differences: compareText(texts.drawn, texts.current, record.spec.path), edited: [] }
        : compareAround(texts, ground, record.spec.path)
      run('the whole spec', compared.differences)
      append(edited, compared.edited)
    } else {
      unchecked.push(
        `the whole spec, because it has moved on to ${spec.version?.token ?? 'no version'}`,
      )
    }
  }
  return { equal: differences.length === 0, differences, checked, unchecked, edited }
}

interface Read {
  record?: AmendmentRecord
  bundle?: Bundle
  problems: ReplayDifference[]
}

function read({ files, sha256 }: ReplayInput): Read {
  const problems: ReplayDifference[] = []
  const evidence = new Map(
    [...files].filter(([path]) => path !== commentFile && path !== recordFile),
  )
  let bundle: Bundle | undefined
  try {
    bundle = readBundle(evidence, sha256)
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    const { path, what, received, remedy } = error
    problems.push({ what: path, where: path, expected: remedy, found: received ?? what })
  }
  const record = readRecord(files.get(recordFile))
  if (typeof record === 'string') {
    problems.push({
      what: recordFile,
      where: recordFile,
      expected: 'the record that was committed with the amendment',
      found: record,
    })
    return { ...(bundle && { bundle }), problems }
  }
  return { record, ...(bundle && { bundle }), problems }
}

/** The record, or why it cannot be read. */
function readRecord(bytes: Uint8Array | undefined): AmendmentRecord | string {
  if (bytes === undefined) return 'no such file'
  try {
    const parsed = amendmentRecord.safeParse(JSON.parse(decode(bytes)))
    if (parsed.success) return parsed.data
    return parsed.error.issues
      .map(({ path, message }) => `${path.join('.') || '(whole)'}: ${message}`)
      .join('; ')
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}

function reread(bundle: Bundle): ReplayDifference[] {
  return rereadMeasurements(bundle).map(({ id, what }) => {
    const measurement = bundle.evidence.measurements.find((one) => one.id === id)
    return {
      what: `figure ${id}`,
      where: measurement
        ? `${measurement.source.file}:${measurement.source.line}`
        : 'evidence.json',
      expected: 'what the log says',
      found: what,
    }
  })
}

function drafted(
  base: string | null,
  bundle: Bundle,
  judgement: Judgement,
  { origin, spec }: AmendmentRecord,
): { amendment: Amendment; ground: AmendmentRecord['ground'] } | string {
  if (base === null) return 'the base is not at hand'
  const amendment = draftAgain({ bundle, judgement, text: base, origin, spec: spec.id })
  if (typeof amendment === 'string') return amendment
  const file = amendment.files.find(({ path }) => path.endsWith(`/${recordFile}`))
  const { ground } = amendmentRecord.parse(JSON.parse(String(file?.content)))
  return { amendment, ground }
}

/** The amendment, or why that base cannot be the one that it was drafted on. */
function draftAgain(input: AmendmentInput): Amendment | string {
  try {
    return proposeAmendment(input)
  } catch (error) {
    if (error instanceof DraftError || error instanceof Refusal) {
      return `the given base cannot be amended: ${error.message}`
    }
    throw error
  }
}
