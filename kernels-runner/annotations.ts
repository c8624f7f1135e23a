/** Notes beside lines of code, on the page of the workflow run. Loaded after the diagnostics. */
import { error } from '@actions/core'
import {
  annotationsOf,
  lineOfDiagnostic,
  type Annotation,
  type Judgement,
} from '../spec-tools/index.ts'
import { FileRefusal, readRegularFile } from './files.ts'
import type { RunResult } from './run.ts'

/** GitHub shows this many notes of one level for a step. */
const most = 10
const mostSource = 4 * 1024 * 1024
/** How much of a log's end is searched for a place, in bytes. */
const searched = 64 * 1024

export interface Places {
  /** Path of the settings in the repository. */
  settings: string
  /** Checkout of the pull request. */
  source: string
}

/** Writes the notes of a run as commands to the runner. */
export async function annotate(
  result: RunResult,
  judgement: Judgement,
  places: Places,
): Promise<void> {
  for (const note of annotationsOf(result.evidence, judgement, most)) {
    const { title, message } = note
    error(message, { title, ...(await placeOf(note, result, places)) })
  }
}

async function placeOf({ diagnostic, failed }: Annotation, result: RunResult, places: Places) {
  if (diagnostic === null) return {}
  const printed = failed ? await printedPlace(diagnostic, result, places.source) : undefined
  const settings = new TextDecoder().decode(result.files.get('settings.yml'))
  const inSettings = { file: places.settings, startLine: lineOfDiagnostic(settings, diagnostic) }
  return printed ?? inSettings
}

/**
 * The last `file:line` that a diagnostic printed and that is a line of a regular file of the checkout.
 * A program prints what it likes; what leads elsewhere is passed over.
 */
async function printedPlace(id: string, { evidence, files }: RunResult, source: string) {
  const logs = evidence.diagnostics
    .filter((one) => one.id === id)
    .flatMap(({ stdout, stderr }) => [stderr.file, stdout.file])
  for (const file of logs) {
    const text = new TextDecoder().decode(files.get(file)?.subarray(-searched))
    const found = [...text.matchAll(place)].slice(-20).toReversed()
    for (const [, path = '', line = ''] of found) {
      if (Number(line) <= (await linesOf(source, path)))
        return { file: path, startLine: Number(line) }
    }
  }
  return undefined
}

/** `src/attention.rs:120`; the checkout's own path was taken out of the logs. */
const place =
  /(?<![\w./\\-])(?:<source>\/|\.\/)?((?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.\w{1,8}):([1-9]\d{0,6})(?!\d)/g

/** How many lines a file of the checkout has; 0 where it is no regular file in there. */
async function linesOf(source: string, path: string): Promise<number> {
  try {
    const bytes = await readRegularFile(source, path, mostSource, 'hostile')
    return bytes.toString('latin1').replace(/\n$/, '').split('\n').length
  } catch (problem) {
    if (problem instanceof FileRefusal) return 0
    throw problem
  }
}
