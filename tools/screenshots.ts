/**
 * Looks at what people see, in a browser: pictures of comment, check, section, pull request, plots,
 * site and terminal for every outcome, in light and dark, wide and narrow, and measures of them.
 *
 *     node tools/screenshots.ts <folder> [<part of a picture's name>]
 *
 * It wants a Chromium, which `CHROMIUM` can name. It ends with 1 where a table is wider than its box
 * in a comment of GitHub's width, a label is cut or lies on another, or axe finds a violation.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { composed } from '../app/history.ts'
import { withPicture } from '../app/picture.ts'
import { checkOf, commentOf } from '../app/wording.ts'
import { startHub, type Hub } from '../demo/hub/index.ts'
import { drawSite } from '../site/index.ts'
import {
  divergencePlot,
  heatPlot,
  judge,
  limitsPlot,
  spreadPlot,
  telemetryPlot,
} from '../spec-tools/index.ts'
import { cases, proposed, recordedBundle, type Shown } from '../test/shown/cases.ts'
import { asSite, path as specPath, repository } from '../test/site/amendments.ts'
import { Browser, type View } from './browser.ts'
import { problemsOn, widthOfComment } from './looked-at.ts'

interface Page {
  name: string
  url: string
  /** What is pictured; the page where it is null. */
  selector: string | null
}

const views: readonly View[] = [838, 390].flatMap((width) =>
  [false, true].map((dark) => ({ width, dark })),
)
/** Pictures are cut off below it; what is further down is measured all the same. */
const highest = 2600

const [folder, part = ''] = process.argv.slice(2)
if (folder === undefined) throw new Error('Say where the pictures go.')
const out = resolve(folder)
mkdirSync(out, { recursive: true })
const scratch = mkdtempSync(join(tmpdir(), 'codicil-pages-'))
const hub = await startHub()
const browser = await Browser.start()
let problems = 0
try {
  const pages = [...(await pagesOfCases(hub)), ...plots(), ...(await site()), terminal()]
  for (const { name, url, selector } of pages.filter((page) => page.name.includes(part))) {
    for (const view of views) {
      await browser.open(url, { ...view, width: widthOfComment(name, view.width) })
      const found = await problemsOn(browser, { name, width: view.width })
      problems += found.length
      for (const each of found) console.log(`${name} ${view.width} px: ${each}`)
      const file = `${name}-${view.width}-${view.dark ? 'dark' : 'light'}.png`
      writeFileSync(join(out, file), await browser.picture(selector, highest))
    }
  }
  console.log(`${problems} problems on ${pages.length} pages`)
} finally {
  await browser.stop()
  await hub.stop()
  rmSync(scratch, { recursive: true, force: true })
}
process.exitCode = problems > 0 ? 1 : 0

async function pagesOfCases({ url, world, ...rest }: Hub): Promise<Page[]> {
  const pages: Page[] = []
  for (const [name, make] of Object.entries(cases)) {
    if (
      part !== '' &&
      !`comment-${name} check-${name} section-${name} pull-${name}`.includes(part)
    ) {
      continue
    }
    const shown = make()
    const door = await rest.createRepository({ owner: 'acme', name })
    const home = `${url}/acme/${name}`
    await door.commitFiles('topic', { 'change.txt': name })
    const pull = await door.openPullRequest({
      from: 'topic',
      title: 'What is measured',
      author: 'alice',
    })
    const commit = await proposal(door, shown)
    const { request } = shown
    const amendment = request.amendment && { ...request.amendment, commit: commit ?? '' }
    const text = commentOf({ ...request, amendment }, home).trimEnd()
    const asked = { request: request.id, sha: request.sha, asked: request.createdAt, text }
    await door.comment(pull, composed(1, [asked], null).body, world.app.bot.login)
    const check = checkOf(request)
    if (check !== null) {
      const { title, summary, status, conclusion = null } = check
      const id = world.nextId()
      door.record.checks.set(id, {
        id,
        suiteId: 1,
        headSha: pull.head.sha,
        name: 'Codicil evidence',
        externalId: request.id,
        detailsUrl: null,
        status,
        conclusion,
        startedAt: null,
        completedAt: null,
        output: { title, summary, text: null },
        annotations: [...(check.notes ?? [])],
        actions: [...check.actions],
      })
      pages.push({ name: `check-${name}`, url: `${home}/runs/${id}`, selector: 'body' })
    }
    pages.push({ name: `comment-${name}`, url: `${home}/pull/1`, selector: '.post:nth-of-type(2)' })
    if (commit !== null) {
      pages.push({ name: `pull-${name}`, url: `${home}/pull/${proposed}`, selector: '.post' })
      pages.push({
        name: `section-${name}`,
        url: `${home}/blob/section/section.md`,
        selector: 'body',
      })
    }
  }
  return pages
}

