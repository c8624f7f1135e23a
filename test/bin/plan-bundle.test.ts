import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Investigation, parseInvestigation, parseSettings } from '../../spec-tools/index.ts'
import { codicil, type Ran } from './codicil.ts'

const settings = `specs: [{ id: ship, path: spec.md }]
diagnostics:
  probe: { run: cat captures.jsonl, needs: cpu, timeout: 1m }
`
const stages = ['embed', 'norm', 'q', 'k', 'scores', 'mix', 'out']

/** What is captured of a stage: it matches, diverges, or lacks its counts. */
type Captured = Readonly<Record<string, 'match' | 'apart' | 'uncounted'>>

/** A checkout with a diagnostic that prints what was captured, and bundles of its runs. */
class Checkout implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'codicil-plan-'))
  #runs = 0

  constructor() {
    this.write('.github/codicil.yml', settings)
    this.write('spec.md', '# Spec\n')
    this.write(
      '.codicil/investigations/first.yml',
      `title: Where do they part?
sides: { candidate: fast, reference: exact }
floor: { relative_l2: 0.01 }
stages: [${stages.join(', ')}]
`,
    )
    this.#git('init', '-q')
    this.#git('add', '.')
    this.#git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'start')
  }

  write(path: string, text: string): void {
    const full = join(this.path, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), 'utf8')
  }

  /** Runs an investigation over these captures; the path of its bundle. */
  async run(slug: string, captured: Captured): Promise<string> {
    const lines = Object.entries(captured).flatMap(([stage, what]) => {
      const facts = what === 'uncounted' ? {} : { n: 16 }
      const summary = { stage, mean: 0, std: 1, ...facts }
      return [
        { ...summary, side: 'fast' },
        { ...summary, side: 'exact' },
        { stage, side: 'fast', against: 'exact', rms_diff: what === 'apart' ? 0.5 : 0.001 },
      ]
    })
    this.write('captures.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    this.#runs += 1
    const bundle = join(this.path, `evidence-${this.#runs}`)
    const flags = ['--source', this.path, '--investigation', slug, '--out', bundle]
    const ran = await codicil('run', ...flags)
    // A stage that is not captured yet ends the run with 1; its bundle is left.
    if (!ran.stderr.includes('picks nothing')) await succeeded(Promise.resolve(ran))
    return bundle
  }

  /** The plan made from a bundle, written where `codicil run` finds it, and parsed. */
  async plan(bundle: string, slug: string, ...flags: string[]) {
    const file = `.codicil/investigations/${slug}.yml`
    const { stderr } = await succeeded(
      codicil('plan', bundle, '--write', join(this.path, file), ...flags),
    )
    const known = { slug, file, settings: parseSettings(settings) }
    return { said: stderr, investigation: parseInvestigation(this.read(file), known) }
  }

  #git(...args: string[]): void {
    execFileSync('git', args, { cwd: this.path })
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

async function succeeded(running: Promise<Ran>): Promise<Ran> {
  const ran = await running
  if (ran.code !== 0) throw new Error(`codicil ended with ${ran.code}: ${ran.stderr}`)
  return ran
}

function asked({ hypotheses }: Investigation): string[] {
  return hypotheses.map(({ claim }) => claim)
}

describe('the plan of a bundle', () => {
  it('bisects a bracket with missing captures, run after run, down to one stage', async () => {
    using checkout = new Checkout()
    const truth = (stage: string) => (stages.indexOf(stage) < 2 ? 'match' : 'apart')
    let captured: Captured = { embed: 'match', out: 'apart' }
    let bundle = await checkout.run('first', captured)
    const titles: string[] = []
    for (const round of [1, 2]) {
      const slug = `round-${round}`
      const { investigation } = await checkout.plan(bundle, slug, '--step', '2')
      const title = String(investigation.title)
      titles.push(title)
      const stage = title.replace('Next: bisect ', '')
      captured = { ...captured, [stage]: truth(stage) }
      bundle = await checkout.run(slug, captured)
    }
    expect(titles).toEqual(['Next: bisect k', 'Next: bisect q'])
    // Two are left; a repair of the one in between decides.
    const { said } = await checkout.plan(bundle, 'round-3')
    expect(said).toContain('If it matches, the first divergence lies after it: the first is q.')
    expect(said).toContain(
      'If it diverges, the first divergence lies at it or before: the first is norm.',
    )
    const last = await checkout.run('round-3', { ...captured, norm: 'match' })
    const { said: end } = await checkout.plan(last, 'round-4')
    expect(end).toMatch(/^Replay q of fast and of exact/)
  })

  it('repairs what is UNPROVEN next to the bracket first', async () => {
    using checkout = new Checkout()
    const matching = Object.fromEntries(stages.map((stage) => [stage, 'match'] as const))
    const bundle = await checkout.run('first', {
      ...matching,
      scores: 'uncounted',
      mix: 'apart',
      out: 'apart',
    })
    const { said, investigation } = await checkout.plan(bundle, 'next')
    expect(said).toContain('Print the element count n of scores on fast and exact.')
    expect(said).toContain('If both state the same, and the figures match,')
    expect(said).toContain('the first is mix')
    expect(asked(investigation)).toEqual(['scores diverges'])
    expect(investigation.stages.map(({ id }) => id)).toEqual(stages)
    // The counts stated, the same investigation decides.
    const repaired = await checkout.run('next', {
      ...matching,
      mix: 'apart',
      out: 'apart',
    })
    const { stdout } = await codicil('inspect', repaired, '--json')
    expect(JSON.parse(stdout).judgement).toMatchObject({
      first: { stages: ['mix'] },
      hypotheses: [{ claim: 'scores diverges', outcome: 'REFUTED' }],
    })
  })

  it('captures the inputs of a sole first stage for replay, and controls the capture', async () => {
    using checkout = new Checkout()
    const bundle = await checkout.run(
      'first',
      Object.fromEntries(stages.map((stage) => [stage, stage === 'out' ? 'apart' : 'match'])),
    )
    const replay = await checkout.plan(bundle, 'replay')
    expect(replay.said).toMatch(/^Replay out of fast and of exact on captured inputs against f64/)
    expect(replay.investigation.open).toEqual([
      'If the injected error is above the floor, out itself is at fault.',
      'If it is not, the error came in with its inputs, and an earlier capture is wrong or missing.',
    ])
    const control = await checkout.plan(bundle, 'control', '--step', '2')
    expect(control.investigation.title).toBe('Next: control out')
    expect(control.said).toContain('If they differ, capturing changes the computation')
    const { code, stderr } = await codicil('plan', bundle, '--step', '3')
    expect([code, stderr]).toEqual([2, expect.stringContaining('there are 2 next steps')])
  })

  it('is nothing where everything matches', async () => {
    using checkout = new Checkout()
    const bundle = await checkout.run(
      'first',
      Object.fromEntries(stages.map((stage) => [stage, 'match'])),
    )
    expect(await codicil('plan', bundle)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'All of 7 stages match. There is nothing to measure next.\n',
    })
  })
})
