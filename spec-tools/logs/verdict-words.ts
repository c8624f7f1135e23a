/**
 * How words that may state a verdict begin, by their first two bytes; most words are dismissed by
 * them. `PASS`, `FAIL`, `OK`, `verdict`, `✅` and the like: see `verdict.ts`.
 */
const beginnings = 'PA FA OK MA MI CO RE Pe No Ch Ve VE ve co wi ou ex re'.split(' ')

/** Two bytes, the first times 256, -> whether a word that begins so may tell. */
export const mayTell: Uint8Array = new Uint8Array(65_536)

for (const two of beginnings) mayTell[(two.charCodeAt(0) << 8) | two.charCodeAt(1)] = 1
// The marks U+2705, U+274C, U+2713, U+2714, U+2717 and U+2718 begin with E2 9C or E2 9D in UTF-8.
mayTell[0xe29c] = 1
mayTell[0xe29d] = 1
