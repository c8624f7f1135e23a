import { describe, expect, it } from 'vitest'
import type { Repository } from '../../app/github/client.ts'
import { misfitsOf } from '../../app/github/caller.ts'
import { calledMisfits, jobMisfits, sealedByGitHub } from '../../app/github/run-jobs.ts'
import { isWorkflow, misfits } from '../../app/github/verify-run.ts'
import { names, type Run, type RunJob } from '../../app/github/workflow.ts'

const repository = {
  id: 5,
  owner: 'acme',
  repo: 'ships',
  bot: { slug: 'codicil', login: 'codicil[bot]' },
  ownRun: null,
} as Repository

const expected = { workflow: 'codicil.yml', branch: 'main' }

/** The fields of a run that are looked at, as the App's own run has them. */
const ours = {
  repository: { id: 5 },
  head_repository: { id: 5 },
  event: 'workflow_dispatch',
  head_branch: 'main',
  path: '.github/workflows/codicil.yml',
  actor: { login: 'codicil[bot]', type: 'Bot' },
  display_title: 'Evidence ev-0123 for #7',
  referenced_workflows: [
    { path: 'codicil/codicil/.github/workflows/gpu-evidence.yml@0123', sha: '0123', ref: '' },
  ],
}
const run = (change: object = {}) => ({ ...ours, ...change }) as unknown as Run

describe('a run', () => {
  it('of our App, workflow, branch and repository is taken', () => {
    expect(misfits(run(), repository, expected)).toEqual([])
  })

  it.each([
    ['of a fork', { repository: { id: 6 }, head_repository: { id: 6 } }, 2],
    ['of a fork that reports to us', { head_repository: { id: 6 } }, 1],
    ['without a head repository', { head_repository: null }, 1],
    ['started by a push', { event: 'push' }, 1],
    ['on another branch', { head_branch: 'main-evil' }, 1],
    ['of another workflow', { path: '.github/workflows/codicil.yaml' }, 1],
    ['of a person', { actor: { login: 'mallory', type: 'User' } }, 1],
    ['of a person named like the App', { actor: { login: 'codicil[bot]', type: 'User' } }, 1],
    ['of nobody', { actor: null }, 1],
  ])('%s is not', (_, change, count) => {
    expect(misfits(run(change), repository, expected)).toHaveLength(count)
  })

  it.each([
    ['ev-0123', true],
    ['ev-012', false],
    ['v-0123', false],
  ])('named for ev-0123 carries %s: %s', (id, carried) => {
    expect(names(run(), id)).toBe(carried)
  })
})

describe('the workflows that a run calls', () => {
  const sha = 'a'.repeat(40)
  const evidence = 'codicil/codicil/.github/workflows/gpu-evidence.yml'
  const calls = (...called: [path: string, sha: string][]) =>
    run({
      head_sha: 'd'.repeat(40),
      referenced_workflows: called.map(([path, commit]) => ({ path, sha: commit })),
    })

  it.each([
    ['the trusted one', calls([`${evidence}@${sha}`, sha])],
    [
      'it and one beside it',
      calls([`${evidence}@${sha}`, sha], [evidence.replace('gpu', 'seal'), sha]),
    ],
    [
      'it and one of the repository itself',
      calls(
        [`${evidence}@${sha}`, sha],
        ['acme/ships/.github/workflows/tell.yml@main', 'd'.repeat(40)],
      ),
    ],
    ['it in another case of its owner', calls([evidence.replace('codicil/', 'Codicil/'), sha])],
  ])('may be %s', (_, called) => {
    expect(calledMisfits(called, `${evidence}@${sha}`, 'acme/ships')).toEqual([])
  })

  it.each([
    ['none', calls()],
    ['it at another commit', calls([`${evidence}@${sha}`, 'b'.repeat(40)])],
    [
      'one beside it at another commit',
      calls([evidence, sha], [evidence.replace('gpu', 'seal'), 'b'.repeat(40)]),
    ],
    ['another file', calls([evidence.replace('gpu', 'cpu'), sha])],
    ['a file in another case', calls([evidence.replace('.github', '.GitHub'), sha])],
    [
      'one of somebody else',
      calls([evidence, sha], ['evil/codicil/.github/workflows/more.yml@main', sha]),
    ],
    [
      'one of a name that begins alike',
      calls([evidence.replace('codicil/codicil', 'codicil/codicil-evil'), sha]),
    ],
    [
      'one of the repository at another commit',
      calls([evidence, sha], ['acme/ships/.github/workflows/tell.yml@evil', 'e'.repeat(40)]),
    ],
  ])('may not be %s', (_, called) => {
    expect(calledMisfits(called, `${evidence}@${sha}`, 'acme/ships')).not.toEqual([])
  })

  it('need not be any where the Action is what is trusted, and are of its commit', () => {
    const action = `codicil/codicil@${sha}`
    expect(calledMisfits(calls(), action, 'acme/ships')).toEqual([])
    expect(calledMisfits(calls([evidence, sha]), action, 'acme/ships')).toEqual([])
    expect(calledMisfits(calls([evidence, 'b'.repeat(40)]), action, 'acme/ships')).toHaveLength(1)
  })
})

