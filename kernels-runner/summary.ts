/** The step summary: what was run and what it shows. Loaded after the diagnostics. */
import { summary } from '@actions/core'
import { headline, judge, stepSummary } from '../spec-tools/index.ts'
import type { RunResult } from './run.ts'

/**
 * Judges the evidence and shows it on the page of the workflow run.
 *
 * @returns What it shows, in one line.
 */
export async function writeSummary({ evidence, investigation }: RunResult): Promise<string> {
  const judgement = judge({ evidence, investigation })
  if (process.env['GITHUB_STEP_SUMMARY']) {
    await summary.addRaw(stepSummary(evidence, judgement)).write()
  }
  return headline(evidence, judgement)
}
