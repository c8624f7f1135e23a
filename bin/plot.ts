import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  divergencePlot,
  heatPlot,
  judge,
  limitsPlot,
  type Pictured,
  spreadPlot,
  telemetryPlot,
} from '../spec-tools/index.ts'
import { openBundle } from './bundle.ts'
import { UsageError, type Command, type Input } from './command.ts'
import { judgeNamed, tensorOptions } from './tensors.ts'

/** File -> the picture, and what it needs that not every bundle has. */
const pictures: Record<string, { draw(of: Pictured): string | undefined; needs: string }> = {
  'divergence.svg': {
    draw: (of) => divergencePlot(of),
    needs: 'a stage with a relative L2 or a ratio of two stds',
  },
  'limits.svg': {
    draw: (of) => limitsPlot(of),
    needs: 'a stage that a figure and its limit decided',
  },
  'layers.svg': { draw: heatPlot, needs: 'stages of several layers, such as `layers.3.mlp`' },
  'spread.svg': { draw: spreadPlot, needs: 'two stages with a standard deviation' },
}

export const plot: Command = {
  name: 'plot',
  summary: 'Draws what a bundle or two tensor files show, as SVG.',
  usage: 'plot <bundle> | plot <candidate> <reference> [--out <folder>]',
  options: {
    ...tensorOptions,
    out: {
      type: 'string',
      value: '<folder>',
      help: 'Where the pictures are put. Default: this folder.',
    },
  },
  notes: [
    'divergence.svg  how far the sides are apart, stage by stage, with the noise floor',
    'limits.svg      how much of its limit each stage takes: one axis for all metrics',
    'layers.svg      the same as a map, layers by stages',
    'spread.svg      the standard deviation of both sides, stage by stage',
    'telemetry.svg   clocks, power, temperature, load and memory of the GPU over time',
  ],
  example: 'codicil plot examples/h200-q4k/bundle --out pictures',

  async run(input) {
    const { values, cwd, out } = input
    const { judged, telemetry } = await pictured(input)
    const drawn: [file: string, svg: string | undefined, needs: string][] = [
      ...Object.entries(pictures).map(
        ([file, { draw, needs }]) => [file, draw(judged), needs] as [string, string, string],
      ),
      ['telemetry.svg', telemetry && telemetryPlot(telemetry), 'samples of a GPU'],
    ]
    const folder = resolve(cwd, typeof values['out'] === 'string' ? values['out'] : '.')
    await mkdir(folder, { recursive: true })
    for (const [file, svg, needs] of drawn) {
      if (svg !== undefined) await writeFile(join(folder, file), svg)
      out(svg === undefined ? `${file}: not drawn, it needs ${needs}\n` : `${file}\n`)
    }
    return drawn.some(([, svg]) => svg !== undefined) ? 0 : 1
  },
}

async function pictured(
  input: Input,
): Promise<{ judged: Pictured; telemetry: string | undefined }> {
  const [first, second, ...rest] = input.positionals
  if (first === undefined || rest.length > 0) {
    throw new UsageError('name one bundle, or two tensor files')
  }
  if (second !== undefined) {
    const { judgement } = await judgeNamed([first, second], input, {})
    return { judged: judgement, telemetry: undefined }
  }
  const bundle = await openBundle(input.cwd, first)
  const samples = bundle.files.get('telemetry.csv')
  return { judged: judge(bundle), telemetry: samples && new TextDecoder().decode(samples) }
}
