/**
 * Stories that differ only in what becomes of their deliveries, and of the database: what GitHub shows
 * in the end is held against the same story in which all went well.
 */
import { label, Loop, specPath, type LoopStory } from './loop.ts'
import { fair, Mail, type Weather } from './mail.ts'
import { Random } from './random.ts'

/** What people do in a story. */
interface Plot {
  /** What is pushed to the base while there are drafts. */
  push: 'nothing' | 'section' | 'other'
  /** What becomes of the first amendment. */
  end: 'merged' | 'squashed' | 'closed'
  /** The second pull request moves on. */
  stale: boolean
}

export interface Ran {
  seed: number
  plot: Plot
  weather: Weather
  /** Before which act the database was deleted; null: never. */
  lostBefore: number | null
  /** What was shown in the end, and what should have been; null: they are the same. */
  wrong: { shown: unknown; expected: unknown } | null
}

const weathers: readonly Weather[] = [
  { refused: 0.2, lost: 0.1, late: 0.3, doubled: 0.2 },
  { refused: 0, lost: 0, late: 0.6, doubled: 0.4 },
  { refused: 0.5, lost: 0, late: 0.3, doubled: 0 },
  { refused: 0.1, lost: 0.5, late: 0.2, doubled: 0.1 },
  { refused: 1, lost: 0, late: 0, doubled: 0 },
  { refused: 0, lost: 1, late: 0, doubled: 0 },
]

interface Told {
  story: LoopStory
  plot: Plot
  pulls: Awaited<ReturnType<LoopStory['pullRequest']>>[]
}

/** The acts of a story, in order; each finds what it needs, because what was missed was looked for. */
const acts: readonly ((told: Told) => Promise<void>)[] = [
  async ({ story, pulls }) => {
    for (const branch of ['first', 'second']) {
      const pull = await story.pullRequest(branch)
      pulls.push(pull)
      await story.repository.addLabel(pull, label, 'alice')
    }
  },
  async ({ story }) => {
    for (const run of story.runs()) await story.end(run)
  },
  async ({ story, plot }) => {
    if (plot.push === 'nothing') return
    const text = String(await story.repository.file(specPath))
    const files: Record<string, string> =
      plot.push === 'section'
        ? { [specPath]: `${text}\n## 3. Sails\n\nWhite ones.\n` }
        : { 'other.txt': 'other\n' }
    await story.repository.push('main', files, 'alice')
  },
  async ({ story, plot, pulls: [first] }) => {
    const amendment = amendmentOf(story, 0)
    if (plot.end === 'closed') return story.repository.closePullRequest(amendment, 'alice')
    const method = plot.end === 'squashed' ? 'squash' : 'merge'
    if (first) await story.repository.mergePullRequest(first, 'alice', method)
  },
  async ({ story, plot, pulls: [, second] }) => {
    if (plot.end !== 'closed') {
      const method = plot.end === 'squashed' ? 'squash' : 'merge'
      await story.repository.mergePullRequest(amendmentOf(story, 0), 'alice', method)
    }
    if (plot.stale && second) await story.repository.push('second', { 'a.txt': 'x\n' }, 'alice')
  },
]

/** What people cannot do ends their story. */
async function attempt(told: Told & { stuck: string | null }, act: (typeof acts)[number]) {
  try {
    await act(told)
  } catch (error) {
    told.stuck = error instanceof Error ? error.message : String(error)
  }
}

function amendmentOf(story: LoopStory, nth: 0 | 1) {
  const of = nth === 0 ? 1 : 2
  const amendment = story.amendments().find(({ body }) => body?.includes(`#${of}`))
  if (!amendment) {
    const said = story.comments(of).join('\n').slice(0, 300)
    throw new Error(`Nothing was drafted for #${of}: ${said}`)
  }
  return amendment
}

