/**
 * Extracts from GitHub's published OpenAPI description the operations that Codicil calls:
 *
 *   cd "$(mktemp -d)" && npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
 *   node tools/generate-openapi.ts package/generated/api.github.com.json
 *
 * The package weighs 385 MB unpacked, so it is no dependency of the project; what this tool writes
 * is committed. The subset holds JSON Schemas as ajv reads them: `nullable` becomes a type, prose
 * and examples go, and `$ref`s point into `schemas` of the same file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A JSON value, as far as this tool needs to know. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Node = { [key: string]: Json }

/** What Codicil, its tests and the official clients beneath them call; GitHub's own names. */
const operations = [
  'apps/get-authenticated',
  'apps/list-installations',
  'apps/get-installation',
  'apps/get-repo-installation',
  'apps/create-installation-access-token',
  'apps/list-webhook-deliveries',
  'apps/get-webhook-delivery',
  'apps/list-repos-accessible-to-installation',
  'meta/get',
  'rate-limit/get',
  'users/get-by-username',
  'repos/get',
  'repos/get-collaborator-permission-level',
  'repos/get-branch',
  'repos/list-branches',
  'repos/get-commit',
  'repos/list-commits',
  'repos/compare-commits-with-basehead',
  'repos/get-content',
  'repos/list-pull-requests-associated-with-commit',
  'pulls/get',
  'pulls/list',
  'pulls/create',
  'pulls/update',
  'pulls/list-files',
  'pulls/list-reviews',
  'pulls/list-commits',
  'pulls/merge',
  'issues/get',
  'issues/list-comments',
  'issues/list-events',
  'issues/create-comment',
  'issues/update-comment',
  'issues/get-comment',
  'issues/delete-comment',
  'issues/list-labels-on-issue',
  'issues/add-labels',
  'issues/remove-label',
  'reactions/create-for-issue-comment',
  'checks/create',
  'checks/update',
  'checks/get',
  'checks/list-annotations',
  'checks/list-for-ref',
  'checks/rerequest-run',
  'git/get-ref',
  'git/list-matching-refs',
  'git/create-ref',
  'git/update-ref',
  'git/delete-ref',
  'git/create-blob',
  'git/get-blob',
  'git/create-tree',
  'git/get-tree',
  'git/create-commit',
  'git/get-commit',
  'actions/create-workflow-dispatch',
  'actions/get-workflow',
  'actions/list-workflow-runs-for-repo',
  'actions/list-workflow-runs',
  'actions/get-workflow-run',
  'actions/get-workflow-run-attempt',
  'actions/list-jobs-for-workflow-run',
  'actions/list-jobs-for-workflow-run-attempt',
  'actions/list-workflow-run-artifacts',
  'actions/get-job-for-workflow-run',
  'actions/download-job-logs-for-workflow-run',
  'actions/get-artifact',
  'actions/download-artifact',
  'actions/delete-artifact',
  'actions/cancel-workflow-run',
  'actions/re-run-workflow',
  'actions/re-run-workflow-failed-jobs',
]

/**
 * Calls that GitHub answers but its description leaves out. The lookup by id is where a renamed
 * repository's old name redirects to.
 */
const undocumented: Record<string, { path: string; like: string }> = {
  'repos/get-by-id': { path: '/repositories/{repository_id}', like: 'repos/get' },
}

const prose = new Set(['description', 'example', 'examples', 'title', 'externalDocs', 'deprecated'])

const [descriptionPath, outputPath = defaultOutput()] = process.argv.slice(2)
if (!descriptionPath) {
  process.stderr.write(
    'Usage: node tools/generate-openapi.ts <api.github.com.json> [output]\n' +
      'The header of this tool says where the description comes from.\n',
  )
  process.exit(2)
}
writeFileSync(outputPath, `${JSON.stringify(extract(readDescription(descriptionPath)), null, 1)}\n`)

function defaultOutput(): string {
  return join(import.meta.dirname, '../demo/hub/contract/github-openapi.generated.json')
}

function readDescription(path: string): Node {
  return JSON.parse(readFileSync(path, 'utf8')) as Node
}

