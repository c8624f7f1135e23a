/**
 * Several copies of the app on one PostgreSQL, many requests for few documents, amendments that are
 * merged in random order, and, meanwhile, calls that fail and copies that are killed or stand still.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defaultLimits } from '../../app/jobs/context.ts'
import type { PullRequest } from '../../demo/hub/model.ts'
import { startHub, type Hub } from '../../demo/hub/index.ts'
import { startCopy, type Copy } from './copy.ts'
import { label, specPath, Story } from './loop.ts'
import { end, type Postgres } from './postgres.ts'
import { Random } from './random.ts'
import { until } from './until.ts'

export interface Scale {
  copies: number
  requests: number
  repositories: number
  seed: number
  /** Share of the calls to GitHub that fail. */
  failing: number
  /** Seconds between two copies that are killed or stand still, on average; 0: none is. */
  between: number
}

export interface Outcome {
  seconds: { drafted: number; merged: number }
  calls: number
  faults: { calls: number; killed: number; stoodStill: number }
  /** What is not as it should be, in words. */
  wrong: string[]
}

interface Asked {
  story: Story
  pull: PullRequest
}

export async function runMany(postgres: Postgres, scale: Scale): Promise<Outcome> {
  const random = new Random(scale.seed)
  const hub = await startHub()
  hub.attachRunner({ start: () => {}, cancel: (run) => (run.cancelRequested = true) })
  const database = `many_${scale.copies}_${scale.seed}`
  const fleet = new Fleet(hub, postgres.create(database), scale, random)
  try {
    const asked = await open(hub, scale, random)
    await fleet.start()
    const faults = failSome(hub, scale.failing, new Random(scale.seed + 1))
    const began = performance.now()
    if (process.env['PROGRESS'])
      setInterval(
        () =>
          console.error(
            Math.round(performance.now() - began),
            hub.requests.length,
            fleet.counts,
            asked
              .map(
                ({ story, pull }) =>
                  story.runs().filter((r) => r.inputs['pull-request'] === String(pull.number))
                    .length +
                  '/' +
                  amendmentsOf(story, pull)
                    .map((a) => a.state[0] + (a.draft ? 'd' : '') + (a.merged ? 'm' : ''))
                    .join(''),
              )
              .join(' '),
          ),
        5000,
      ).unref()
    const passed = () => Math.round((performance.now() - began) / 100) / 10
    for (const { story, pull } of random.shuffled(asked)) {
      await story.repository.addLabel(pull, label, 'alice')
    }
    const trouble = fleet.trouble()
    await Promise.all(asked.map((one) => drafted(one, random)))
    const draftedAfter = passed()
    await mergeAll(asked, random)
    const mergedAfter = passed()
    fleet.calm = true
    await trouble
    faults.stop()
    const look = () => Promise.all(stories(asked).map((story) => wrongIn(story, asked)))
    let wrong = (await look()).flat()
    // What is still to be told, and what was made twice, is found within a while.
    for (let n = 0; n < 60 && wrong.length > 0; n++) {
      await sleep(1000)
      wrong = (await look()).flat()
    }
    return {
      seconds: { drafted: draftedAfter, merged: mergedAfter },
      calls: hub.requests.length,
      faults: { calls: faults.count(), ...fleet.counts },
      wrong,
    }
  } finally {
    await fleet.stop()
    await hub.stop()
    postgres.drop(database)
  }
}

/** Pull requests, of as many documents as there are repositories. */
async function open(hub: Hub, { requests, repositories }: Scale, random: Random): Promise<Asked[]> {
  const begun = await Promise.all(
    Array.from({ length: repositories }, () => Story.begin(hub, {}, undefined)),
  )
  const all = await Promise.all(
    begun.map(async (story, index) => {
      const asked: Asked[] = []
      for (let n = index; n < requests; n += repositories) {
        asked.push({
          story,
          pull: await story.pullRequest(`topic-${n}`, { [`${n}.txt`]: `${n}\n` }),
        })
      }
      return asked
    }),
  )
  return random.shuffled(all.flat())
}

/** Ends the run of a request whenever there is one, until its amendment is there. */
async function drafted({ story, pull }: Asked, random: Random): Promise<void> {
  const ended = new Set<number>()
  for (;;) {
    if (amendmentsOf(story, pull).some(({ state }) => state === 'open')) return
    for (const run of story.runs()) {
      if (run.inputs['pull-request'] !== String(pull.number) || ended.has(run.id)) continue
      ended.add(run.id)
      await sleep(random.below(1000))
      await story.end(run)
    }
    await sleep(100)
  }
}

/** People merge pull requests, and their amendments as soon as they may and can be. */
async function mergeAll(asked: readonly Asked[], random: Random): Promise<void> {
  const left = random.shuffled(asked)
  await Promise.all(
    stories(asked).map(async (story) => {
      for (const { pull } of left.filter((one) => one.story === story)) {
        await story.repository.mergePullRequest(pull, 'alice')
        await until(async () => {
          await sleep(80)
          const amendment = amendmentsOf(story, pull).find(({ state }) => state === 'open')
          if (!amendment || amendment.draft) return false
          return story.repository.mergePullRequest(amendment, 'alice').then(
            () => true,
            // It cannot be merged as it stands: the document has changed.
            () => false,
          )
        })
      }
    }),
  )
}

function amendmentsOf(story: Story, { number }: PullRequest): PullRequest[] {
  return story.amendments().filter(({ body }) => new RegExp(`#${number}\\b`).test(body ?? ''))
}

const stories = (asked: readonly Asked[]) => [...new Set(asked.map(({ story }) => story))]

