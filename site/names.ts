/** Names of files that are made from names of strangers: short, plain, and each given once. */
export class Names {
  readonly #taken = new Set<string>()

  /** @returns a name of `a-z 0-9 . _ -` that was not given before */
  give(wanted: string): string {
    const plain = wanted
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, 60)
    const name = plain === '' ? 'x' : plain
    for (let count = 1; ; count += 1) {
      const tried = count === 1 ? name : `${name}~${count}`
      if (this.#taken.has(tried)) continue
      this.#taken.add(tried)
      return tried
    }
  }
}
