/** `codicil inspect --spec`: what was learnt about how a spec is written. */
import {
  decodeSpec,
  describeScoreboard,
  readScoreboard,
  readSpec,
  type Finding,
  type Overrides,
  type Statuses,
} from '../spec-tools/index.ts'
import type { Input } from './command.ts'

/** Prints each finding with the line that shows it; a document that must not be amended says why. */
export function inspectSpec(
  bytes: Uint8Array,
  name: string,
  {
    json,
    out,
    style,
    statuses,
  }: { json: boolean; out: Input['out']; style: Overrides; statuses: Statuses },
): number {
  const { text, invalidLine } = decodeSpec(bytes)
  const spec = readSpec(text, style)
  const findings: Finding[] = [
    ...(invalidLine === null
      ? []
      : [
          {
            topic: 'encoding',
            finding: 'not UTF-8; bytes are kept as they are',
            line: invalidLine,
          },
        ]),
    ...spec.style.findings,
  ]
  const scoreboard = describeScoreboard(readScoreboard(spec, statuses))
  const { sectionLevel, numbering, order } = spec.style
  out(
    json
      ? `${JSON.stringify({ spec: name, sectionLevel, numbering, order, findings, scoreboard }, null, 2)}\n`
      : [...findings, ...scoreboard.findings].map((one) => findingLine(name, one)).join(''),
  )
  return 0
}

function findingLine(name: string, { topic, finding, line }: Finding): string {
  return `${line === null ? name : `${name}:${line}`}: ${topic}: ${finding}\n`
}
