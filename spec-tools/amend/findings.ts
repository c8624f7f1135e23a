/**
 * `findings.md` and `divergence.svg`: what a person sees who opens the folder of a bundle. Both
 * follow from the evidence beside them, so that they can be drawn again and compared.
 */
import type { RootContent } from 'mdast'
import type { Bundle } from '../bundle/index.ts'
import type { Diagnostic, Evidence } from '../evidence/index.ts'
import {
  clip,
  code,
  codeBlock,
  details,
  fit,
  heading,
  list,
  paragraph,
  prose,
  table,
  type Inline,
  type Limits,
  type Part,
} from '../render/markdown/index.ts'
import type { Judgement } from '../judge/index.ts'
import { divergencePlot } from '../render/plot/index.ts'
import { tellingRows } from './bounded.ts'
import { collectFigures } from './figures.ts'
import { compareText, decode, type ReplayDifference } from './replay/compare.ts'
import { plotFile, plotImage } from './plot.ts'
import { reportParts } from './report.ts'
import { printedTables } from './section/printed.ts'
import { runWarnings } from './warnings.ts'

export { plotFile } from './plot.ts'

export const findingsFile = 'findings.md'

/** GitHub shows a Markdown file of this size. */
const limits: Limits = { characters: 262_144, bytes: 262_144 }
/** Stages of the plot; more would be dots of a pixel. */
const plottedStages = 240

/** File -> text; the plot is only there where a stage has a figure to plot. */
export function drawFindings(evidence: Evidence, judgement: Judgement): Map<string, string> {
  const plot = drawPlot(judgement)
  const parts = [
    title(evidence),
    ...reportParts(evidence, judgement, runWarnings(evidence, judgement), {
      plot: plot === undefined ? [] : [plotImage(judgement)],
    }),
    notWhole(evidence),
    isolation(evidence),
    ...setup(evidence),
    ...diagnostics(evidence),
    checking(),
  ]
  return new Map([
    [
      findingsFile,
      fit(parts, limits, 'The logs and evidence.json beside this file have the rest.'),
    ],
    ...(plot === undefined ? [] : [[plotFile, plot] as const]),
  ])
}

/**
 * Holds the findings of a bundle against what its evidence gives. A bundle without any, as older
 * versions left them, has none to be compared.
 */
export function compareFindings(
  { evidence, files }: Pick<Bundle, 'evidence' | 'files'>,
  judgement: Judgement,
): ReplayDifference[] {
  if (!files.has(findingsFile) && !files.has(plotFile)) return []
  const drawn = drawFindings(evidence, judgement)
  return [findingsFile, plotFile].flatMap((name): ReplayDifference[] => {
    const [expected, bytes] = [drawn.get(name), files.get(name)]
    if (expected === undefined || bytes === undefined) {
      if (expected === undefined && bytes === undefined) return []
      const [there, gone] = ['what the evidence gives', 'no such file']
      return [
        {
          what: name,
          where: name,
          expected: expected === undefined ? gone : there,
          found: bytes === undefined ? gone : `${bytes.length} bytes`,
        },
      ]
    }
    return compareText(expected, decode(bytes), name)
  })
}

function drawPlot(judgement: Judgement): string | undefined {
  return divergencePlot(judgement, tellingRows(judgement.rows, plottedStages))
}

function title({ request, run }: Evidence): Part {
  const of = request.pullRequest === null ? [] : [` of pull request ${request.pullRequest}`]
  const where = request.repository ? [' in ', code(request.repository.name)] : []
  const workflow =
    run.id === null ? [] : [`, workflow run ${run.id}, attempt ${run.attempt ?? 'unknown'}`]
  return {
    name: 'title',
    forms: [
      [
        heading(1, 'Findings of ', code(request.id)),
        paragraph(
          'Commit ',
          code(request.sha),
          ...of,
          ...where,
          ...workflow,
          ', started ',
          code(run.startedAt),
          '.',
        ),
      ],
    ],
  }
}

function notWhole({ partial }: Evidence): Part {
  const form = (length: number): RootContent[] =>
    partial.length === 0
      ? []
      : [
          heading(2, 'What is not whole'),
          list(partial.map((reason) => prose(clip(reason, length)))),
        ]
  return { name: 'what is not whole', forms: [form(1000), form(200)], shed: 9 }
}

function isolation({ isolation: { kind, detail } }: Evidence): Part {
  const words: Inline[] =
    kind === 'none' ? ['The diagnostics were not isolated: '] : ['Isolated by ', code(kind), ': ']
  return {
    name: 'isolation',
    forms: [[heading(2, 'How it was run'), paragraph(...words, prose(clip(detail, 2000)))]],
  }
}

/** What was built before the diagnostics; nothing where the settings have no `setup`. */
function setup({ setup: done }: Evidence): Part[] {
  if (!done) return []
  const { command, seconds, exit, cached, startedAt, built, log } = done
  const took = `${seconds.toFixed(1)} s`
  const how = cached ? [' kept from ', code(startedAt), `, where it took ${took}`] : ` took ${took}`
  const ended = exit.code === 0 ? '' : exit.timedOut ? ', stopped by its timeout' : ', failed'
  const left = built
    ? [
        `; it left ${built.files}${built.whole ? '' : ' and more'} files (`,
        code('setup.sha256'),
        ')',
      ]
    : []
  const words = [
    'Setup: ',
    code(clip(command, 200)),
    ...[how].flat(),
    ended,
    ...left,
    '. ',
    code(log),
  ]
  return [{ name: 'setup', forms: [[paragraph(...words)]] }]
}

/** What ran and how it ended, then the figures of each, folded away. */
function diagnostics(evidence: Evidence): Part[] {
  const ran = evidence.diagnostics
  if (ran.length === 0) {
    return [{ name: 'diagnostics', forms: [[paragraph('No diagnostic was run.')]] }]
  }
  const rows = ran.map((one) => [
    code(nameOf(one)),
    code(clip(one.command, 200)),
    one.device === 'gpu' ? 'GPU' : 'CPU',
    `${one.seconds.toFixed(1)} s`,
    ending(one),
    code(one.stdout.file),
  ])
  const header = ['Diagnostic', 'Command', 'Ran on', 'Took', 'Ended', 'Log']
  const drawn = table(['left', 'left', 'left', 'right', 'left', 'left'], header, rows)
  return [
    { name: 'diagnostics', forms: [[drawn]] },
    ...ran
      .filter(({ repeat }) => repeat === undefined)
      .map((one): Part => {
        const figures = printedTables(evidence, one, collectFigures(), '')
        return {
          name: `figures of ${one.id}`,
          forms: [details(`Figures of ${one.id}`, figures), []],
          shed: 1,
        }
      }),
  ]
}

function nameOf({ id, repeat = 0 }: Diagnostic): string {
  return repeat === 0 ? id : `${id}, run ${repeat + 1}`
}

function ending({ exit }: Diagnostic): string {
  if (exit.timedOut) return 'stopped at its time limit'
  return exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`
}

/** Nothing on this page has to be believed. */
function checking(): Part {
  const commands = [
    '# the files are those that the run left',
    'sha256sum --check --strict SHA256SUMS',
    '# the logs give the figures, and the figures give this page',
    'codicil check .',
    '# the tables again, and the amendment that follows, for a checkout of the spec',
    'codicil inspect .',
    'codicil draft . --repository <checkout>',
    '# once an amendment is committed: its section, comment and scoreboard again',
    'codicil replay .',
  ]
  return {
    name: 'how to check it',
    forms: [[heading(2, 'How to check it'), codeBlock(commands.join('\n'), 'sh')]],
  }
}
