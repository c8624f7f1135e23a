/**
 * Injected or propagated: whether the stage that diverges first is to blame, or what came into it. A
 * diagnostic that replays a stage on captured inputs prints both errors as figures of that side's
 * stage, `injected` and `propagated` (see `Replay`); of tensor files they are measured.
 */
import type { DivergenceRow, FirstDivergence, NoiseFloor, Quantity, Replay } from './types.ts'

export function withReplays(
  first: FirstDivergence,
  rows: readonly DivergenceRow[],
): FirstDivergence {
  const stage = first.status === 'one' ? first.stages[0] : undefined
  const row = rows.find((one) => one.stage === stage)
  const replays = row ? replaysOf(row) : []
  if (!row || replays.length === 0) return first
  return {
    ...first,
    replays,
    text: [first.text, ...replays.map((one) => spelled(one, row))].join(' '),
  }
}

function replaysOf(row: DivergenceRow): Replay[] {
  return (['candidate', 'reference'] as const).flatMap((side) => {
    const injected = row[side]?.figures['injected']
    if (!injected) return []
    const propagated = row[side]?.figures['propagated'] ?? null
    return [{ stage: row.stage, side, injected, propagated, atFault: above(injected, row.floor) }]
  })
}

function above({ lo, hi }: Quantity, floor: NoiseFloor | null): Replay['atFault'] {
  if (floor && !floor.atLeast && lo > floor.relativeL2) return 'yes'
  return floor && hi <= floor.relativeL2 ? 'no' : 'cannot tell'
}

function spelled({ side, injected, propagated, atFault }: Replay, row: DivergenceRow): string {
  const name = row[side]?.name ?? side
  const came = propagated ? `, and ${propagated.text} came in with its inputs` : ''
  const verdict = {
    yes: 'the stage itself is at fault',
    no: 'the stage itself is not at fault',
    'cannot tell': 'no floor decides whether that is noise',
  }[atFault]
  return `Replayed on ${name}, it injects ${injected.text}${came}: ${verdict}.`
}
