/** What a bundle, a pull request and a server may say of themselves, and what comes of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireSupported } from '../../app/github/supported.ts'
import { startHub } from '../../demo/hub/index.ts'
import { pino } from 'pino'
import type { Evidence } from '../../spec-tools/index.ts'
import { Loop, label, specPath } from './loop.ts'
import { githubJob, Sigstore, type Job } from './sigstore.ts'
import { zipOf } from './zip.ts'

let loop: Loop
const sigstore = new Sigstore()
const signer = githubJob.signer.replace('https://github.com/', '')
beforeAll(async () => {
  loop = await Loop.start({ signer, trustedRoots: sigstore.root() })
})
afterAll(() => loop.stop())

describe('a bundle', () => {
  it('that calls itself verified by the app is refused', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const forge = (evidence: { machine: { vouch: string } }) => {
      evidence.machine.vouch = 'control-plane verified'
    }
    await story.end(run, { claims: { forge } })
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/was not used.*machine\.vouch/s),
    ])
    expect(story.amendments()).toEqual([])
  })

  it.each<[string, (evidence: Evidence) => void]>([
    ['ends before it begins', ({ run }) => void (run.finishedAt = '2026-02-01T10:00:00Z')],
    ['began after what it ran', ({ run }) => void (run.startedAt = '2026-03-01T10:00:00.5Z')],
  ])('whose run %s is refused', async (_, forge) => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    await story.end(run, { claims: { forge } })
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([
      expect.stringMatching(/was not used.*diagnostic hello began at/s),
    ])
    expect(story.amendments()).toEqual([])
  })

  it('in two artifacts of one name is ambiguous', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const name = `codicil-evidence-${run.inputs['request'] ?? ''}`
    story.upload(run, name, await story.bundle(run))
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/left 2 artifacts named/)])
    expect(story.amendments()).toEqual([])
  })

  it('whose run has sealed another one is refused', async () => {
    const story = await loop.repository()
    const { pull, run } = await story.dispatched()
    const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}\n')
    const sealed = await zipOf({ 'statement.intoto.json': statement })
    story.upload(run, `codicil-seal-${run.inputs['request'] ?? ''}`, sealed)
    await story.end(run)
    await loop.idle()
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/is about another bundle/)])
    expect(story.amendments()).toEqual([])
  })

  it('that is attested says so, and one whose attestation is of another run is refused', async () => {
    const story = await loop.repository()
    const said = async (topic: string, job: (repository: string, run: number) => Partial<Job>) => {
      const { pull, run } = await story.dispatched(topic)
      const request = run.inputs['request'] ?? ''
      const zip = await story.bundle(run)
      const page = `${loop.hub.url}/${story.repository.fullName}`
      const attestation = sigstore.attest(await story.attestable(zip), {
        job: {
          signer: `${loop.hub.url}/${signer}`,
          8: 'https://token.actions.127.0.0.1',
          12: page,
          13: run.headSha,
          15: String(story.record.id),
          18: `${page}/.github/workflows/codicil.yml@refs/heads/main`,
          21: `${page}/actions/runs/${run.id}/attempts/1`,
          ...job(page, run.id),
        },
      })
      const bytes = Buffer.from(JSON.stringify(attestation))
      const archive = await zipOf({ 'attestation.json': bytes })
      story.upload(run, `codicil-attestation-${request}`, archive)
      await story.end(run, { artifact: zip })
      await loop.idle()
      return { pull, request: await story.request(pull.number, pull.head.sha) }
    }
    const right = await said('right', () => ({}))
    expect(right.request?.verification?.seal).toEqual({ kind: 'attested', signer })
    const own = await said('own', () => ({ 11: 'self-hosted' }))
    expect(own.request?.verification?.seal).toEqual({ kind: 'attested-self-hosted', signer })
    expect(story.amendments().map(({ body }) => body)).toEqual([
      expect.stringMatching(/attested by `codicil\/codicil.*on a machine of GitHub/),
      expect.stringMatching(/attested by `codicil\/codicil.*on a self-hosted runner/),
    ])
    const wrong = await said('wrong', (page) => ({ 21: `${page}/actions/runs/7/attempts/1` }))
    expect(wrong.request?.problem?.details).toEqual([
      expect.stringMatching(
        /The attestation was signed in .*runs\/7\/.*Take bundle and attestation/,
      ),
    ])
    expect(story.comments(wrong.pull.number)).toEqual([expect.stringMatching(/was signed in/)])
    expect(story.amendments()).toHaveLength(2)
  })

  it('of a run that ended as cancelled is read', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    await story.end(run, { conclusion: 'cancelled' })
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
  })

  it('of an earlier attempt of its run is read', async () => {
    const story = await loop.repository()
    const { run } = await story.dispatched()
    run.attempt = 2
    run.pastJobs.push([])
    await story.end(run, { claims: { run: { id: run.id, attempt: 1 } } })
    await loop.idle()
    expect(story.amendments()).toHaveLength(1)
  })

  it('is written over nothing that is on the base', async () => {
    const story = await loop.repository()
    const first = await story.drafted('one')
    first.amendment.draft = false
    await story.repository.mergePullRequest(first.amendment, 'alice', 'squash')
    await loop.idle()
    const tip = await story.repository.tip()
    const { pull, run } = await story.dispatched('two')
    await story.end(run)
    await loop.idle()
    const second = story.amendments().find(({ number }) => number !== first.amendment.number)
    const written = second ? ['another folder'] : story.comments(pull.number)
    expect(written).toEqual([expect.stringMatching(/another folder|is on the base already/)])
    expect(await story.repository.tip()).toBe(tip)
  })
})

describe('a label on a pull request', () => {
  const path = '.codicil/investigations/qkv.yml'

  it('with an investigation that cannot be used gives a failing check at once, and no run', async () => {
    const story = await loop.repository()
    const pull = await story.pullRequest('topic', { [path]: 'title: QKV\nstages: 7\n' })
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toEqual([])
    expect(story.checks(pull.head.sha)).toMatchObject([
      { status: 'completed', conclusion: 'failure' },
    ])
    expect(story.checks(pull.head.sha)[0]?.output.summary).toMatch(/qkv\.yml:2:9:/)
    expect(story.comments(pull.number)).toEqual([expect.stringMatching(/qkv\.yml:2:9:/)])
  })

  it('with a row that the document does not have is the same, until it is mended', async () => {
    const table = '| Id | Status |\n| --- | --- |\n| SHIP-1 | PARTIAL |\n'
    const story = await loop.repository()
    await story.repository.commitFiles('main', {
      [specPath]: `${String(await story.repository.file(specPath))}\n${table}`,
    })
    const flipped = (row: string) => ({
      [path]: `title: QKV\nhypotheses:\n  H1: { confirm: hello < 20, flips: { ${row}: DISCHARGED } }\n`,
    })
    const pull = await story.pullRequest('topic', flipped('SHIP-7'))
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toEqual([])
    expect(story.checks(pull.head.sha)).toMatchObject([{ conclusion: 'failure' }])
    expect(story.checks(pull.head.sha)[0]?.output.summary).toMatch(/qkv\.yml:3:\d+:.*SHIP-7/)
    await story.repository.removeLabel(pull, label, 'alice')
    await story.repository.push('topic', flipped('SHIP-1'), 'alice')
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toMatchObject([{ inputs: { sha: pull.head.sha } }])
  })

  it('with settings that cannot be used gives a failing check with line and column', async () => {
    const story = await loop.repository({ '.github/codicil.yml': 'specs: 7\n' })
    const pull = await story.pullRequest()
    await story.repository.addLabel(pull, label, 'alice')
    await loop.idle()
    expect(story.runs()).toEqual([])
    expect(story.checks(pull.head.sha)).toMatchObject([{ conclusion: 'failure' }])
    expect(story.checks(pull.head.sha)[0]?.output.summary).toMatch(/codicil\.yml:1:8:/)
  })
})

it('GitHub Enterprise Server is refused at the start in clear words', async () => {
  const hub = await startHub({ enterpriseVersion: '3.19.1' })
  const log = pino({ level: 'silent' })
  await expect(requireSupported(hub.url, log)).rejects.toThrow(
    /GitHub Enterprise Server 3\.19\.1, which is not supported/,
  )
  hub.world.enterpriseVersion = null
  await expect(requireSupported(hub.url, log)).resolves.toBeUndefined()
  await hub.stop()
})