describe('the jobs of a run', () => {
  const job = {
    name: 'diagnose',
    labels: ['self-hosted', 'gpu'],
    group: 'gpus',
    conclusion: 'success',
  }
  const wanted = { labels: ['gpu', 'Self-Hosted'], group: 'gpus' }
  const misfitsIn = (...jobs: object[]) => jobMisfits(jobs as RunJob[], wanted)

  it('may be one that measures, and others', () => {
    expect(misfitsIn(job, { ...job, name: 'seal / seal' })).toEqual([])
    expect(misfitsIn({ ...job, name: 'evidence / diagnose' })).toEqual([])
    expect(jobMisfits([{ ...job, group: 'any' }] as RunJob[], { ...wanted, group: null })).toEqual(
      [],
    )
  })

  it.each([
    ['none that measures', [{ ...job, name: 'measure' }], /^0 jobs/],
    ['two of that name', [job, job], /^2 jobs/],
    [
      'two of that name, one of a called workflow',
      [job, { ...job, name: 'other / diagnose' }],
      /^2 jobs/,
    ],
    [
      'one on a runner for other labels',
      [{ ...job, labels: ['ubuntu-24.04'] }],
      /for ubuntu-24.04/,
    ],
    ['one on a runner for fewer labels', [{ ...job, labels: ['gpu'] }], /for gpu,/],
    ['one on a runner for more labels', [{ ...job, labels: [...job.labels, 'x'] }], /gpu, x/],
    ['one on a runner of another group', [{ ...job, group: 'Default' }], /group Default/],
    ['one on a runner of no group', [{ ...job, group: null }], /group unknown/],
  ])('may not be %s', (_, jobs, message) => {
    expect(misfitsIn(...jobs)).toEqual([expect.stringMatching(message)])
  })

  it('have sealed the bundle where one of that name ended well on a machine of GitHub', () => {
    const seal = { ...job, name: 'seal / seal', group: 'GitHub Actions' }
    const sealed = (change: object) => sealedByGitHub([job, { ...seal, ...change }] as RunJob[])
    expect(sealed({})).toBe(true)
    expect(sealed({ group: 'Default' })).toBe(false)
    expect(sealed({ conclusion: 'failure' })).toBe(false)
    expect(sealed({ name: 'seal / other' })).toBe(false)
  })
})

