/** A section's number as its key has it: people write `28` and `§28`. */
export function bare(number: string): string {
  return number.replace(/^§\s*/, '')
}