/** The amendment as a pull request, and its section as a file; null where there is none. */
async function proposal(
  door: Awaited<ReturnType<Hub['createRepository']>>,
  { amendment }: Shown,
): Promise<string | null> {
  if (amendment === null) return null
  const { files, title, body, folder: evidence, section } = amendment
  const commit = await door.commitFiles(
    'amendment',
    Object.fromEntries(files.map(({ path, content }) => [path, content])),
  )
  await door.commitFiles('section', {
    'section.md': `## ${section.heading}\n\n${section.markdown}`,
  })
  const url = `/${door.fullName}`
  const shown = withPicture(body, { commit, folder: evidence }, url)
  await door.openPullRequest({ from: 'amendment', title, body: shown, author: 'codicil[bot]' })
  return commit
}

function plots(): Page[] {
  const bundle = recordedBundle()
  const judgement = judge(bundle)
  const samples = new TextDecoder().decode(bundle.files.get('telemetry.csv'))
  const drawn = {
    divergence: divergencePlot(judgement),
    limits: limitsPlot(judgement),
    spread: spreadPlot(judgement),
    telemetry: telemetryPlot(samples),
    layers: heatPlot(judgement),
  }
  return Object.entries(drawn).flatMap(([name, svg]) => {
    if (svg === undefined) return []
    const file = join(scratch, `${name}.svg`)
    writeFileSync(file, svg)
    return [{ name: `plot-${name}`, url: pathToFileURL(file).href, selector: 'svg' }]
  })
}

async function site(): Promise<Page[]> {
  const from = repository(24)
  const sha256Base64 = (style: string) => createHash('sha256').update(style).digest('base64')
  const written = join(scratch, 'site')
  const input = {
    name: 'acme/engine',
    source: 'https://github.com/acme/engine/blob/HEAD/',
    specs: new Map([[specPath, from.text]]),
    amendments: asSite(from),
    sha256Base64,
  }
  for await (const { path, html } of drawSite(input)) {
    mkdirSync(join(written, path, '..'), { recursive: true })
    writeFileSync(join(written, path), html)
  }
  const shown = {
    front: 'index.html',
    amendment: 'amendments/speed-3-2024-01-04.html',
    figures: 'amendments/speed-3-2024-01-04.ledger.html',
    amendments: 'amendments/index.html',
    ledger: 'ledger.html',
    measurement: 'measurements/bench-decode-speed.html',
    measurements: 'measurements/index.html',
  }
  return Object.entries(shown).map(([name, path]) => ({
    name: `site-${name}`,
    url: pathToFileURL(join(written, path)).href,
    selector: null,
  }))
}

/** What `inspect` prints, in a terminal of 100 columns. */
function terminal(): Page {
  const main = join(import.meta.dirname, '../bin/main.ts')
  const bundle = join(import.meta.dirname, '../examples/h200-q4k/bundle')
  const printed = execFileSync(process.execPath, [main, 'inspect', bundle], {
    env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
    encoding: 'utf8',
  })
  const escaped = printed.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const file = join(scratch, 'terminal.html')
  const style =
    'body{background:#111;color:#eee;margin:0;padding:1em}pre{font:13px/1.35 monospace;margin:0;overflow:auto}'
  writeFileSync(
    file,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>codicil inspect</title><style>${style}</style><main><h1 style="font:13px monospace">$ codicil inspect examples/h200-q4k/bundle</h1><pre tabindex="0">${escaped}</pre></main></html>`,
  )
  return { name: 'terminal-inspect', url: pathToFileURL(file).href, selector: null }
}
