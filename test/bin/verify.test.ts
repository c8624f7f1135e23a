import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../bin/verify.ts'
import { attestedBundle, sha, statement, wanted } from '../app/attested.ts'
import { Sigstore } from '../app/sigstore.ts'
import { bundle } from '../evidence/sample.ts'

const sigstore = new Sigstore()
const { signer } = wanted

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-verify-'))
  const written = new Map<string, string | Uint8Array>([
    ...[...attestedBundle].map(([path, bytes]) => [`bundle/${path}`, bytes] as const),
    ...[...bundle()].map(([path, bytes]) => [`local/${path}`, bytes] as const),
    ['attestation.json', JSON.stringify(sigstore.attest(statement))],
    ['root.json', sigstore.root()],
  ])
  for (const [path, content] of written) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function verified(values: Record<string, string>, named = 'bundle') {
  let printed = ''
  const given = {
    attestation: 'attestation.json',
    'trusted-root': 'root.json',
    signer,
    ...values,
  }
  const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  const out = (text: string) => void (printed += text)
  await verify.run({ values: kept, positionals: [named], cwd: folder, out } as never)
  return printed
}

describe('codicil verify', () => {
  it('holds an attestation against the bundle and the workflow that is to sign, without network', async () => {
    expect(await verified({})).toMatch(/Attested by codicil\/codicil.* on a github-hosted runner/)
    expect(await verified({ sha, run: '501', attempt: '2' })).toMatch(/Attested by/)
  })

  it.each([
    ['another signer', { signer: signer.replace('codicil/', 'evil/') }, /was signed by/],
    ['no signer', { signer: '' }, /name with --signer/],
    ['the root that is built in', { 'trusted-root': '' }, /does not verify/],
    ['another server', { server: 'https://acme.ghe.com' }, /was signed by/],
    ['another run', { run: '502' }, /this is 502/],
    ['a file that is no attestation', { attestation: 'root.json' }, /cannot be read/],
    ['a file that is no root', { 'trusted-root': 'bundle/settings.yml' }, /no trusted root/],
  ])('refuses %s', async (_, values, message) => {
    await expect(verified(values)).rejects.toThrow(message)
  })

  it('refuses the attestation of another bundle, and of one that no run made', async () => {
    await expect(verified({}, 'local')).rejects.toThrow(/is of no workflow run/)
    await writeFile(join(folder, 'bundle', 'more.txt'), '')
    await expect(verified({})).rejects.toThrow(/more\.txt/)
  })

  it('says what it did not check where no attestation is named', async () => {
    await rm(join(folder, 'bundle', 'more.txt'), { force: true })
    expect(await verified({ attestation: '' })).toMatch(/Not checked: who made it\./)
  })
})
