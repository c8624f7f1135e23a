import { describe, expect, it } from 'vitest'
import type { Repository } from '../../app/github/client.ts'
import { misfitsOf } from '../../app/github/caller.ts'
import { isWorkflow, misfits } from '../../app/github/verify-run.ts'
import { names, type Run } from '../../app/github/workflow.ts'

const repository = {
  id: 5,
  owner: 'acme',
  repo: 'ships',
  bot: { slug: 'codicil', login: 'codicil[bot]' },
  ownRun: null,
} as Repository

const expected = { workflow: 'codicil.yml', branch: 'main', trustedWorkflow: null }

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

  it('must call the trusted workflow where one is configured', () => {
    const trustedWorkflow = 'codicil/codicil/.github/workflows/gpu-evidence.yml'
    const strict = { ...expected, trustedWorkflow }
    expect(misfits(run(), repository, strict)).toEqual([])
    expect(misfits(run({ referenced_workflows: [] }), repository, strict)).toHaveLength(1)
    const pinned = { ...expected, trustedWorkflow: `${trustedWorkflow}@0123` }
    expect(misfits(run(), repository, pinned)).toEqual([])
    const moved = { ...expected, trustedWorkflow: `${trustedWorkflow}@4567` }
    expect(misfits(run(), repository, moved)).toHaveLength(1)
    const evil = [{ path: `evil/${trustedWorkflow}@main` }]
    expect(misfits(run({ referenced_workflows: evil }), repository, strict)).toHaveLength(1)
  })

  it.each([
    ['ev-0123', true],
    ['ev-012', false],
    ['v-0123', false],
  ])('named for ev-0123 carries %s: %s', (id, carried) => {
    expect(names(run(), id)).toBe(carried)
  })
})

describe('a caller workflow', () => {
  const sha = 'a'.repeat(40)
  const action = `codicil/codicil@${sha}`
  const caller = (uses: string, more = '') =>
    `jobs:\n  diagnose:\n    steps:\n      - uses: actions/checkout@v5\n      - uses: ${uses}\n${more}  seal:\n    uses: a/b\n`
  const ran = ['diagnose', 'seal / seal']

  it('that runs the trusted Action last in its job fits', () => {
    expect(misfitsOf(caller(action), action, ran)).toEqual([])
    expect(misfitsOf(caller(`Codicil/codicil@${sha}`), action, ran)).toEqual([])
  })

  it.each([
    ['at another commit', caller(`codicil/codicil@${'b'.repeat(40)}`), ran],
    ['by a tag', caller('codicil/codicil@v1'), ran],
    ['of somebody else', caller(`evil/codicil@${sha}`), ran],
    ['of a name that begins alike', caller(`codicil/codicil-evil@${sha}`), ran],
    ['twice', caller(action, `      - uses: ${action}\n`), ran],
    ['before another step', caller(action, '      - run: cp forged.json bundle\n'), ran],
    ['with a job that the file does not have', caller(action), [...ran, 'other']],
    ['without having run its job', caller(action), ['seal / seal']],
    ['in no job of that name', 'jobs: { other: { steps: [] } }', ran],
    ['in a file that is no mapping', '- a', ran],
    ['in a file that is no YAML', '{', ran],
  ])('that runs it %s does not', (_, text, jobs) => {
    expect(misfitsOf(text, action, jobs)).not.toEqual([])
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
