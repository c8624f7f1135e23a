/**
 * What the app uses of GitHub's GraphQL schema, with its types and words; what is not here GitHub may
 * have, and the stand-in refuses as GitHub does what it does not know.
 */
import { sees } from '../call.ts'
import { pullFiles } from '../figures.ts'
import { entryAt, isObjectId, type ParsedCommit, type TreeEntry } from '../git/index.ts'
import type { CheckRun, PullRequest, Repository, User } from '../model.ts'
import { nodeId, timestamp } from '../represent/users.ts'
import { FieldFailed, plain, require, type Field, type On, type Schema } from './fields.ts'
import { inputs, mutations } from './mutations.ts'

interface CommitSource extends ParsedCommit {
  __typename: 'Commit'
  repository: Repository
}

interface EntrySource extends TreeEntry {
  repository: Repository
}

type Connection<T> = { all: T[]; first?: number; last?: number }

/** Blobs longer than this are cut off. */
const longestText = 512_000

const paged = { first: 'Int', last: 'Int' }
const cutOf = <T>({ all, first, last }: Connection<T>) =>
  first !== undefined ? all.slice(0, first) : all.slice(Math.max(0, all.length - (last ?? 0)))

function connection(node: string): Record<string, Field> {
  return {
    nodes: plain(`[${node}]`, cutOf),
    totalCount: plain('Int!', ({ all }: Connection<unknown>) => all.length),
    pageInfo: plain('PageInfo!', (of: Connection<unknown>) => ({
      hasNextPage: of.first !== undefined && of.all.length > of.first,
    })),
  }
}

