/** Judgements as pictures. */
export { divergencePlot, limitsPlot } from './divergence.ts'
export { heatPlot } from './heat.ts'
export { spreadPlot } from './spread.ts'
export { telemetryPlot } from './telemetry.ts'
export { divergenceText } from './text.ts'
