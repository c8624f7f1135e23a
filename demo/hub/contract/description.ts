/**
 * GitHub's own description of the operations that Codicil calls, extracted by
 * `tools/generate-openapi.ts`. The stand-in takes its paths, methods and request schemas from here,
 * and the contract check judges both sides by it: neither author can be wrong alone.
 */
import { readFileSync } from 'node:fs'

export type JsonSchema = { [keyword: string]: unknown }

export interface Operation {
  /** GitHub's operation id, such as `pulls/create`. */
  id: string
  method: string
  /** A template such as `/repos/{owner}/{repo}/pulls`. */
  path: string
  parameters: Array<{
    name: string
    in: 'path' | 'query' | 'header'
    required: boolean
    schema: JsonSchema
  }>
  request: JsonSchema | null
  requestRequired: boolean
  /** Status -> schema of the JSON body, or null where there is none. */
  responses: Record<string, JsonSchema | null>
}

export interface Description {
  source: string
  operations: Operation[]
  schemas: Record<string, JsonSchema>
}

export interface MatchedOperation {
  operation: Operation
  /** Decoded values of the path's parameters. */
  params: Record<string, string>
}

export function readDescription(): Description {
  const path = new URL('github-openapi.generated.json', import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')) as Description
}

/** These parameters may hold slashes; all others end at one. */
const spanning = new Set(['path', 'ref', 'basehead', 'branch'])

/** Finds the operation of a request; where several templates fit, the most literal one. */
export function operationFinder({ operations }: Description) {
  const routes = operations
    .map((operation) => ({ operation, ...compile(operation.path) }))
    .sort((a, b) => b.literal - a.literal)
  return (method: string, pathname: string): MatchedOperation | undefined => {
    const { path, byId } = namedPath(pathname)
    for (const { operation, pattern } of routes) {
      const found = operation.method === method ? pattern.exec(path) : null
      if (found) return { operation, params: { ...decode(found.groups ?? {}), ...byId } }
    }
    return undefined
  }
}

/**
 * Everything beneath `/repos/{owner}/{repo}` is also reached beneath `/repositories/{id}`: that is
 * where GitHub redirects to after a repository was renamed.
 */
function namedPath(pathname: string): { path: string; byId: Record<string, string> } {
  const [, id, rest] = /^\/repositories\/(\d+)\/(.+)$/.exec(pathname) ?? []
  if (id === undefined) return { path: pathname, byId: {} }
  return { path: `/repos/-/-/${rest}`, byId: { repository_id: id } }
}

function compile(template: string) {
  const source = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    spanning.has(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  )
  // The root of a repository's contents has no path at all.
  const rooted = source.replace('/(?<path>.+)', '(?:/(?<path>.*))?')
  return {
    pattern: new RegExp(`^${rooted}$`),
    literal: template.replace(/\{\w+\}/g, '').length,
  }
}

function decode(groups: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value = '']) => [name, safeDecode(value)]),
  )
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
