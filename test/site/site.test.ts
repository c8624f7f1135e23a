import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path/posix'
import { beforeAll, describe, expect, it } from 'vitest'
import { drawSite, type Page, type SiteAmendment } from '../../site/index.ts'
import { BundleError } from '../../spec-tools/index.ts'
import { asSite, path, repository, type Repository } from './amendments.ts'

async function drawn(
  from: Repository,
  change: { amendments?: SiteAmendment[]; text?: string; source?: string | null } = {},
): Promise<Map<string, string>> {
  const pages: Page[] = []
  const { amendments = asSite(from), text = from.text, source = null } = change
  const specs = new Map([[path, text]])
  const sha256Base64 = (style: string) => createHash('sha256').update(style).digest('base64')
  const input = { name: 'acme/engine', source, specs, amendments, sha256Base64 }
  for await (const page of drawSite(input)) pages.push(page)
  expect(new Set(pages.map((page) => page.path)).size).toBe(pages.length)
  return new Map(pages.map((page) => [page.path, page.html]))
}

const words = (html = '') => html.replaceAll(/<style>[^]*?<\/style>|<[^>]*>/g, ' ')
const tags = (html: string) => html.match(/<[a-z][^>]*>/gi) ?? []

let few: Repository
let pages: Map<string, string>
beforeAll(async () => {
  few = repository(4)
  pages = await drawn(few, { source: 'https://github.com/acme/engine/blob/HEAD/' })
})

describe('a site of a few amendments', () => {
  it('shows each amendment with its finding, its section and its commit', () => {
    const page = words(pages.get('amendments/speed-1-2024-01-02.html'))
    expect(page).toContain('H1 refuted')
    expect(page).toContain('4.2 What §2 got right and wrong')
    expect(page).toContain('97 tok/s &#x3C; 100 tok/s')
    expect(page).toContain('5c1f0a3be7d9')
  })

  it('shows the scoreboard over time, as a chart and as a table', () => {
    const front = pages.get('index.html') ?? ''
    expect(front).toContain('<svg')
    expect(words(front)).toMatch(/ERROR-001\s+DISCHARGED/)
    expect(words(front)).toMatch(/0 → 1/)
  })

  it('shows a measurement over runs, commits and GPUs', () => {
    const page = pages.get('measurements/bench-decode-speed.html') ?? ''
    expect(words(page)).toContain('NVIDIA H200 (blue discs), NVIDIA A100 (orange squares)')
    for (const printed of ['90.000', '97.000', '104.000', '111.000']) {
      expect(words(page)).toContain(printed)
    }
    expect(page.match(/<circle/g)).toHaveLength(3)
    expect(page.match(/<rect/g)).toHaveLength(1)
  })

  it('says which line of which log stands behind a figure', () => {
    const page = words(pages.get('amendments/speed-1-2024-01-02.ledger.html'))
    expect(page).toMatch(/97 tok\/s &#x3C; 100 tok\/s/)
    expect(page).toMatch(/logs\/bench\.stdout\.log:1\s+value 97\.000, printed by bench/)
  })

  it('has no link that leads nowhere, and no address but relative ones and those of the source', () => {
    let looked = 0
    for (const [own, page] of pages) {
      if (!own.endsWith('.html')) continue
      for (const [, to = ''] of page.matchAll(/(?:href|src)="([^"]*)"/g)) {
        looked += 1
        if (to.startsWith('https://github.com/acme/engine/blob/HEAD/')) continue
        const [file = '', place] = to.split('#')
        const target = file === '' ? own : join(dirname(own), file)
        const html = pages.get(target)
        const leads = html !== undefined && (!place || html.includes(`id="${place}"`))
        expect([own, to, leads]).toEqual([own, to, true])
      }
    }
    expect(looked).toBeGreaterThan(60)
  })

  it('needs no script, and its policy allows none', () => {
    for (const html of pages.values()) {
      if (!html.startsWith('<!doctype')) continue
      expect(html).toContain('default-src &#x27;none&#x27;; style-src &#x27;sha256-')
      expect(html).not.toMatch(/<script|unsafe-inline|https?:\/\/(?!github\.com\/acme)/)
      expect(tags(html).filter((tag) => /\sstyle=/.test(tag))).toEqual([])
    }
  })

  it('is the same at every drawing', async () => {
    const again = await drawn(few, { source: 'https://github.com/acme/engine/blob/HEAD/' })
    expect(again).toEqual(pages)
  })
})

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

