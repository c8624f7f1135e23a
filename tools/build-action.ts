/**
 * Builds the Action into `dist/`: an entry that starts at once, and chunks that are loaded when they
 * are needed. The same sources give the same bytes.
 *
 *     node tools/build-action.ts [--check]
 *
 * `--check` writes nothing: it compares with the committed `dist/` and fails naming what differs.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { rolldown, type OutputChunk, type Plugin } from 'rolldown'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const entry = 'index.js'
/** Of the entry and all that it loads before the first diagnostic, in bytes. */
const mostBefore = 400_000
/**
 * What does nothing by being loaded, so that only what is used of it is loaded, and only when: our own
 * pure core, the tools for Markdown, and the HTTP client that the toolkit brings along. Packages that
 * say so of themselves are believed.
 */
const quiet =
  /\/spec-tools\/|\/node_modules\/(?:@actions\/(?:core|http-client)|undici|(?:mdast|unist)-util-[a-z-]+|micromark[a-z-]*)\//
/** Loaded after the first diagnostic, or by the other mode. */
const late = ['gather', 'compared', 'describe', 'summary', 'upload', 'amend']
/**
 * Packages that few runs use, each with the names that are taken from it. They become chunks that are
 * read at the first use, which the sources need not know of.
 */
const whenUsed = new Map([
  ['re2js', ['RE2JS']],
  ['@marcbachmann/cel-js', ['Environment', 'ParseError']],
  ['decode-named-character-reference', ['decodeNamedCharacterReference']],
])
/** Its modules for browsers, of which the bundler takes what is used; those for Node go in whole. */
const yaml = join(root, 'node_modules/yaml/browser/dist/index.js')

const chunks = await bundle()
refuseUnbundled(chunks)
const files = new Map<string, string>([
  ...chunks.map(({ fileName, code }) => [fileName, code] as const),
  // The sources are modules whatever package.json is found above.
  ['package.json', '{ "type": "module" }\n'],
  ['licenses.txt', await licences(chunks)],
])
reportSizes(chunks)
if (process.argv.includes('--check')) {
  const stale = await differences(files)
  for (const name of stale) {
    process.stderr.write(`dist/${name} does not match the sources; run: npm run build\n`)
  }
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist)
  for (const [name, text] of files) await writeFile(join(dist, name), text)
}

async function bundle(): Promise<OutputChunk[]> {
  const build = await rolldown({
    cwd: root,
    input: {
      index: join(root, 'action/index.ts'),
      seal: join(root, 'kernels-runner/seal.ts'),
      ...Object.fromEntries([...whenUsed.keys()].map((name) => [chunkOf(name), name])),
    },
    platform: 'node',
    resolve: { alias: { yaml } },
    plugins: [standIns()],
    treeshake: { moduleSideEffects: (id) => (quiet.test(id) ? false : undefined) },
    onLog(level, log) {
      if (level === 'warn' && log.code !== 'EVAL') process.stderr.write(`${log.message}\n`)
    },
  })
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    minify: true,
    comments: { legal: false },
  })
  await build.close()
  return output
    .filter((file) => file.type === 'chunk')
    .sort((a, b) => (a.fileName < b.fileName ? -1 : 1))
}

/** Puts in the place of each package of `whenUsed` what reads it at the first use. */
function standIns(): Plugin {
  const mark = '\0when-used:'
  const met = new Set<string>()
  return {
    name: 'when-used',
    resolveId(name, importer) {
      if (importer === undefined || !whenUsed.has(name)) return null
      met.add(name)
      return `${mark}${name}`
    },
    load(id) {
      const name = id.slice(mark.length)
      const names = id.startsWith(mark) ? whenUsed.get(name) : undefined
      return names === undefined ? null : standIn(`./${chunkOf(name)}.js`, names)
    },
    buildEnd() {
      const unused = [...whenUsed.keys()].filter((name) => !met.has(name))
      if (unused.length > 0) throw new Error(`Nothing imports ${unused.join(', ')} any more.`)
    },
  }
}

function chunkOf(name: string): string {
  return name.replace(/^@[^/]+\//, '')
}

/** Source of a module whose exports do as those of `chunk` do, and read it when the first is used. */
function standIn(chunk: string, names: readonly string[]): string {
  return `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const late = (name) => {
      const real = () => require('${chunk}')[name]
      return new Proxy(function () {}, {
        get: (_, key) => Reflect.get(real(), key),
        apply: (_, self, values) => Reflect.apply(real(), self, values),
        construct: (_, values) => Reflect.construct(real(), values),
      })
    }
    ${names.map((name) => `export const ${name} = /* @__PURE__ */ late('${name}')`).join('\n')}`
}

/** Nothing is installed where the Action runs: whatever is not bundled must be part of Node. */
function refuseUnbundled(built: readonly OutputChunk[]): void {
  const names = new Set(built.map(({ fileName }) => fileName))
  const missing = built
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter((name) => !names.has(name) && !isBuiltin(name))
  if (missing.length > 0) {
    throw new Error(
      `The Action would need packages at run time: ${[...new Set(missing)].join(', ')}`,
    )
  }
}

function reportSizes(built: readonly OutputChunk[]): void {
  const before = reached(built, late)
  const size = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + Buffer.byteLength(codeOf(built, name)), 0)
  const all = built.map(({ fileName }) => fileName)
  process.stdout.write(
    `entry ${size([entry])} bytes, before the first diagnostic ${size(before)}, in all ${size(all)}\n`,
  )
  if (size(before) > mostBefore) {
    throw new Error(
      `The Action loads ${size(before)} bytes before it runs anything; most: ${mostBefore}.`,
    )
  }
}

/** What the entry loads, directly or not, without following the chunks named. */
function reached(built: readonly OutputChunk[], without: readonly string[]): Set<string> {
  const found = new Set<string>()
  const pending = [entry]
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const chunk = built.find(({ fileName }) => fileName === name)
    if (!chunk || found.has(name) || without.includes(chunk.name)) continue
    found.add(name)
    pending.push(...chunk.imports, ...chunk.dynamicImports)
  }
  return found
}

function codeOf(built: readonly OutputChunk[], name: string): string {
  return built.find(({ fileName }) => fileName === name)?.code ?? ''
}

/** The licences of the packages that the bundle holds, as they ask for. */
async function licences(built: readonly OutputChunk[]): Promise<string> {
  const folders = built
    .flatMap(({ moduleIds }) => moduleIds)
    .map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0])
    .filter((folder) => folder !== undefined)
  const texts: string[] = []
  for (const folder of [...new Set(folders)].sort()) {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      name: string
      version: string
      license?: string
    }
    const name = (await readdir(folder)).sort().find((file) => /^licen[cs]e(?:\.|$)/i.test(file))
    const text = name === undefined ? '' : await readFile(join(folder, name), 'utf8')
    texts.push(
      `${manifest.name} ${manifest.version} (${manifest.license ?? 'see text'})\n\n${text}`,
    )
  }
  return `${texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join(`\n\n${'-'.repeat(72)}\n\n`)}\n`
}

async function differences(wanted: ReadonlyMap<string, string>): Promise<string[]> {
  const there = existsSync(dist) ? await readdir(dist, { recursive: true }) : []
  const stale = [...new Set([...there, ...wanted.keys()])].sort()
  const compared = await Promise.all(
    stale.map(async (name) => {
      const current = await readFile(join(dist, name), 'utf8').catch(() => undefined)
      return current === wanted.get(name) ? [] : [name]
    }),
  )
  return compared.flat()
}
