/**
 * What the gate decides on, as GitHub shows it at one moment, in one read: the pull request, what it
 * changes, the settings on the default branch, and whether anything of ours is there already.
 */
import { settingsPath } from '../../spec-tools/index.ts'
import { checkName } from './check.ts'
import type { Repository } from './client.ts'
import { entryFields, type Entry } from './objects.ts'
import { readGraph } from './graphql.ts'
import {
  changedPaths,
  getPullRequest,
  listedFiles,
  loginOf,
  pullFields,
  pullOf,
  type PullAnswer,
  type PullRequest,
} from './pull-request.ts'

export interface GateRead {
  pull: PullRequest
  /** The settings file on the default branch; null where there is no such branch. */
  settings: DefaultBranch | null
  /** What the pull request changes; null where it has to be listed. */
  changed: string[] | null
  unshown: Unshown
}

export interface DefaultBranch {
  branch: string
  commit: string
  entry: Entry | null
}

/** What is surely not there: neither a comment of ours, nor a check of ours on that commit. */
export interface Unshown {
  comment: boolean
  checkOn: string | null
}

/** Fields of the default branch with its settings. */
export const defaultBranchFields = `defaultBranchRef { name target { oid ... on Commit {
  settings: file(path: "${settingsPath}") { ${entryFields} } } } }`

export interface DefaultBranchAnswer {
  defaultBranchRef: { name: string; target: { oid: string; settings?: Entry | null } | null } | null
}

interface Answer extends DefaultBranchAnswer {
  pullRequest: PullAnswer & {
    files: Connection<{ path: string; changeType: string }> | null
    comments: Connection<{ author: { login: string; __typename: string } | null }>
    commits: { nodes: { commit: { oid: string; checkSuites: Suites | null } }[] }
  }
}

interface Connection<T> {
  pageInfo: { hasNextPage: boolean }
  nodes: T[]
}

type Suites = Connection<{ checkRuns: { totalCount: number } | null }>

const page = 'pageInfo { hasNextPage }'

export async function readForGate(repository: Repository, number: number): Promise<GateRead> {
  const { bot } = repository
  const of = bot.app === null ? '' : `, filterBy: { appId: ${bot.app} }`
  const answer = await readGraph<Answer>(repository, {
    name: 'Gate',
    variables: { number: ['Int!', number], check: ['String!', checkName] },
    select: `${defaultBranchFields}
      pullRequest(number: $number) { ${pullFields}
        files(first: 100) { ${page} nodes { path changeType } }
        comments(first: 100) { ${page} nodes { author { login __typename } } }
        commits(last: 1) { nodes { commit { oid checkSuites(first: 100${of}) { ${page} nodes {
          checkRuns(first: 1, filterBy: { checkName: $check, checkType: ALL }) { totalCount } } } } } }
      }`,
  })
  const { files, comments, commits } = answer.pullRequest
  const [newest] = commits.nodes
  const suites = newest?.commit.checkSuites
  const checked = whole(suites)?.some(({ checkRuns }) => checkRuns?.totalCount !== 0) ?? true
  const commented = whole(comments)?.some(
    ({ author }) => author?.__typename === 'Bot' && loginOf(author) === bot.login,
  )
  return {
    pull: pullOf(answer.pullRequest),
    settings: defaultBranchOf(answer),
    changed: changedIn(files),
    unshown: {
      comment: commented === false,
      checkOn: newest && !checked ? newest.commit.oid : null,
    },
  }
}

export function defaultBranchOf({ defaultBranchRef: ref }: DefaultBranchAnswer) {
  return ref?.target
    ? { branch: ref.name, commit: ref.target.oid, entry: ref.target.settings ?? null }
    : null
}

/** GraphQL does not say what a renamed file was called, and 100 files at most. */
function changedIn(files: Answer['pullRequest']['files']): string[] | null {
  const all = whole(files)
  const moved = all?.some(({ changeType }) => changeType === 'RENAMED' || changeType === 'COPIED')
  return all && !moved ? all.map(({ path }) => path) : null
}

function whole<T>(connection: Connection<T> | null | undefined): T[] | null {
  return connection && !connection.pageInfo.hasNextPage ? connection.nodes : null
}

/** A pull request while it is looked at. */
export interface ReadPull {
  /** As it was read last. */
  (): Promise<PullRequest>
  /** Reads it anew, for the gate, with all that it changes. */
  gate(): Promise<GateRead & { paths: string[]; complete: boolean }>
  /** What the gate saw not to be there; we alone write it. */
  unshown(): Unshown
}

export function pullReader(repository: Repository, number: number): ReadPull {
  let last: Promise<PullRequest> | null = null
  let unshown: Unshown = { comment: false, checkOn: null }
  const anew = async () => {
    const read = await readForGate(repository, number)
    last = Promise.resolve(read.pull)
    unshown = read.unshown
    return read
  }
  return Object.assign(() => (last ??= getPullRequest(repository, number)), {
    async gate() {
      const read = await anew()
      if (read.changed) return { ...read, paths: read.changed, complete: true }
      // The list is that of the head at some time before that is read; it counts where they are one.
      const paths = await changedPaths(repository, number)
      return { ...(await anew()), paths, complete: paths.length < listedFiles }
    },
    unshown: () => unshown,
  })
}