/** What GitHub shows, without what differs from one repository and moment to the next. */
async function shown({ story, pulls }: Told): Promise<object> {
  const document = async (at: string) =>
    String(await story.repository.file(specPath, at))
      .split('\n')
      .filter((line) => /^(#|\*\*Version)/.test(line))
      .map((line) => line.replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE'))
  return {
    runs: story.runs().length,
    document: await document('main'),
    pulls: pulls.map((pull) => ({
      state: pull.state,
      comments: story.comments(pull.number).map((text) =>
        text
          .split('\n')
          .filter((line) => /^(#|>? ?\*\*)/.test(line))
          .map(plain),
      ),
      checks: story.checks(pull.head.sha).map(({ status, conclusion }) => ({ status, conclusion })),
    })),
    amendments: await Promise.all(
      pulls.map(async ({ number }) => {
        const all = story.amendments().filter(({ body }) => body?.includes(`#${number}`))
        return Promise.all(
          all.map(async ({ title, state, draft, merged, head }) => ({
            title,
            state,
            draft,
            merged: merged !== undefined,
            document: await document(head.sha),
          })),
        )
      }),
    ),
  }
}

function plain(line: string): string {
  return line
    .replaceAll(/\b[0-9a-f]{7,64}\b/g, 'ID')
    .replaceAll(/ships-\d+/g, 'NAME')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'DATE')
    .replaceAll(/\d{4,}/g, 'NUMBER')
}

export class Stage {
  readonly loop: Loop
  readonly mail: Mail
  readonly #expected = new Map<string, unknown>()

  private constructor(loop: Loop, mail: Mail) {
    this.loop = loop
    this.mail = mail
  }

  static async open(): Promise<Stage> {
    const stage = new Stage(await Loop.start(), await Mail.open())
    stage.connect()
    return stage
  }

  async close(): Promise<void> {
    await this.loop.stop()
    await this.mail.close()
  }

  /** One story for each seed, side by side; of the database there is one. */
  async run(seeds: readonly number[], fixed: { loseBefore?: number } = {}): Promise<Ran[]> {
    const random = new Random(seeds[0] ?? 0)
    const drawn = random.happens(0.3) ? 1 + random.below(acts.length) : null
    const lostBefore = fixed.loseBefore ?? drawn
    const told: (Told & { seed: number; weather: Weather; stuck: string | null })[] = []
    for (const seed of seeds) {
      const own = new Random(seed)
      const plot: Plot = {
        push: own.pick(['nothing', 'section', 'other'] as const),
        end: own.pick(['merged', 'squashed', 'closed'] as const),
        stale: own.happens(0.5),
      }
      const weather = own.pick(weathers)
      told.push({
        story: await this.loop.repository(),
        plot,
        pulls: [],
        seed,
        weather,
        stuck: null,
      })
    }
    await this.#expect(told.map(({ plot }) => plot))
    for (const { story, seed, weather } of told) {
      this.mail.set(story.record.id, weather, seed)
    }
    for (const [index, act] of acts.entries()) {
      if (index === lostBefore) await this.#loseDatabase()
      await Promise.all(told.filter(({ stuck }) => stuck === null).map((one) => attempt(one, act)))
      await this.#catchUp(random)
    }
    if (lostBefore === acts.length) await this.#loseDatabase()
    await this.mail.arrive(random)
    await this.#catchUp(random)
    return Promise.all(
      told.map(async (one) => {
        const { seed, plot, weather } = one
        const expected = this.#expected.get(JSON.stringify(plot))
        const { stuck } = one
        const now = stuck ? { stuck, ...(await shown(one)) } : await shown(one)
        const same = JSON.stringify(now) === JSON.stringify(expected)
        const wrong = same ? null : { shown: now, expected }
        return { seed, plot, weather, lostBefore, wrong }
      }),
    )
  }

  connect(): void {
    this.mail.target = this.loop.app.webhookUrl
    this.loop.hub.connect(this.mail.url)
  }

  /** Plays plots in fair weather that were not played yet. */
  async #expect(plots: readonly Plot[]): Promise<void> {
    const fresh = new Map(plots.map((plot) => [JSON.stringify(plot), plot]))
    const told: Told[] = []
    for (const [name, plot] of fresh) {
      if (this.#expected.has(name)) continue
      const story = await this.loop.repository()
      this.mail.set(story.record.id, fair, 0)
      told.push({ story, plot, pulls: [] })
    }
    if (told.length === 0) return
    for (const act of acts) {
      await Promise.all(told.map(act))
      await this.loop.idle()
    }
    for (const one of told) this.#expected.set(JSON.stringify(one.plot), await shown(one))
  }

  async #loseDatabase(): Promise<void> {
    await this.loop.loseDatabase()
    this.connect()
    await this.loop.idle()
  }

  /** A quarter of an hour goes by, in which the app looks for what it was not told. */
  async #catchUp(random: Random): Promise<void> {
    await this.loop.idle()
    await this.mail.arrive(random, 0.5)
    this.loop.clock += 16 * 60_000
    await this.loop.sweep()
    await this.loop.idle()
  }
}
