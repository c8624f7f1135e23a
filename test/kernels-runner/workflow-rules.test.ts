import { execa } from 'execa'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { workflowProblems } from '../../tools/workflow-rules.ts'

const root = join(import.meta.dirname, '../..')
const reusable = await readFile(join(root, '.github/workflows/gpu-evidence.yml'), 'utf8')
const checkout = 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8'

/** The rules that the reusable workflow breaks once `change` was made to it. */
function broken(change: (workflow: Workflow) => void): string[] {
  const workflow = parse(reusable) as Workflow
  change(workflow)
  return [...new Set(workflowProblems(stringify(workflow)).map(({ rule }) => rule))]
}

interface Workflow {
  on?: unknown
  env?: Record<string, string>
  permissions?: unknown
  jobs: Record<string, Job>
}

interface Job {
  [key: string]: unknown
  uses?: string
  permissions?: unknown
  secrets?: unknown
  env?: Record<string, string>
  container?: unknown
  steps?: Step[]
}

interface Step {
  uses?: string
  run?: string
  env?: Record<string, string>
  with?: Record<string, unknown>
}

function diagnose(workflow: Workflow): Job & { steps: Step[] } {
  const job = workflow.jobs['diagnose']
  if (!job?.steps) throw new Error('The reusable workflow has no job diagnose.')
  return job as Job & { steps: Step[] }
}

/** Steps of a job that vouches for the evidence, in place of those that it has. */
function seal({ jobs }: Workflow, permissions: Record<string, string>, ...steps: Step[]): void {
  jobs['seal'] = { permissions, steps }
}

const ours = { 'persist-credentials': 'false' }
const identity = { 'id-token': 'write' }

function called(name: 'gpu' | 'attest'): string {
  return `codicil/codicil/.github/workflows/${name}-evidence.yml@${'0'.repeat(40)}`
}

/** A job beside the others, started by these events. */
const beside =
  (job: Record<string, unknown>, ...on: string[]) =>
  (workflow: Workflow) => {
    if (on.length > 0) workflow.on = on
    workflow.jobs['x'] = { permissions: {}, ...job }
  }
const pinned = (name: string) => `${name}@${'0'.repeat(40)}`

const appToken = pinned('actions/create-github-app-token')

