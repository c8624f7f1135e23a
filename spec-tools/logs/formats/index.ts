/** All readers of known formats; a line is offered to them in this order, which is that of names. */
import type { Format } from './format.ts'

export const formats: readonly Format[] = []
