/** GraphQL of the stand-in: answers as GitHub's schema says, and refuses in its words what that lacks. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startHub, type Hub, type HubRepository } from '../../../demo/hub/index.ts'
import { installationClient } from './client.ts'

let hub: Hub
let repository: HubRepository
let client: Awaited<ReturnType<typeof installationClient>>
beforeAll(async () => {
  hub = await startHub()
  repository = await hub.createRepository({
    owner: 'acme',
    name: 'ships',
    files: { 'docs/spec.md': '# Ships\n', 'bin/run': 'x\n' },
  })
  client = await installationClient(hub, repository)
})
afterAll(() => hub.stop())
afterEach(() => hub.faults.clear())

const named = 'repository(owner: "acme", name: "ships")'

/** The whole answer, errors and all. */
async function answerTo(query: string, variables = {}, as = client) {
  const { data } = await as.request('POST /graphql', { query, variables })
  return data as { data?: unknown; errors?: Record<string, unknown>[] }
}

const within = (fields: string) => `query Q { ${named} { ${fields} } }`

describe('a query', () => {
  it('is answered with what was asked for, under the names that were given', async () => {
    const main = await repository.tip()
    const query = `query Q($path: String!) { ${named} { databaseId
      head: defaultBranchRef { name target { oid ... on Commit {
        spec: file(path: $path) { type mode size object { __typename ... on Blob { text isTruncated } } }
        folder: file(path: "docs") { type object { __typename } }
        none: file(path: "docs/nothing") { oid }
        history(first: 1, path: $path) { nodes { message } } } } } } }`
    const { data, errors } = await answerTo(query, { path: 'docs/spec.md' })
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      repository: {
        databaseId: repository.record.id,
        head: {
          name: 'main',
          target: {
            oid: main,
            spec: {
              type: 'blob',
              mode: 33188,
              size: 8,
              object: { __typename: 'Blob', text: '# Ships\n', isTruncated: false },
            },
            folder: { type: 'tree', object: { __typename: 'Tree' } },
            none: null,
            history: { nodes: [{ message: expect.any(String) }] },
          },
        },
      },
    })
  })

  it('that fails at one place has null there and an error, and is answered besides', async () => {
    const { data, errors } = await answerTo(within('databaseId pullRequest(number: 7) { id }'))
    expect(data).toEqual({ repository: { databaseId: repository.record.id, pullRequest: null } })
    expect(errors).toMatchObject([
      {
        type: 'NOT_FOUND',
        path: ['repository', 'pullRequest'],
        message: 'Could not resolve to a PullRequest with the number of 7.',
      },
    ])
  })

  it('finds no repository that the token does not reach', async () => {
    await hub.createRepository({ owner: 'acme', name: 'other', private: true, install: false })
    const { data, errors } = await answerTo(
      'query Q { repository(owner: "acme", name: "other") { id } }',
    )
    expect(data).toEqual({ repository: null })
    expect(errors).toMatchObject([{ type: 'NOT_FOUND', path: ['repository'] }])
  })

  it('reads nothing that the token has no permission for', async () => {
    const few = await installationClient(hub, repository, { metadata: 'read' })
    const { data, errors } = await answerTo(within('databaseId defaultBranchRef { name }'), {}, few)
    expect(data).toMatchObject({ repository: { defaultBranchRef: null } })
    expect(errors).toMatchObject([
      { type: 'FORBIDDEN', message: 'Resource not accessible by integration' },
    ])
  })

  it('can be made to fail as any call, and counts against a limit of its own', async () => {
    const { headers } = await client.request('POST /graphql', { query: within('id') })
    expect(headers).toMatchObject({ 'x-ratelimit-resource': 'graphql' })
    hub.faults.add({ match: { operation: 'graphql/Q' }, when: 'before', status: 502 })
    await expect(answerTo(within('id'))).rejects.toMatchObject({ status: 502 })
  })
})

describe('a query that the schema does not allow', () => {
  it.each([
    ['an unknown field', within('nothing'), "Field 'nothing' doesn't exist on type 'Repository'"],
    ['an unknown argument', within('ref(name: "x") { name }'), "doesn't accept argument 'name'"],
    ['no argument that is needed', within('ref { name }'), 'is missing required arguments'],
    ['no fields of an object', within('defaultBranchRef'), 'Field must have selections'],
    ['a type that is none', within('object(oid: "a") { ... on Nothing { oid } }'), 'No such type'],
    ['a variable that is not used', `query Q($x: Int) { ${named} { id } }`, 'but not used'],
    [
      'a variable of another type',
      `query Q($x: String) { ${named} { pullRequest(number: $x) { id } } }`,
      'Type mismatch on variable $x',
    ],
    [
      'no bound of a connection',
      within('pullRequest(number: 1) { labels { totalCount } }'),
      'You must provide a `first` or `last` value',
    ],
    [
      'more than a hundred',
      within('pullRequest(number: 1) { labels(first: 101) { totalCount } }'),
      'exceeds the `first` limit of 100 records',
    ],
    ['no end', 'query Q { ', 'Parse error'],
  ])('for %s is not carried out', async (_, query, message) => {
    const { data, errors = [] } = await answerTo(query)
    expect(data).toBeUndefined()
    expect(errors.map((error) => error['message'])).toContainEqual(expect.stringContaining(message))
  })
})

describe('a mutation', () => {
  const mutation = `mutation M($a: UpdateIssueCommentInput!, $b: UpdateCheckRunInput!) {
    updateIssueComment(input: $a) { issueComment { databaseId } }
    updateCheckRun(input: $b) { checkRun { databaseId } } }`

  it('does what can be done, and says what could not', async () => {
    const where = repository.coordinates
    const head = (await repository.tip()) ?? ''
    const { data: check } = await client.rest.checks.create({ ...where, name: 'c', head_sha: head })
    const { data: facts } = await client.rest.repos.get(where)
    const input = { repositoryId: facts.node_id, checkRunId: check.node_id, conclusion: 'NEUTRAL' }
    const { data, errors } = await answerTo(mutation, { a: { id: 'none', body: 'x' }, b: input })
    expect(data).toEqual({
      updateIssueComment: null,
      updateCheckRun: { checkRun: { databaseId: check.id } },
    })
    expect(errors).toMatchObject([{ type: 'NOT_FOUND', path: ['updateIssueComment'] }])
    expect(repository.record.checks.get(check.id)).toMatchObject({ conclusion: 'neutral' })
  })

  it('whose input has a field that is not known does nothing', async () => {
    const a = { id: 'x', body: 'y', text: 'z' }
    const { data, errors } = await answerTo(mutation, {
      a,
      b: { repositoryId: 'r', checkRunId: 'c' },
    })
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([{ message: /doesn't accept argument 'text'/ }].map(asText))
  })
})

function asText({ message }: { message: RegExp }) {
  return { message: expect.stringMatching(message) }
}