function extract(description: Node): Node {
  const wanted = new Set<string>()
  const kept: Node[] = []
  for (const [path, methods] of Object.entries(description.paths as Node)) {
    for (const [method, operation] of Object.entries(methods as Node)) {
      const id = (operation as Node).operationId
      if (typeof id === 'string' && operations.includes(id)) {
        kept.push(describe(description, path, method, operation as Node, wanted))
      }
    }
  }
  const missing = operations.filter((id) => !kept.some((operation) => operation.id === id))
  if (missing.length > 0) {
    throw new Error(`The description has no operation ${missing.join(', ')}: was it renamed?`)
  }
  for (const [id, { path, like }] of Object.entries(undocumented)) {
    const model = kept.find((operation) => operation.id === like)
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    kept.push({ ...model, id, path, parameters: named.map(pathParameter) })
  }
  return {
    source: `@octokit/openapi ${(description.info as Node).version}`,
    operations: kept.sort((a, b) => String(a.id).localeCompare(String(b.id))),
    schemas: closure(description, wanted),
  }
}

function pathParameter(name: string): Node {
  return { name, in: 'path', required: true, schema: { type: 'integer' } }
}

function describe(
  description: Node,
  path: string,
  method: string,
  operation: Node,
  wanted: Set<string>,
): Node {
  const parameters = ((operation.parameters ?? []) as Node[]).map((each) => {
    const parameter = resolve(description, each)
    return {
      name: parameter.name as string,
      in: parameter.in as string,
      required: parameter.required === true,
      schema: simplify(parameter.schema as Node, wanted),
    }
  })
  const responses: Node = {}
  for (const [status, each] of Object.entries(operation.responses as Node)) {
    responses[status] = body(resolve(description, each as Node), wanted) ?? null
  }
  const request = operation.requestBody as Node | undefined
  return {
    id: operation.operationId as string,
    method: method.toUpperCase(),
    path,
    parameters,
    request: request ? (body(request, wanted) ?? null) : null,
    requestRequired: request?.required === true,
    responses,
  }
}

/** The JSON form of a request or response, or nothing where it has no JSON body. */
function body(message: Node, wanted: Set<string>): Node | undefined {
  const content = (message.content ?? {}) as Node
  const forms = Object.entries(content)
    .filter(([type]) => /json/.test(type))
    .map(([, form]) => simplify((form as Node).schema as Node, wanted))
  return forms.length > 1 ? { anyOf: forms } : forms[0]
}

function resolve(description: Node, node: Node): Node {
  if (typeof node.$ref !== 'string') return node
  const steps = node.$ref.replace('#/', '').split('/')
  return steps.reduce<Node>((at, step) => at[step] as Node, description)
}

/** Every schema that the operations reach, by name. */
function closure(description: Node, wanted: Set<string>): Node {
  const schemas: Node = {}
  for (const name of wanted) {
    const components = description.components as { schemas: Node }
    schemas[name] = simplify(components.schemas[name] as Node, wanted)
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** One schema of OpenAPI 3.0 as JSON Schema; a Set that is iterated may grow meanwhile. */
function simplify(schema: Node, wanted: Set<string>): Node {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    wanted.add(name)
    return { $ref: `#/schemas/${name}` }
  }
  const plain: Node = {}
  for (const [key, value] of Object.entries(schema)) {
    if (prose.has(key) || key.startsWith('x-') || key === 'nullable' || key === 'default') continue
    plain[key] = simplifyKeyword(key, value, wanted)
  }
  return schema.nullable === true ? nullable(plain) : plain
}

function simplifyKeyword(key: string, value: Json, wanted: Set<string>): Json {
  if (['allOf', 'anyOf', 'oneOf'].includes(key)) {
    return (value as Node[]).map((each) => simplify(each, wanted))
  }
  if (key === 'properties') {
    const entries = Object.entries(value as Node)
    return Object.fromEntries(entries.map(([name, each]) => [name, simplify(each as Node, wanted)]))
  }
  const isSchema = ['items', 'additionalProperties', 'not'].includes(key)
  return isSchema && typeof value === 'object' ? simplify(value as Node, wanted) : value
}

function nullable(schema: Node): Node {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = schema.enum as Json[] | undefined
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(values && { enum: [...new Set([...values, null])] }),
  }
}
