/**
 * Stages of a file that holds them by name, as every writer of safetensors does. Nothing but the
 * numbers of the layers then says how they are computed: a layer comes after the one before it, and
 * within a layer no order is known.
 */

/** A stage, and those that are known to come before it. */
export interface PlacedByName {
  stage: string
  after: string[]
}

/** Edges beyond which an order is not worth its cost. */
const most = 1_000_000

const layer =
  /^(?<series>(?:.*[._\-/ ])?(?:layers?|blocks?|blk|h))[._\-/ ]?(?<number>\d{1,6})(?=[._\-/ ]|$)/i
const embedding = /^(?:.*[._/])?(?:\w*embeddings?|embd|wte)(?:\.\w+)?$/i
const logits = /(?:^|[._/])logits$/i

/**
 * The stages by layer, each after all of the layer before. Embeddings come before the layers and
 * logits after them; what else has no number comes last, after nothing.
 */
export function placedByName(stages: readonly string[]): PlacedByName[] {
  const places = stages.map((stage) => ({ stage, ...placeOf(stage) }))
  const series = new Set(places.flatMap((one) => one.series ?? []))
  // Of an encoder and a decoder nothing says which comes first, nor what their inputs are.
  const isOne = series.size === 1
  const groups = Map.groupBy(places, ({ series: own, rank }) =>
    own !== null || (isOne && Number.isFinite(rank)) ? `${isOne ? '' : own} ${rank}` : '',
  )
  const ranked = [...groups]
    .filter(([key]) => key !== '')
    .map(([, group]) => group)
    .toSorted((a, b) => bySeriesAndRank(a[0], b[0]))
  const chained = ranked.flatMap((group, index) => {
    const before = ranked[index - 1] ?? []
    const follows = isOne || before[0]?.series === group[0]?.series
    return group.map(({ stage }) => ({ stage, after: follows ? before : [] }))
  })
  const loose = (groups.get('') ?? []).map(({ stage }) => ({ stage, after: [] }))
  const edges = chained.reduce((sum, { after }) => sum + after.length, 0)
  return [...chained, ...loose].map(({ stage, after }) => ({
    stage,
    after: edges > most ? [] : after.map((one) => one.stage),
  }))
}

interface Place {
  series: string | null
  rank: number
}

function placeOf(stage: string): Place {
  const found = layer.exec(stage)?.groups
  if (found) return { series: found['series'] ?? '', rank: Number(found['number']) }
  if (embedding.test(stage)) return { series: null, rank: -1 }
  return { series: null, rank: logits.test(stage) ? Number.MAX_SAFE_INTEGER : Number.NaN }
}

function bySeriesAndRank(a: Place | undefined, b: Place | undefined): number {
  const [one, other] = [a?.series ?? '', b?.series ?? '']
  if (a?.series && b?.series && one !== other) return one < other ? -1 : 1
  return (a?.rank ?? 0) - (b?.rank ?? 0)
}
