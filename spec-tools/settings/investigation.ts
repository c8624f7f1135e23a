/**
 * An investigation, `.codicil/investigations/<slug>.yml` in the pull request that asks for evidence:
 * what is to be learnt, declared and hashed before the first diagnostic starts.
 *
 * Types and the published JSON Schema (`docs/reference/investigation.schema.json`) are derived from
 * here.
 */
import { z } from 'zod'
import { facts } from '../evidence/facts.ts'

const text = z.string().min(1).max(4096)
const name = z.string().min(1).max(128)
const sectionNumber = z.union([z.int().min(0).transform(String), z.string().min(1).max(32)])

/** Picks measurements out of a bundle; every part that is given must hold. */
const selector = z.strictObject({
  diagnostic: name.optional(),
  under: text.optional().meta({
    description:
      'Text that a heading above the figure contains; a number at its end is a whole one.',
  }),
  layer: z.int().min(0).optional().meta({
    description: 'The layer that the figure, its stage or the nearest heading states.',
  }),
  stage: name.optional().meta({ description: 'The stage as the log names it; default: the id.' }),
})

const sideOfStage = selector.extend({
  name: name.optional().meta({ description: 'Overrides the name of the side for this stage.' }),
  assert: facts.optional().meta({
    description: 'Facts that the log does not print; shown as asserted wherever they are used.',
  }),
})

const floor = z.strictObject({
  relative_l2: z.number().min(0),
  because: text.optional(),
})

const stage = z.strictObject({
  id: name,
  candidate: sideOfStage.prefault({}),
  reference: sideOfStage.prefault({}),
  pair: selector.optional().meta({
    description: 'Where the log prints figures of the pair, such as max |diff|.',
  }),
  after: z.array(name).optional().meta({
    description: 'Stages that this one is computed from; default: the one before it in the list.',
  }),
  floor: floor.optional(),
})

const named = selector.extend({
  stage: name,
  side: z.enum(['candidate', 'reference', 'pair']).optional().meta({
    description: 'Given: a figure of a judged stage. Absent: a figure as the log printed it.',
  }),
  metric: z.string().min(1).max(64),
  unit: z.string().max(32).optional(),
  over: z.literal('median').optional().meta({
    description: 'How several runs become one figure; judged by their range, from five runs on.',
  }),
})

const flip = z.strictObject({
  row: name.meta({ description: 'Id of the criterion, such as FALSIFY-SHIP-001.' }),
  to: name.meta({ description: 'The status that the verdict gives it.' }),
  on: z.enum(['CONFIRMED', 'REFUTED']).default('CONFIRMED'),
})

const hypothesis = z.strictObject({
  id: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/),
  claim: text,
  section: sectionNumber.optional().meta({ description: 'The section that made the claim.' }),
  confirm: text.meta({ description: 'CEL predicate over the named measurements.' }),
  refute: text.meta({ description: 'CEL predicate; must not overlap with confirm.' }),
  inconclusive: text.optional().meta({ description: 'What to do when neither holds.' }),
  flips: z.array(flip).max(64).default([]),
})

const stageOrId = z.union([name.transform((id) => ({ id })), z.unknown()]).pipe(stage)

export const investigation = z.strictObject({
  title: z.string().min(1).max(200),
  spec: name.optional().meta({ description: 'Id of the spec; may be left out if there is one.' }),
  refutes: z.array(sectionNumber).max(32).default([]).meta({
    description: 'Sections of the spec that the evidence bears on.',
  }),
  retracts: z.array(sectionNumber).max(32).default([]).meta({
    description:
      'Sections that get a banner, and whose rows are open again, if every hypothesis about them is refuted.',
  }),
  reinstates: z.array(sectionNumber).max(32).default([]).meta({
    description:
      'Retracted sections whose banner goes, with its rows done again, if every hypothesis about them is confirmed.',
  }),
  diagnostics: z.array(name).max(256).optional().meta({ description: 'Default: all of them.' }),
  sides: z
    .strictObject({ candidate: name, reference: name })
    .default({ candidate: 'candidate', reference: 'reference' }),
  stages: z.array(stageOrId).max(10_000).default([]).meta({
    description: 'What is compared, in the order of the computation.',
  }),
  floor: floor.optional().meta({ description: 'The floor of stages that declare none.' }),
  measurements: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), named)
    .default({})
    .meta({
      description: 'Names for figures, to be used in predicates.',
    }),
  hypotheses: z.array(hypothesis).max(256).default([]),
  open: z.array(text).max(64).default([]).meta({
    description: 'Questions that stay open whatever the run shows.',
  }),
})

export type Investigation = z.infer<typeof investigation>
export type Stage = z.infer<typeof stage>
export type SideOfStage = z.infer<typeof sideOfStage>
export type Selector = z.infer<typeof selector>
export type Hypothesis = z.infer<typeof hypothesis>
export type Named = z.infer<typeof named>
export type Floor = z.infer<typeof floor>
