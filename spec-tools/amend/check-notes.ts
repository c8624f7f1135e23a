/** What came out of each hypothesis, for the line of the investigation that declares it. */
import type { Bundle } from '../bundle/index.ts'
import { investigationFolder } from '../evidence/index.ts'
import type { HypothesisOutcome, Judgement } from '../judge/types.ts'
import { clip, oneLine } from '../render/markdown/index.ts'
import { readYaml, type Yaml } from '../settings/index.ts'

/** A note of the check beside a line of a file at the measured commit; plain text. */
export interface CheckNote {
  path: string
  /** From 1. */
  line: number
  level: 'notice' | 'warning'
  title: string
  message: string
}

/** GitHub takes 50 in a call. */
const most = 50

const outcomes: Readonly<Record<HypothesisOutcome, Pick<CheckNote, 'level' | 'title'>>> = {
  CONFIRMED: { level: 'notice', title: 'confirmed' },
  REFUTED: { level: 'warning', title: 'refuted' },
  INCONCLUSIVE: { level: 'notice', title: 'open' },
}

export function notesOf(
  { evidence, files }: Pick<Bundle, 'evidence' | 'files'>,
  { hypotheses }: Pick<Judgement, 'hypotheses'>,
): CheckNote[] {
  const { investigation } = evidence
  const bytes = investigation && files.get(investigation.file)
  if (!investigation || !bytes) return []
  const yaml = readYaml(new TextDecoder().decode(bytes))
  const path = `${investigationFolder}/${investigation.slug}.yml`
  return hypotheses.slice(0, most).map(({ id, claim, outcome, reason }) => {
    const { level, title } = outcomes[outcome]
    const message = clip(oneLine(`${claim} ${reason}`), 1000)
    return { path, line: lineOf(yaml, id), level, title: `${id}: ${title}`, message }
  })
}

/** Hypotheses stand in a list or by their ids; one that is not found stands where they begin. */
function lineOf(yaml: Yaml, id: string): number {
  const { hypotheses } = (yaml.value ?? {}) as { hypotheses?: unknown }
  if (!Array.isArray(hypotheses)) return yaml.placeOfKey(['hypotheses'], id).line
  const at = hypotheses.findIndex((one: unknown) =>
    typeof one === 'string'
      ? one.startsWith(`${id}:`)
      : typeof one === 'object' && one !== null && (Object.hasOwn(one, id) || idOf(one) === id),
  )
  return yaml.placeOf(at < 0 ? ['hypotheses'] : ['hypotheses', at]).line
}

function idOf(hypothesis: object): unknown {
  return 'id' in hypothesis ? hypothesis.id : null
}
