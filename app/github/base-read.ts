/** The base of an amendment as GitHub shows it, in one read before it is drafted and one before it is written. */
import { entryFields, type Entry } from './objects.ts'
import type { Repository } from './client.ts'
import { readGraph } from './graphql.ts'
import { pullFields, pullOf, type PullAnswer, type PullRequest } from './pull-request.ts'

export interface BaseRead {
  /** The pull request that was measured. */
  pull: PullRequest
  /** Null: there is no such branch any more. */
  head: BaseHead | null
}

export interface BaseHead {
  commit: string
  tree: string
  /** What stands at the document's path. */
  entry: Entry | null
  /** First lines of the last commits that changed the document, newest first; 30 at most. */
  subjects: string[]
}

interface Branch<T> {
  target: ({ oid: string } & Partial<T>) | null
}

interface Answer {
  pullRequest: PullAnswer
  ref: Branch<{
    tree: { oid: string }
    file: Entry | null
    history: { nodes: { message: string }[] }
  }> | null
}

/** @param path of the document */
export async function readBase(
  repository: Repository,
  { number, branch, path }: { number: number; branch: string; path: string },
): Promise<BaseRead> {
  const { pullRequest, ref } = await readGraph<Answer>(repository, {
    name: 'Base',
    variables: {
      number: ['Int!', number],
      branch: ['String!', `refs/heads/${branch}`],
      path: ['String!', path],
    },
    select: `pullRequest(number: $number) { ${pullFields} }
      ref(qualifiedName: $branch) { target { oid ... on Commit { tree { oid }
        file(path: $path) { ${entryFields} }
        history(first: 30, path: $path) { nodes { message } } } } }`,
  })
  const { oid: commit, tree, file = null, history } = ref?.target ?? {}
  const subjects = (history?.nodes ?? []).map(({ message }) => firstLine(message))
  return {
    pull: pullOf(pullRequest),
    head: commit && tree ? { commit, tree: tree.oid, entry: file, subjects } : null,
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.slice(0, 400) ?? ''
}

export interface BeforeWrite {
  /** The head of the base, and the document's Git object name there; null: there is none. */
  head: string | null
  blob: string | null
  /** What stands at each of the paths at the commit that was drafted on: its type. */
  at: Map<string, string | null>
}

/** @param paths Folders that the draft puts files into. */
export async function readBeforeWrite(
  repository: Repository,
  on: { branch: string; commit: string; path: string },
  paths: readonly string[],
): Promise<BeforeWrite> {
  type Type = { type: string } | null
  type Folders = { oid: string } & Record<`at${number}`, Type>
  const named = paths.map((path, index) => [`at${index}`, path] as const)
  const { ref, object } = await readGraph<{
    ref: Branch<{ file: { oid: string } | null }> | null
    object: Folders | null
  }>(repository, {
    name: 'BeforeWrite',
    variables: {
      branch: ['String!', `refs/heads/${on.branch}`],
      commit: ['GitObjectID!', on.commit],
      path: ['String!', on.path],
      ...Object.fromEntries(named.map(([name, path]) => [name, ['String!', path]])),
    },
    select: `ref(qualifiedName: $branch) { target { oid ... on Commit { file(path: $path) { oid } } } }
      object(oid: $commit) { oid ... on Commit {
        ${named.map(([name]) => `${name}: file(path: $${name}) { type }`).join(' ')} __typename } }`,
  })
  return {
    head: ref?.target?.oid ?? null,
    blob: ref?.target?.file?.oid ?? null,
    at: new Map(named.map(([name, path]) => [path, object?.[name as `at0`]?.type ?? null])),
  }
}
