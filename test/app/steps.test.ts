import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needed, permissions, stepOf, type Step } from '../../app/github/steps.ts'
import { Loop } from './loop.ts'

let loop: Loop
beforeAll(async () => {
  loop = await Loop.start()
})
afterAll(() => loop.stop())

describe('the token of a step', () => {
  it('carries the whole loop, and is asked for once for each of the four', async () => {
    const story = await loop.repository()
    await story.drafted()
    const asked = loop.hub.requests.filter(
      ({ operation, body }) =>
        operation === 'apps/create-installation-access-token' &&
        JSON.stringify(body).includes(String(story.record.id)),
    )
    const held = asked.map(({ body }) =>
      JSON.stringify((body as { permissions: object }).permissions),
    )
    expect(held.toSorted()).toEqual(
      Object.values(permissions)
        .map((one) => JSON.stringify(one))
        .toSorted(),
    )
    const bad = loop.hub.requests.filter(({ response }) => response.status === 403)
    expect(bad).toEqual([])
  })

  it.each<[Step, string, string, object]>([
    ['read', 'POST', '/git/refs', { ref: 'refs/heads/x', sha: 'a'.repeat(40) }],
    ['read', 'POST', '/issues/1/comments', { body: 'x' }],
    ['read', 'POST', '/actions/workflows/codicil.yml/dispatches', { ref: 'main' }],
    ['run', 'POST', '/git/refs', { ref: 'refs/heads/x', sha: 'a'.repeat(40) }],
    ['run', 'POST', '/issues/1/comments', { body: 'x' }],
    ['run', 'GET', '/git/ref/heads/main', {}],
    ['say', 'POST', '/git/refs', { ref: 'refs/heads/x', sha: 'a'.repeat(40) }],
    ['say', 'POST', '/actions/workflows/codicil.yml/dispatches', { ref: 'main' }],
    ['amend', 'POST', '/actions/workflows/codicil.yml/dispatches', { ref: 'main' }],
    ['amend', 'POST', '/check-runs', { name: 'x', head_sha: 'a'.repeat(40) }],
  ])('of %s is refused for %s %s', async (step, method, path, body) => {
    const { record, fullName } = (await loop.repository()).repository
    const installation = [...loop.hub.world.installations.values()].find((one) =>
      one.repositories.has(record.id),
    )
    if (!installation) throw new Error('not installed')
    const ids = new Set([record.id])
    const { token } = loop.hub.stage.credentials.installationToken(
      installation,
      permissions[step],
      ids,
    )
    const answer = await fetch(`${loop.hub.url}/repos/${fullName}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    })
    expect(answer.status).toBe(403)
  })

  it.each([
    ['POST', '/repos/{owner}/{repo}/hooks'],
    ['PUT', '/repos/{owner}/{repo}/contents/{path}'],
    ['DELETE', '/repos/{owner}/{repo}'],
    ['PUT', '/repos/{owner}/{repo}/collaborators/{username}'],
    ['POST', '/repos/{owner}/{repo}/issuesx'],
    ['POST', '/user/repos'],
  ])('is there for no call %s %s', (method, url) => {
    expect(() => stepOf(method, url)).toThrow(/No step of the work/)
  })

  it('stands in the documentation as in the code', async () => {
    const text = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)]
    const said = rows.flatMap(([, step = '', held = '']) =>
      step in permissions ? [[step, held]] : [],
    )
    const inWords = (held: object) =>
      Object.entries(held)
        .map(([name, access]) => `_${name.replaceAll('_', ' ')}: ${access}_`)
        .join(', ')
    expect(said).toEqual(Object.entries(permissions).map(([step, held]) => [step, inWords(held)]))
    const app = [...text.matchAll(/^\| _([\w ]+): (read|write)_ +\|/gm)].map(([, name, access]) => [
      name,
      access,
    ])
    const all = Object.entries(needed).map(([name, access]) => [name.replaceAll('_', ' '), access])
    expect(app.toSorted()).toEqual(all.toSorted())
  })
})
