import { InvalidInput } from '../errors.ts'

/** What is said where the core meets an error of its own: once, and not tried again. */
export function defect(error: string): InvalidInput {
  return new InvalidInput(
    'defect',
    `It could not be processed, because of an error in Codicil itself (${error}). The log has more; ` +
      'please report it.',
  )
}
