/** Logs repeat their words: what a phrase means is worked out once. */

const most = 4096
/** Longer phrases are hardly ever repeated. */
const longest = 256

/** The same function, with a bounded memory of what it said. What it gives must not be changed. */
export function remembered<Meaning>(
  meaningOf: (phrase: string) => Meaning,
): (phrase: string) => Meaning {
  const meanings = new Map<string, Meaning>()
  return (phrase) => {
    const known = meanings.get(phrase)
    if (known !== undefined) return known
    const meaning = meaningOf(phrase)
    if (phrase.length <= longest) {
      if (meanings.size === most) meanings.clear()
      meanings.set(phrase, meaning)
    }
    return meaning
  }
}
