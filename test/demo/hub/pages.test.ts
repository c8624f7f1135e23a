import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type Hub, type HubRepository } from '../../../demo/hub/index.ts'

let hub: Hub
let repo: HubRepository

beforeAll(async () => {
  hub = await startHub()
  repo = await hub.createRepository({
    owner: 'acme',
    name: 'ships',
    files: { 'docs/spec.md': '# The spec\n', 'a b.txt': '<b>plain</b>\n' },
  })
  await repo.commitFiles('docs/topic', { 'docs/spec.md': '# The spec\n\n## §30 <New>\n' })
  const pull = await repo.openPullRequest({
    from: 'docs/topic',
    title: 'Section <script>alert(1)</script>',
    body: '| a | b |\n|---|---|\n| 1 | 2 |\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1))',
  })
  repo.comment(pull, '**measured**', 'alice')
})
afterAll(() => hub.stop())

async function page(path: string) {
  const response = await fetch(hub.url + path)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

test('the front page leads to the repositories', async () => {
  expect((await page('/')).text).toContain('href="/acme/ships"')
})

test('a pull request shows title, body, comments and diff to a person', async () => {
  const { text } = await page('/acme/ships/pull/1')
  expect(text).toContain('<td>1</td>')
  expect(text).toContain('<strong>measured</strong>')
  expect(text).toContain('<ins>+## §30 &lt;New&gt;</ins>')
})

test('what a person wrote is shown as text, and nothing of it runs', async () => {
  const { text, headers } = await page('/acme/ships/pull/1')
  expect(text).not.toMatch(/<script|<img|href="javascript:/)
  expect(text).toContain('Section &lt;script&gt;alert(1)&lt;/script&gt;')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('a file is shown at a branch whose name has slashes', async () => {
  const { text } = await page('/acme/ships/blob/docs/topic/docs/spec.md')
  expect(text).toContain('§30')
  expect((await page('/acme/ships/blob/main/a%20b.txt')).text).toContain('&lt;b&gt;plain')
})

test.each(['/acme/none', '/acme/ships/pull/99', '/acme/ships/blob/main/none.txt', '/x/y/z'])(
  '%s is not found',
  async (path) => {
    expect((await page(path)).status).toBe(404)
  },
)
