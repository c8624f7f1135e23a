import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, type Environment } from '../../app/config.ts'
import { Sigstore } from './sigstore.ts'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const good = { APP_ID: '7', PRIVATE_KEY: privateKey, WEBHOOK_SECRET: 'a long random text' }

function problems(env: Environment): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('the configuration', () => {
  it('needs no more than an App, its key and its secret', () => {
    expect(readConfig(good)).toEqual({
      appId: 7,
      privateKey,
      webhookSecret: 'a long random text',
      webhookPath: '/api/github/webhooks',
      host: 'localhost',
      port: 3000,
      database: { kind: 'embedded', folder: '.codicil-data' },
      apiUrl: 'https://api.github.com',
      logLevel: 'info',
      trustedWorkflow: null,
      trustedAction: null,
      signer: null,
      trustedRoots: null,
      metricsToken: null,
      keepDays: null,
    })
  })

  it('reports all problems together', () => {
    expect(problems({ PORT: '99999', GITHUB_API_URL: 'http://ghe.example' }))
      .toMatchInlineSnapshot(`
      [
        "APP_ID is not set. It is shown on the settings page of the App.",
        "PRIVATE_KEY or PRIVATE_KEY_PATH is not set. The App settings make a key.",
        "WEBHOOK_SECRET is not set. Use the secret of the App settings.",
        "PORT must be a number from 0 to 65535, not "99999".",
        "GITHUB_API_URL must be an https URL, not "http://ghe.example".",
      ]
    `)
  })

  it.each([
    undefined,
    '',
    'development',
    'fifteen bytes !',
    ' a long random text',
    'a'.repeat(40),
    'changeme-changeme-changeme',
  ])('refuses the webhook secret %j', (secret) => {
    expect(problems({ ...good, WEBHOOK_SECRET: secret })).toEqual([
      expect.stringMatching(/^WEBHOOK_SECRET (?:is|begins)/),
    ])
  })

  it('takes a key with escaped line ends', () => {
    const escaped = privateKey.replaceAll('\n', '\\n')
    expect(readConfig({ ...good, PRIVATE_KEY: escaped }).privateKey).toBe(privateKey)
  })

  it('takes a key in base64', () => {
    const encoded = Buffer.from(privateKey).toString('base64')
    expect(readConfig({ ...good, PRIVATE_KEY: encoded }).privateKey).toBe(privateKey)
  })

  it('takes a key from a file', () => {
    const env = { ...good, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: 'app.pem' }
    expect(readConfig(env, (path) => (path === 'app.pem' ? privateKey : '')).privateKey).toBe(
      privateKey,
    )
  })

  it('never shows what stands where the key should', () => {
    const [problem = ''] = problems({ ...good, PRIVATE_KEY: 'hunter2' })
    expect(problem).toMatch(/^PRIVATE_KEY holds no private key/)
    expect(problem).not.toContain('hunter2')
  })

  it('never shows a database URL that it refuses', () => {
    const [problem = ''] = problems({ ...good, DATABASE_URL: 'mysql://root:hunter2@db' })
    expect(problem).toMatch(/^DATABASE_URL must begin/)
    expect(problem).not.toContain('hunter2')
  })

  it('prefers PostgreSQL over the data folder', () => {
    const env = { ...good, DATABASE_URL: 'postgres://db/codicil', CODICIL_DATA: '/var/codicil' }
    expect(readConfig(env).database).toEqual({ kind: 'postgres', url: 'postgres://db/codicil' })
  })

  it('allows plain HTTP for an API on this machine', () => {
    expect(readConfig({ ...good, GITHUB_API_URL: 'http://127.0.0.1:80/' }).apiUrl).toBe(
      'http://127.0.0.1:80',
    )
  })

  it('believes the attestations of the workflow beside the Action that it trusts', () => {
    const sha = 'a'.repeat(40)
    const beside = 'acme/codicil/.github/workflows/attest-evidence.yml'
    const env = { ...good, CODICIL_ACTION: `acme/codicil@${sha}` }
    expect(readConfig(env).signer).toBe(`${beside}@${sha}`)
    const other = `${beside}@refs/tags/v1`
    expect(readConfig({ ...env, CODICIL_SIGNER: other }).signer).toBe(other)
  })

  it('tries the trusted roots at the start', () => {
    const text = new Sigstore().root()
    const env = { ...good, CODICIL_TRUSTED_ROOT: 'roots.jsonl' }
    expect(readConfig(env, () => text).trustedRoots).toBe(text)
    expect(() => readConfig(env, () => '{}')).toThrow(/CODICIL_TRUSTED_ROOT cannot be used: roots/)
  })

  it.each(['short', 'a'.repeat(40), 'with a blank in the middle'])(
    'refuses the token %j for its figures, and does not show it',
    (token) => {
      const [problem = ''] = problems({ ...good, CODICIL_METRICS_TOKEN: token })
      expect(problem).toMatch(/^CODICIL_METRICS_TOKEN needs 16/)
      expect(problem).not.toContain(token)
    },
  )

  it.each([
    ['APP_ID', 'seven'],
    ['APP_ID', '-7'],
    ['PORT', '3e3'],
    ['LOG_LEVEL', 'loud'],
    ['WEBHOOK_PATH', 'hooks'],
    ['GITHUB_API_URL', 'https://user@ghe.example'],
    ['CODICIL_WORKFLOW', 'acme/codicil/.github/workflows/gpu-evidence.yml'],
    ['CODICIL_SIGNER', 'acme/codicil/.github/workflows/attest.yml'],
  ])('refuses %s=%s and shows it', (name, value) => {
    expect(problems({ ...good, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} .*${value.replaceAll('.', '\\.')}`)),
    ])
  })
})