describe('what strangers write', () => {
  it('is text on every page', async () => {
    const investigation = `title: '${hostile}'
stages: ['a<svg onload=x>']
hypotheses:
  - { id: H1, claim: 'It is ${hostile} 5.', confirm: 'q > 5' }
`
    const from = repository(1, {
      investigation,
      logs: { bench: `q: 7 <script>alert(2)</script>\n${hostile}: 3.5\nx<b>: 4.25\n` },
      slug: 'x',
    })
    const prose = [
      `A person's ${hostile} and [one](javascript:alert(1)) [two](data:text/html,x) [three](//evil.example/a).`,
      '<iframe src="https://evil.example"></iframe>',
      '![a picture](https://evil.example/p.png)',
      '<details><summary>s</summary></details><script>x()</script>',
      '[four](../../../../etc/passwd)',
    ]
    const text = from.text.replace('### 3.1', () => `${prose.join('\n\n')}\n\n### 3.1`)
    const all = await drawn(from, { text, source: 'https://example.org/files/' })
    let told = 0
    for (const [file, html] of all) {
      if (!file.endsWith('.html')) continue
      told += html.includes('alert(1)') ? 1 : 0
      const made = new Set(tags(html).map((tag) => /^<([a-z0-9]+)/i.exec(tag)?.[1]))
      for (const name of ['script', 'iframe', 'b>']) expect(made.has(name)).toBe(false)
      expect(
        tags(html).filter((tag) => /\son[a-z]+=/i.test(tag.replaceAll(/"[^"]*"/g, ''))),
      ).toEqual([])
      const acting = /(?:href|src)="(?:javascript|data|https:\/\/evil|\/\/|[^"]*passwd)/i
      expect(tags(html).filter((tag) => acting.test(tag))).toEqual([])
    }
    expect(told).toBeGreaterThan(2)
  })

  it('keeps nobody from the rest of the page, however it is written', async () => {
    const odd = [
      '>'.repeat(40_000),
      '=\n'.repeat(20_000),
      'a\n===\n'.repeat(8000),
      '*a _b '.repeat(9000),
    ]
    for (const prose of odd) {
      const text = few.text.replace('### 3.1', () => `${prose}\n\n### 3.1`)
      const all = await drawn(few, { text, amendments: asSite(few).slice(0, 1) })
      const page = all.get('amendments/speed-0-2024-01-01.html') ?? ''
      expect(page).toContain('</html>')
      expect(page.length).toBeLessThan(1_500_000)
    }
  })

  it('gives no name of a file that climbs, or that two amendments share', async () => {
    const [one] = asSite(few)
    const odd = ['a/../../x', 'b/../../x', 'c/', 'd/Ünï<>"']
    const amendments = odd.map((folder) => ({ ...one!, folder }))
    const all = await drawn(few, { amendments })
    const names = [...all.keys()].filter((name) => name.startsWith('amendments/'))
    for (const name of all.keys()) expect(name).toMatch(/^(?:[a-z0-9_~-][a-z0-9._~-]*\/?)+$/)
    expect(names.filter((name) => /\/x(~2)?\.html$/.test(name))).toHaveLength(2)
  })

  it('shows that evidence is damaged, and the rest of the site', async () => {
    const [first, ...others] = asSite(few)
    const why = { what: 'its digest is another', path: 'evidence.json', remedy: '' }
    const open = () => Promise.reject(new BundleError({ code: 'digest', ...why } as never))
    const all = await drawn(few, { amendments: [{ ...first!, open }, ...others] })
    expect(words(all.get('amendments/index.html'))).toContain('its digest is another')
    expect(all.has('amendments/speed-0-2024-01-01.html')).toBe(false)
    expect(all.has('amendments/speed-1-2024-01-02.html')).toBe(true)
  })
})

describe('a long history', () => {
  it('is shown in parts of a bounded size, each reading of evidence once', async () => {
    const [one] = asSite(few)
    let opened = 0
    const amendments = Array.from({ length: 210 }, (_, index) => ({
      ...one!,
      folder: `evidence/${index}`,
      open: async () => {
        opened += 1
        return { ...(await one!.open()), comment: '### ✗ Found 1\n' }
      },
    }))
    const all = await drawn(few, { amendments, text: '# Engine\n' })
    expect(opened).toBe(210)
    expect([...all.keys()].filter((name) => name.startsWith('amendments/index'))).toHaveLength(2)
    expect(words(all.get('amendments/index.html'))).toContain('Part')
    const largest = Math.max(...[...all.values()].map((html) => html.length))
    expect(largest).toBeLessThan(150_000)
  })
})