/** Of any job: caches, conditions, machines, passwords. */
const audited: [rule: string, change: (workflow: Workflow) => void][] = [
  ['condition', beside({ if: "github.actor == 'dependabot[bot]'" })],
  ['condition', beside({ if: "${{ github['triggering_actor'] == 'renovate[bot]' }}" })],
  ['condition', beside({ steps: [{ if: "github.actor=='a[bot]'", run: 'true' }] })],
  ['condition', beside({ if: "contains('refs/heads/main refs/heads/next', github.ref)" })],
  ['self-hosted', beside({ 'runs-on': ['Self-Hosted', 'gpu'] }, 'pull_request')],
  ['self-hosted', beside({ 'runs-on': { labels: 'self-hosted' } }, 'issues')],
  [
    'cache',
    beside({
      permissions: { packages: 'write' },
      steps: [{ uses: pinned('actions/cache'), with: { key: 'x' } }],
    }),
  ],
  [
    'cache',
    beside({
      permissions: { contents: 'write' },
      steps: [{ uses: pinned('actions/setup-node'), with: { cache: 'npm' } }],
    }),
  ],
  ['secrets', beside({ container: { image: 'a', credentials: { password: 'hunter2' } } })],
  ['secrets', beside({ steps: [{ run: 'echo ${{ fromJSON(secrets.ALL).key }}' }] })],
  [
    'environment-file',
    beside({ steps: [{ run: 'echo "A=$A" >> "$GITHUB_ENV"' }] }, 'pull_request_target'),
  ],
  ['condition', beside({ if: "${{ github.actor == 'ada' }}\n" })],
  ['condition', beside({ if: "${{ success() }} && github.ref == 'x'" })],
  ['condition', beside({ steps: [{ if: ' ${{ success() }}', run: 'true' }] })],
  ['pinned', beside({ steps: [{ uses: pinned('actions/setup-node/../cache') }] })],
  ['pinned', beside({ steps: [{ uses: pinned('actions/setup-node/.') }] })],
  ['pinned', beside({ steps: [{ uses: pinned('actions//setup-node') }] })],
  [
    'expression-in-run',
    beside({ steps: [{ run: 'true', shell: 'bash ${{ github.head_ref }} {0}' }] }),
  ],
  [
    'expression-in-run',
    beside({ steps: [{ run: 'true', 'working-directory': '${{ github.head_ref }}' }] }),
  ],
  ['expression-in-run', beside({ defaults: { run: { shell: '${{ github.head_ref }}' } } })],
  ['app-token', beside({ steps: [{ uses: appToken, with: { 'app-id': 1 } }] })],
  [
    'app-token',
    beside({ steps: [{ uses: appToken, with: { 'permission-contents': 'read', owner: 'acme' } }] }),
  ],
  [
    'app-token',
    beside({
      steps: [
        { uses: appToken, with: { 'permission-contents': 'read', 'skip-token-revoke': true } },
      ],
    }),
  ],
  ['trigger', beside({}, 'discussion_comment')],
  ['self-hosted', beside({ 'runs-on': 'self-hosted' }, 'discussion')],
  [
    'secrets',
    (workflow) => {
      const steps = workflow.jobs['diagnose']?.steps ?? []
      Object.assign(steps.at(-1) ?? {}, { env: { ALL: '${{ toJSON(github) }}' } })
    },
  ],
  ['permissions', beside({ permissions: 'write-all' })],
  ['pinned', beside({ steps: [{ uses: 'Actions/Setup-Node@v4' }] })],
  ['pinned', beside({ uses: 'a/b/.github/workflows/c.yml@main' })],
  ['pinned', beside({ services: { db: { image: 'postgres:18' } } })],
]

