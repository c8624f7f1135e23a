/** Judgements as pictures. */
export { divergencePlot } from './divergence.ts'
export { divergenceText } from './text.ts'
