/** The ledger read backwards: from a figure of the specification to what it rests on. */
export { restsOn, type Rest } from './rest.ts'
export { traceFigures, whoWrote, type Traced, type TracedFigure, type Written } from './trace.ts'