export const schema: Schema = {
  types: {
    ...mutations,
    Query: {
      repository: {
        type: 'Repository',
        args: { owner: 'String!', name: 'String!' },
        resolve(_, { owner, name }, { stage, identity }) {
          const { world } = stage
          const found = world.repository(owner, name) ?? world.renamedRepository(owner, name)
          if (found && sees(identity, found)) return found
          throw new FieldFailed(
            'NOT_FOUND',
            `Could not resolve to a Repository with the name '${owner}/${name}'.`,
          )
        },
      },
    },
    Repository: {
      id: plain('ID!', ({ id }: Repository) => nodeId('Repository', id)),
      databaseId: plain('Int', ({ id }: Repository) => id),
      defaultBranchRef: {
        type: 'Ref',
        resolve: (repository: Repository, _, on) =>
          branchOf(repository, `refs/heads/${repository.defaultBranch}`, on),
      },
      ref: {
        type: 'Ref',
        args: { qualifiedName: 'String!' },
        resolve: (repository: Repository, { qualifiedName }, on) =>
          branchOf(repository, qualifiedName, on),
      },
      object: {
        type: 'GitObject',
        args: { oid: 'GitObjectID' },
        resolve(repository: Repository, { oid }, on) {
          require(on, 'contents:read')
          return isObjectId(oid) ? commitOf(repository, oid) : null
        },
      },
      pullRequest: {
        type: 'PullRequest',
        args: { number: 'Int!' },
        resolve({ pulls }: Repository, { number }, on) {
          require(on, 'pull_requests:read')
          const pull = pulls.get(number)
          if (pull) return pull
          const what = `Could not resolve to a PullRequest with the number of ${number}.`
          throw new FieldFailed('NOT_FOUND', what)
        },
      },
    },
    Ref: {
      name: plain('String!', ({ name }: { name: string }) => name),
      target: plain('GitObject', ({ target }: { target: CommitSource }) => target),
    },
    GitObject: { oid: plain('GitObjectID!', ({ id }: { id: string }) => id) },
    Commit: {
      oid: plain('GitObjectID!', ({ id }: CommitSource) => id),
      message: plain('String!', ({ message }: CommitSource) => message),
      tree: plain('Tree!', ({ tree }: CommitSource) => ({ __typename: 'Tree', id: tree })),
      file: {
        type: 'TreeEntry',
        args: { path: 'String!' },
        async resolve({ repository, tree }: CommitSource, { path }) {
          const entry = await entryAt(repository.git, tree, path)
          return entry && { ...entry, repository }
        },
      },
      history: {
        type: 'CommitHistoryConnection!',
        args: { ...paged, path: 'String' },
        async resolve({ repository, id }: CommitSource, { path, ...cut }) {
          const ids = await repository.git.history(id, path)
          const all = await Promise.all(
            ids.slice(0, cut['first']).map((one) => commitOf(repository, one)),
          )
          return { all, ...cut }
        },
      },
      checkSuites: {
        type: 'CheckSuiteConnection',
        args: { ...paged, filterBy: 'CheckSuiteFilter' },
        resolve({ repository, id }: CommitSource, { filterBy, ...cut }, on) {
          require(on, 'checks:read')
          const ours = [...repository.checks.values()].filter(({ headSha }) => headSha === id)
          const of = filterBy?.appId ?? on.stage.world.app.id
          const suites = Map.groupBy(ours, ({ suiteId }) => suiteId)
          const all = [...suites.values()].map((checks) => ({ checks }))
          return { all: of === on.stage.world.app.id ? all : [], ...cut }
        },
      },
    },
    Tree: { oid: plain('GitObjectID!', ({ id }: { id: string }) => id) },
    Blob: {
      oid: plain('GitObjectID!', ({ id }: { id: string }) => id),
      text: plain('String', ({ content }: { content: Buffer }) =>
        content.includes(0) ? null : content.subarray(0, longestText).toString('utf8'),
      ),
      isTruncated: plain(
        'Boolean!',
        ({ content }: { content: Buffer }) => content.length > longestText,
      ),
    },
    TreeEntry: {
      type: plain('String!', ({ mode }: EntrySource) => typeOf(mode)),
      mode: plain('Int!', ({ mode }: EntrySource) => Number.parseInt(mode, 8)),
      oid: plain('GitObjectID!', ({ id }: EntrySource) => id),
      size: plain('Int!', async (entry: EntrySource) => (await blobOf(entry))?.content.length ?? 0),
      object: plain('GitObject', async (entry: EntrySource) => {
        if (typeOf(entry.mode) === 'commit') return null
        return (await blobOf(entry)) ?? { __typename: 'Tree', id: entry.id }
      }),
    },
    PullRequest: {
      id: plain('ID!', ({ id }: PullRequest) => nodeId('PullRequest', id)),
      number: plain('Int!', ({ number }: PullRequest) => number),
      state: plain('PullRequestState!', ({ state, merged }: PullRequest) =>
        merged ? 'MERGED' : state.toUpperCase(),
      ),
      merged: plain('Boolean!', ({ merged }: PullRequest) => merged !== undefined),
      isDraft: plain('Boolean!', ({ draft }: PullRequest) => draft),
      updatedAt: plain('DateTime!', ({ updatedAt }: PullRequest) => timestamp(updatedAt)),
      headRefOid: plain('GitObjectID!', ({ head }: PullRequest) => head.sha),
      baseRefName: plain('String!', ({ base }: PullRequest) => base.ref),
      baseRefOid: plain('GitObjectID!', ({ base }: PullRequest) => base.sha),
      headRepository: plain('Repository', ({ head }: PullRequest) => head.repository),
      baseRepository: plain('Repository', ({ repository }: PullRequest) => repository),
      author: plain('Actor', ({ author }: PullRequest) => accountOf(author)),
      labels: {
        type: 'LabelConnection',
        args: paged,
        resolve: ({ labels }: PullRequest, cut) => ({ all: labels, ...cut }),
      },
      files: {
        type: 'PullRequestChangedFileConnection',
        args: paged,
        resolve: async (pull: PullRequest, cut) => ({ all: await pullFiles(pull), ...cut }),
      },
      comments: {
        type: 'IssueCommentConnection!',
        args: paged,
        resolve({ repository, number }: PullRequest, cut) {
          const all = [...repository.comments.values()].filter((one) => one.number === number)
          return { all: all.sort((a, b) => a.id - b.id), ...cut }
        },
      },
      commits: {
        type: 'PullRequestCommitConnection!',
        args: paged,
        async resolve({ repository, base, head }: PullRequest, cut) {
          const ids = await repository.git.between(base.sha, head.sha)
          const all = await Promise.all(ids.map((id) => commitOf(repository, id)))
          return { all: all.map((commit) => ({ commit })), ...cut }
        },
      },
    },
    Actor: { login: plain('String!', ({ login }: User) => login) },
    User: accountFields(),
    Bot: accountFields(),
    Organization: accountFields(),
    Label: { name: plain('String!', ({ name }: { name: string }) => name) },
    PullRequestChangedFile: {
      path: plain('String!', ({ path }: { path: string }) => path),
      changeType: plain('PatchStatus!', ({ status }: { status: string }) =>
        status === 'removed' ? 'DELETED' : status.toUpperCase(),
      ),
    },
    IssueComment: {
      id: plain('ID!', ({ id }: { id: number }) => nodeId('IssueComment', id)),
      databaseId: plain('Int', ({ id }: { id: number }) => id),
      author: plain('Actor', ({ author }: { author: User }) => accountOf(author)),
    },
    PullRequestCommit: { commit: plain('Commit!', ({ commit }: { commit: unknown }) => commit) },
    CheckSuite: {
      checkRuns: {
        type: 'CheckRunConnection',
        args: { ...paged, filterBy: 'CheckRunFilter' },
        resolve({ checks }: { checks: CheckRun[] }, { filterBy, ...cut }) {
          const name: string | undefined = filterBy?.checkName
          const found = checks.filter((check) => name === undefined || check.name === name)
          const latest = filterBy?.checkType !== 'ALL' && found.length > 0
          return { all: latest ? found.slice(-1) : found, ...cut }
        },
      },
    },
    CheckRun: { databaseId: plain('Int', ({ id }: { id: number }) => id) },
    PageInfo: {
      hasNextPage: plain('Boolean!', ({ hasNextPage }: { hasNextPage: boolean }) => hasNextPage),
    },
    LabelConnection: connection('Label'),
    PullRequestChangedFileConnection: connection('PullRequestChangedFile'),
    IssueCommentConnection: connection('IssueComment'),
    PullRequestCommitConnection: connection('PullRequestCommit'),
    CommitHistoryConnection: connection('Commit'),
    CheckSuiteConnection: connection('CheckSuite'),
    CheckRunConnection: connection('CheckRun'),
  },
  inputs,
}

function accountFields(): Record<string, Field> {
  return {
    login: plain('String!', ({ login }: User) => login),
    databaseId: plain('Int', ({ id }: User) => id),
  }
}

/** A bot is called here without the end of its name. */
function accountOf(user: User) {
  return { ...user, login: user.login.replace(/\[bot\]$/, ''), __typename: user.type }
}

async function branchOf(repository: Repository, name: string, on: On) {
  require(on, 'contents:read')
  const target = await commitOf(repository, name)
  return target && { name: name.replace('refs/heads/', ''), target }
}

async function commitOf(repository: Repository, name: string): Promise<CommitSource | null> {
  const commit = await repository.git.commit(name)
  return commit ? { ...commit, __typename: 'Commit', repository } : null
}

async function blobOf({ repository, id, mode }: EntrySource) {
  const object = typeOf(mode) === 'blob' ? await repository.git.read(id) : undefined
  return object && { __typename: 'Blob', id, content: object.content }
}

function typeOf(mode: string): string {
  if (mode === '040000') return 'tree'
  return mode === '160000' ? 'commit' : 'blob'
}