/** All that may be found once is found once. */
async function wrongIn(story: Story, all: readonly Asked[]): Promise<string[]> {
  const wrong: string[] = []
  const name = story.repository.fullName
  const text = String(await story.repository.file(specPath))
  const asked = all.filter((one) => one.story === story)
  const numbers = [...text.matchAll(/^## (\d+)\. /gm)].map(([, number]) => number)
  if (new Set(numbers).size !== numbers.length) wrong.push(`${name}: sections ${numbers.join()}`)
  const versions: string[] = []
  for (const { pull } of asked) {
    const at = `${name}#${pull.number}`
    const once = (what: string, count: number) => {
      if (count !== 1) wrong.push(`${at}: ${what} ${count} times`)
    }
    const amendments = amendmentsOf(story, pull)
    once('merged', amendments.filter(({ merged }) => merged).length)
    once('not closed', amendments.filter(({ state, merged }) => merged || state === 'open').length)
    for (const { mergeCommit } of amendments.filter(({ merged }) => merged)) {
      versions.push(versionIn(String(await story.repository.file(specPath, mergeCommit ?? ''))))
    }
    const title = new RegExp(`^## \\d+\\. Diagnostics of pull request ${pull.number}$`, 'gm')
    once('in the document', [...text.matchAll(title)].length)
    once('answered', story.comments(pull.number).length)
    once('checked', story.checks(pull.head.sha).length)
    const runs = story.runs().filter(({ inputs }) => inputs['pull-request'] === String(pull.number))
    once('run', runs.filter(({ cancelRequested }) => !cancelRequested).length)
    if (!story.comments(pull.number).some((body) => body.includes('The amendment was merged'))) {
      wrong.push(`${at}: the comment does not say that the amendment was merged`)
    }
  }
  if (new Set(versions).size !== asked.length) wrong.push(`${name}: versions ${versions.join()}`)
  if (!versions.includes(versionIn(text))) wrong.push(`${name}: ends at ${versionIn(text)}`)
  return wrong
}

/** The version that a document says it has. */
function versionIn(text: string): string {
  return /^\*\*Version:\*\* (.*)$/m.exec(text)?.[1] ?? ''
}

/** Has some calls fail, before or after they took effect. */
function failSome(hub: Hub, share: number, random: Random) {
  const meet = hub.faults.meet.bind(hub.faults)
  const ways = [
    { when: 'before', status: 502 },
    { when: 'after', status: 502 },
    { when: 'after', status: 'reset' },
    { when: 'after', status: 'hang' },
  ] as const
  let count = 0
  hub.faults.meet = (call) => {
    if (!random.happens(share)) return meet(call)
    count += 1
    return { match: {}, ...random.pick(ways) }
  }
  return { count: () => count, stop: () => (hub.faults.meet = meet) }
}

/** The copies, and what spreads deliveries over those that are up. */
class Fleet {
  readonly counts = { killed: 0, stoodStill: 0 }
  /** Nothing is done to them any more. */
  calm = false
  readonly #hub: Hub
  readonly #url: string
  readonly #scale: Scale
  readonly #random: Random
  readonly #copies = new Set<Copy>()
  #next = 0
  #balancer: Server | undefined

  constructor(hub: Hub, url: string, scale: Scale, random: Random) {
    this.#hub = hub
    this.#url = url
    this.#scale = scale
    this.#random = random
  }

  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#scale.copies }, () => this.#startOne()))
    this.#balancer = createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
      const copies = [...this.#copies]
      const copy = copies[this.#next++ % copies.length]
      const kept = Object.entries(request.headers).filter(([name]) => /^(x-|content-t)/.test(name))
      const status = await fetch(copy?.webhookUrl ?? '', {
        method: 'POST',
        headers: Object.fromEntries(kept) as Record<string, string>,
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(5000),
      }).then(
        (answer) => answer.status,
        () => 502,
      )
      response.writeHead(status).end()
    })
    await new Promise<void>((resolve) => this.#balancer?.listen(0, '127.0.0.1', resolve))
    this.#hub.connect(`http://127.0.0.1:${(this.#balancer.address() as AddressInfo).port}/`)
  }

  /** Kills copies and lets them stand still until `calm`, at least one at a time being well. */
  async trouble(): Promise<void> {
    const { between, copies } = this.#scale
    if (between === 0) return
    while (!this.calm) {
      await sleep(this.#random.below(2000 * between))
      if (this.calm) return
      const copy = this.#random.pick([...this.#copies])
      this.#copies.delete(copy)
      if (this.#random.happens(0.5) || copies === 1) {
        this.counts.killed += 1
        await end(copy.process)
        await this.#startOne()
        continue
      }
      this.counts.stoodStill += 1
      copy.process.kill('SIGSTOP')
      // Longer than a heartbeat is waited for.
      await sleep(12_000 + this.#random.below(5000))
      copy.process.kill('SIGCONT')
      this.#copies.add(copy)
    }
  }

  async stop(): Promise<void> {
    for (const { process: child } of this.#copies) await end(child)
    this.#balancer?.closeAllConnections()
    this.#balancer?.close()
  }

  async #startOne(): Promise<void> {
    const deadlines = { ...defaultLimits.deadlines, look: 20 }
    const limits = { answerTimeout: 3000, settleSeconds: 2, sweepSeconds: 15, deadlines }
    const variables = { LIMITS: JSON.stringify(limits), LOG_LEVEL: process.env['LOG'] ?? 'silent' }
    this.#copies.add(await startCopy(this.#hub, { DATABASE_URL: this.#url }, variables))
  }
}
