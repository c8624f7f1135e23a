/** An amendment from an investigation and logs, and its replay. */
import {
  judge,
  proposeAmendment,
  replay,
  type Amendment,
  type Judgement,
} from '../../spec-tools/index.ts'
import { bundleOf, sha256, type RunInput } from './loop.ts'

export interface DraftedRun extends Amendment {
  judgement: Judgement
  /** Lines that are gone, as `- …`, and new ones, as `+ …`. */
  lines: string[]
  /** Where the replay of it differs: nowhere. */
  differences: string[]
}

export function draftOf(text: string, run: RunInput): DraftedRun {
  const bundle = bundleOf(run)
  const judgement = judge(bundle)
  const amendment = proposeAmendment({
    bundle,
    judgement,
    text,
    origin: {
      pullRequest: 1088,
      requestedBy: 'ada',
      base: { ref: 'main', commit: 'f'.repeat(40) },
      verification: null,
    },
  })
  const [, ...evidence] = amendment.files
  const record = evidence.find(({ path }) => path.endsWith('/amendment.json'))?.path ?? ''
  const folder = record.slice(0, -'amendment.json'.length)
  const files = new Map(
    evidence.map(({ path, content }) => [
      path.slice(folder.length),
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  )
  const again = replay({ files, base: text, current: amendment.text, sha256 })
  return {
    ...amendment,
    judgement,
    lines: changedLines(text, amendment.text),
    differences: again.differences.map(({ what, where }) => `${where}: ${what}`),
  }
}

function changedLines(before: string, after: string): string[] {
  const [old, now] = [before, after].map((text) => text.split(/\r?\n/))
  const gone = (from: string[] = [], other: string[] = []) => {
    const left = [...other]
    return from.filter((line) => {
      const at = left.indexOf(line)
      if (at !== -1) left.splice(at, 1)
      return at === -1
    })
  }
  return [
    ...gone(old, now).map((line) => `- ${line}`),
    ...gone(now, old).map((line) => `+ ${line}`),
  ]
}
