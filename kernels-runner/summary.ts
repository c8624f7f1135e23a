/** What a run shows, on its page: the step's summary and notes. Loaded after the diagnostics. */
import { summary } from '@actions/core'
import { comparedTensors, headline, judge, stepSummary } from '../spec-tools/index.ts'
import { annotate, type Places } from './annotations.ts'
import type { RunResult } from './run.ts'

/**
 * Judges the evidence and shows it on the page of the workflow run.
 *
 * @returns What it shows, in one line.
 */
export async function writeSummary(result: RunResult, places: Places): Promise<string> {
  const { evidence, investigation, files } = result
  const judgement =
    result.judgement ?? judge({ evidence, investigation, tensors: comparedTensors(files), files })
  await annotate(result, judgement, places)
  if (process.env['GITHUB_STEP_SUMMARY']) {
    await summary.addRaw(stepSummary(evidence, judgement)).write()
  }
  return headline(evidence, judgement)
}