describe('the rules for workflows', () => {
  it('hold for every workflow of this repository', async () => {
    const folder = join(root, '.github/workflows')
    const found = (await readdir(folder)).map(async (name) =>
      workflowProblems(await readFile(join(folder, name), 'utf8')),
    )
    expect((await Promise.all(found)).flat()).toEqual([])
  })

  it.each<[rule: string, change: (workflow: Workflow) => void]>([
    ['pinned', (workflow) => void (first(workflow).uses = 'actions/checkout@v5')],
    [
      'persist-credentials',
      (workflow) => void delete first(workflow).with?.['persist-credentials'],
    ],
    ['permissions', (workflow) => void delete workflow.permissions],
    ['permissions', (workflow) => void (diagnose(workflow).permissions = { contents: 'write' })],
    ['permissions', (workflow) => void (diagnose(workflow).permissions = 'write-all')],
    ['id-token', (workflow) => void (diagnose(workflow).permissions = { 'id-token': 'write' })],
    ['secrets', (workflow) => void (last(workflow).env = { T: '${{ secrets.TOKEN }}' })],
    ['secrets', (workflow) => void (diagnose(workflow).secrets = 'inherit')],
    ['local-action', (workflow) => void (last(workflow).uses = './source')],
    ['local-action', (workflow) => void (last(workflow).uses = './')],
    [
      'local-action',
      (workflow) => {
        first(workflow).with = { ...ours, path: 'codicil', ref: '${{ inputs.sha }}' }
        last(workflow).uses = './codicil'
      },
    ],
    [
      'expression-in-run',
      (workflow) => void diagnose(workflow).steps.unshift({ run: 'echo ${{ inputs.sha }}' }),
    ],
    [
      'foreign-code',
      (workflow) =>
        seal(workflow, {}, { uses: checkout, with: { ...ours, ref: '${{ inputs.sha }}' } }),
    ],
    [
      'foreign-code',
      (workflow) => seal(workflow, {}, { uses: checkout, with: { ...ours, repository: 'a/b' } }),
    ],
    ['foreign-code', (workflow) => seal(workflow, {}, { run: 'git clone https://example.org/a' })],
    ['foreign-code', (workflow) => seal(workflow, identity, { run: 'bash build.sh' })],
    [
      'persist-credentials',
      (workflow) =>
        void diagnose(workflow).steps.unshift({
          uses: checkout.replace('actions/checkout', 'Actions/Checkout'),
        }),
    ],
    ['secrets', (workflow) => void (last(workflow).env = { T: '${{ github.token }}' })],
    ['secrets', (workflow) => void (last(workflow).env = { T: "${{ github['token'] }}" })],
    ['secrets', (workflow) => void (workflow.env = { T: '${{ secrets.T }}' })],
    ['secrets', (workflow) => void (workflow.env = { T: '${{ github.token }}' })],
    ['secrets', ({ jobs }) => void (jobs['x'] = { uses: called('gpu'), secrets: 'inherit' })],
    ['secrets', ({ jobs }) => void (jobs['x'] = { env: { ALL: '${{ toJSON(secrets) }}' } })],
    [
      'expression-in-run',
      (workflow) =>
        void diagnose(workflow).steps.unshift({
          uses: `actions/github-script@${'0'.repeat(40)}`,
          with: { script: 'console.log("${{ github.event.pull_request.title }}")' },
        }),
    ],
    ...audited,
    ['trigger', (workflow) => void (workflow.on = { pull_request_target: {} })],
    ['trigger', (workflow) => void (workflow.on = ['push', 'workflow_run'])],
    ['pinned', (workflow) => void (diagnose(workflow).container = 'node:24')],
    ['pinned', (workflow) => void (diagnose(workflow).container = { image: 'node:24' })],
    ['pinned', ({ jobs }) => void (jobs['x'] = { steps: [{ uses: 'docker://node:24' }] })],
    [
      'insecure-commands',
      ({ jobs }) => void (jobs['x'] = { env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true' } }),
    ],
    [
      'nothing-after',
      ({ jobs }) =>
        void (jobs['measure'] = {
          steps: [{ uses: `codicil/codicil@${'0'.repeat(40)}` }, { run: 'echo done' }],
        }),
    ],
    [
      'permissions',
      ({ jobs }) =>
        void (jobs['measure'] = {
          permissions: { contents: 'write' },
          steps: [{ uses: `codicil/codicil@${'0'.repeat(40)}` }],
        }),
    ],
    [
      'id-token',
      ({ jobs }) =>
        void (jobs['evidence'] = { uses: called('gpu'), permissions: { 'id-token': 'write' } }),
    ],
    ['nothing-after', (workflow) => void diagnose(workflow).steps.push({ run: 'echo done' })],
  ])('%s is broken by change %#', (rule, change) => {
    expect(broken(change)).toContain(rule)
  })

  it('let a caller hand an identity token on to the workflow that only seals', () => {
    const permissions = { contents: 'read', 'id-token': 'write' }
    const change = ({ jobs }: Workflow) =>
      void (jobs['attest'] = { uses: called('attest'), permissions })
    expect(broken(change)).toEqual([])
  })

  it('let a script hold the result of another job, which nobody can choose', () => {
    const run = "${{ !contains(needs.*.result, 'failure') }} && echo ${{ github.run_id }}"
    expect(broken((workflow) => void diagnose(workflow).steps.unshift({ run }))).toEqual([])
  })

  it('name the line', () => {
    const text = `permissions: {}\njobs:\n  a:\n    steps:\n      - uses: ${checkout}\n`
    expect(workflowProblems(text)).toMatchObject([{ rule: 'persist-credentials', line: 5 }])
  })
})

describe('the workflow lint', () => {
  it('accepts the files of this repository, and says how many it looked at', async () => {
    const { exitCode, stdout, stderr } = await lint()
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(Number(/^(\d+) files/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(3)
  })

  it.each([
    ['actionlint', 'run: echo "${{ github.nonsense }}"', 'nonsense'],
    ['the language service', 'runs: echo', 'runs'],
    ['our rules', 'uses: actions/checkout@v5', '[pinned]'],
  ])('fails where %s finds something', async (_, step, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'codicil-lint-'))
    const file = join(folder, 'bad.yml')
    await writeFile(
      file,
      `on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - ${step}\n`,
    )
    const { exitCode, stderr } = await lint(file)
    await rm(folder, { recursive: true })
    expect(exitCode).toBe(1)
    expect(stderr).toContain(message)
  })
})

/** The first major version of each action of GitHub's that declares Node 24, by its own action.yml. */
const firstForNode24: Record<string, number> = {
  'actions/checkout': 5,
  'actions/upload-artifact': 6,
  'actions/download-artifact': 7,
  'actions/attest': 4,
}

describe('the actions of workflows and examples', () => {
  it('are at one commit each, of a version for Node 24', async () => {
    const folders = ['.github', '.github/workflows']
    const pins = new Map<string, Set<string>>()
    for (const folder of folders) {
      for (const name of await readdir(join(root, folder))) {
        if (!name.endsWith('.yml')) continue
        const text = await readFile(join(root, folder, name), 'utf8')
        for (const [, action = '', pin = ''] of text.matchAll(/uses: (actions\/[\w-]+)@(.*)$/gm)) {
          pins.set(action, (pins.get(action) ?? new Set()).add(pin))
        }
      }
    }
    expect([...pins.keys()].sort()).toEqual(Object.keys(firstForNode24).sort())
    for (const [action, found] of pins) {
      const [pin = '', ...others] = found
      expect({ action, others }).toEqual({ action, others: [] })
      const [, major] = /^[0-9a-f]{40} # v(\d+)\.\d+\.\d+$/.exec(pin) ?? []
      expect(Number(major)).toBeGreaterThanOrEqual(firstForNode24[action] ?? Infinity)
    }
  })
})

describe('the workflow without a server', () => {
  it.each<[rule: string, what: string, change: (workflow: Workflow) => void]>([
    ['', 'is let pass as it is', () => {}],
    [
      'trigger',
      'is not with a step before the one that amends',
      ({ jobs }) => void jobs['amend']?.steps?.unshift({ uses: checkout, with: ours }),
    ],
    [
      'trigger',
      'is not where its job with rights runs on a machine of your own',
      ({ jobs }) => void Object.assign(jobs['amend'] ?? {}, { 'runs-on': 'self-hosted' }),
    ],
    [
      'trigger',
      'is not where strangers could start the job that measures',
      ({ jobs }) => void Object.assign(jobs['diagnose'] ?? {}, { if: 'always()' }),
    ],
    [
      'trigger',
      'is not where another mode has the rights',
      ({ jobs }) => void Object.assign(jobs['amend']?.steps?.[0]?.with ?? {}, { mode: 'diagnose' }),
    ],
  ])('%s: it %s', async (rule, _, change) => {
    const text = await readFile(join(root, '.github/codicil-serverless.example.yml'), 'utf8')
    const workflow = parse(text) as Workflow
    change(workflow)
    const rules = workflowProblems(stringify(workflow)).map((problem) => problem.rule)
    expect(rules.slice(0, 1)).toEqual(rule === '' ? [] : [rule])
  })
})

function lint(...files: string[]) {
  return execa('node', [join(root, 'tools/lint-workflows.ts'), ...files], {
    preferLocal: true,
    localDir: root,
    reject: false,
  })
}

/** Its first checkout. */
function first(workflow: Workflow): Step {
  return diagnose(workflow).steps.find(({ uses }) => uses?.startsWith('actions/checkout@')) ?? {}
}

function last(workflow: Workflow): Step {
  return diagnose(workflow).steps.at(-1) ?? {}
}
