/** What stages are computed from, for questions that each take one walk over them, however many they are. */
export class StageGraph {
  readonly #places: ReadonlyMap<string, number>
  readonly #parents: readonly (readonly number[])[]

  /** @param stages in the order of the computation; `after` names only stages before */
  constructor(stages: readonly { id: string; after: readonly string[] }[]) {
    this.#places = new Map(stages.map(({ id }, place) => [id, place]))
    this.#parents = stages.map(({ after }) => this.placesOf(after))
  }

  /** Places in the order of the computation; names that it does not know are left out. */
  placesOf(ids: readonly string[]): number[] {
    return ids.flatMap((id) => this.#places.get(id) ?? [])
  }

  /** By place, whether a stage is computed, over whatever steps, from a source. */
  behind(isSource: (place: number) => boolean): boolean[] {
    const behind: boolean[] = []
    for (const parents of this.#parents) {
      behind.push(parents.some((parent) => behind[parent] === true || isSource(parent)))
    }
    return behind
  }

  /** Places from which a path leads to one of the ends over open stages alone, itself among them. */
  openBefore(ends: readonly number[], isOpen: (place: number) => boolean): Set<number> {
    const found = new Set<number>()
    const queue = [...ends]
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const parent of this.#parents[at] ?? []) {
        if (found.has(parent) || !isOpen(parent)) continue
        found.add(parent)
        queue.push(parent)
      }
    }
    return found
  }
}