describe('a caller workflow', () => {
  const sha = 'a'.repeat(40)
  const action = `codicil/codicil@${sha}`
  const checkout = 'actions/checkout@v5'
  const caller = (uses: string, after = '', between = '') =>
    `jobs:\n  diagnose:\n    steps:\n      - { name: Check out, uses: ${checkout}, with: { ref: '\${{ inputs.sha }}' } }\n${between}      - uses: ${uses}\n${after}  seal:\n    uses: a/b\n`
  const step = (name: string, conclusion: string | null = 'success') => ({ name, conclusion })
  const begun = [step('Set up job'), step('Pre Check out')]
  const ended = [step('Post Check out'), step('Complete job')]
  const took = [step('Check out'), step(`Run ${action}`)]
  const ranAs = (...steps: { name: string; conclusion: string | null }[]) => [
    { name: 'diagnose', steps: [...begun, ...steps, ...ended] },
    { name: 'seal / seal', steps: [] },
  ]
  const ran = ranAs(...took)

  it('that runs the trusted Action last in its job fits', () => {
    expect(misfitsOf(caller(action), action, ran)).toEqual([])
    const [first = step('')] = took
    const other = `Codicil/codicil@${sha}`
    expect(misfitsOf(caller(other), action, ranAs(first, step(`Run ${other}`)))).toEqual([])
    expect(
      misfitsOf(caller(action), action, ranAs(first, step(`Run ${action}`, 'failure'))),
    ).toEqual([])
  })

  it.each([
    ['at another commit', caller(`codicil/codicil@${'b'.repeat(40)}`), ran],
    ['by a tag', caller('codicil/codicil@v1'), ran],
    ['of somebody else', caller(`evil/codicil@${sha}`), ran],
    ['of a name that begins alike', caller(`codicil/codicil-evil@${sha}`), ran],
    ['twice', caller(action, `      - uses: ${action}\n`), ran],
    ['before another step', caller(action, '      - run: cp forged.json bundle\n'), ran],
    [
      'behind a step that could run what was checked out',
      caller(action, '', '      - run: make -C source\n'),
      ranAs(took[0]!, step('Run make -C source'), took[1]!),
    ],
    [
      'with a job that the file does not have',
      caller(action),
      [...ran, { name: 'other', steps: [] }],
    ],
    ['without having run its job', caller(action), ran.slice(1)],
    ['in no job of that name', 'jobs: { other: { steps: [] } }', ran],
    ['in a file that is no mapping', '- a', ran],
    ['in a file that is no YAML', '{', ran],
  ])('that runs it %s does not', (_, text, jobs) => {
    expect(misfitsOf(text, action, jobs)).not.toEqual([])
  })

  it.each([
    ['none', []],
    ['one less', [took[1]!]],
    ['the Action left out', [took[0]!]],
    ['another order', [took[1]!, took[0]!]],
    ['one more before the Action', [took[0]!, step('Run make'), took[1]!]],
    ['one more in front', [step('Run make'), ...took]],
    ['one more at the end', [...took, step('Run make')]],
    ['one of another name', [step('Check out.'), took[1]!]],
    ['one that was skipped', [step('Check out', 'skipped'), took[1]!]],
    ['one that failed before the Action', [step('Check out', 'failure'), took[1]!]],
    ['the Action skipped', [took[0]!, step(`Run ${action}`, 'skipped')]],
  ])('does not fit a job that ran its steps with %s', (_, steps) => {
    expect(misfitsOf(caller(action), action, ranAs(...steps))).toHaveLength(1)
  })
})

describe('the path of a run', () => {
  const path = '.github/workflows/codicil.yml'
  it.each([
    path,
    `${path}@main`,
    `${path}@refs/heads/main`,
    `acme/ships/${path}`,
    `Acme/Ships/${path}@refs/heads/main`,
  ])('may be written %s', (received) => {
    expect(isWorkflow(received, path, 'acme/ships', 'main')).toBe(true)
  })

  it.each([
    `${path}@refs/heads/main-evil`,
    `${path}@refs/tags/main`,
    `${path}@main@main`,
    `evil/ships/${path}`,
    `x/acme/ships/${path}`,
    `x/${path}`,
    '.github/workflows/CODICIL.yml',
    '.github/workflows/sub/codicil.yml',
    'codicil.yml',
    '',
  ])('may not be %j', (received) => {
    expect(isWorkflow(received, path, 'acme/ships', 'main')).toBe(false)
  })
})
