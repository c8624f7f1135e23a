import { describe, expect, it } from 'vitest'
import { diagnosticEnvironment, sensitive } from '../../kernels-runner/environment.ts'

const always = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' }

describe('the environment of a diagnostic', () => {
  it('has what chooses toolchains, locale and devices', () => {
    const env = { PATH: '/a', LC_ALL: 'C', CUDA_VISIBLE_DEVICES: '0', RUSTUP_HOME: '/r', TZ: 'UTC' }
    expect(diagnosticEnvironment(env)).toEqual({ ...always, ...env })
  })

  it.each([
    'NVIDIA_API_KEY',
    'CUDA_REGISTRY_TOKEN',
    'LC_PASSWORD',
    'CUDA_NOTES',
    'NVIDIA_NGC',
    'LC_OTHER',
    'LD_PRELOAD',
    'GITHUB_ENV',
  ])('has no %s for the start of its name', (name) => {
    expect(diagnosticEnvironment({ [name]: 'value' })).toEqual(always)
  })
})

describe('a secret by its name', () => {
  it.each([
    'NVIDIA_API_KEY',
    'SIGNING_KEY_2',
    'NPM_TOKENS',
    'DB_PASSWORD_OLD',
    'GH_PAT',
    'MYSECRET',
  ])('is the value of %s', (name) => {
    expect(sensitive({ [name]: 'value' }, [], {}).secrets).toEqual(['value'])
  })

  it.each(['TOKENIZERS_PARALLELISM', 'PATH', 'KEYBOARD', 'COMPATIBLE'])(
    'is not that of %s',
    (name) => {
      expect(sensitive({ [name]: 'value' }, [], {}).secrets).toEqual([])
    },
  )
})
