import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { architecturesHere, buildKernel, findNvcc } from '../../../kernels-runner/kernels/build.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-build-'))
  await put('sources/sum.cu', '// a source\n')
  await put('sources/kernels.cuh', '// the header\n')
  await fakeNvcc()
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(path: string, content: string, mode = 0o644) {
  const file = join(folder, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, content)
  await chmod(file, mode)
}

/** Writes down how it was called, and makes a program that says which call made it. */
async function fakeNvcc({ release = '13.0', compiles = 'true' } = {}) {
  await put(
    'bin/nvcc',
    `#!/bin/sh
if [ "$1" = --version ]; then echo "Cuda compilation tools, release ${release}"; exit; fi
echo "$@" >> ${folder}/calls
${compiles} || exit 1
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\nwc -l < ${folder}/calls\\n' > "$2"
chmod +x "$2"
`,
    0o755,
  )
}

const calls = async () =>
  (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').slice(0, -1)

const nvcc = () => findNvcc({ PATH: join(folder, 'bin') }, [])

async function build(architectures = ['sm_89']) {
  return buildKernel({
    name: 'sum',
    sources: join(folder, 'sources'),
    cache: join(folder, 'cache'),
    nvcc: await nvcc(),
    architectures,
  })
}

describe('the cache of compiled kernels', () => {
  it('compiles a source once', async () => {
    const first = await build()
    expect(await build()).toEqual({ folder: first.folder, reused: true })
    expect(first.reused).toBe(false)
    expect(await calls()).toHaveLength(1)
  })

  it.each([
    ['the source', () => put('sources/sum.cu', '// another source\n')],
    ['the header', () => put('sources/kernels.cuh', '// another header\n')],
    ['the compiler', () => fakeNvcc({ release: '12.9' })],
  ])('compiles again when %s changes', async (_what, change) => {
    const before = await build()
    await change()
    const after = await build()
    expect(after.reused).toBe(false)
    expect(after.folder).not.toBe(before.folder)
  })

  it('keeps a program for each GPU architecture', async () => {
    const [ada, hopper] = [await build(['sm_89']), await build(['sm_90'])]
    expect(hopper.folder).not.toBe(ada.folder)
    expect((await build(['sm_89'])).reused).toBe(true)
  })

  it('is not misled by where one part ends and the next begins', async () => {
    await put('sources/sum.cu', 'ab')
    await put('sources/kernels.cuh', 'c')
    const before = await build()
    await put('sources/sum.cu', 'a')
    await put('sources/kernels.cuh', 'bc')
    expect((await build()).folder).not.toBe(before.folder)
  })

  it('keeps nothing of a compilation that failed', async () => {
    await fakeNvcc({ compiles: 'false' })
    await expect(build()).rejects.toMatchObject({ code: 'compile-failed' })
    await fakeNvcc()
    expect((await build()).reused).toBe(false)
  })

  it('leaves one whole program when two runs compile it at a time', async () => {
    const [one, two] = await Promise.all([build(), build()])
    expect(one.folder).toBe(two.folder)
    expect(await readdir(one.folder)).toEqual(['sum'])
    const kept = await readdir(join(folder, 'cache'))
    expect(kept.filter((name) => !name.startsWith('latest-'))).toHaveLength(1)
  })
})

describe('what the compiler is asked', () => {
  it('is code for every architecture that is there, without fast-math', async () => {
    await build(['sm_89', 'sm_90'])
    const [call] = await calls()
    expect(call).toContain('-gencode=arch=compute_89,code=sm_89')
    expect(call).toContain('-gencode=arch=compute_90,code=sm_90')
    expect(call).not.toContain('fast')
  })

  it('is never an architecture that is none', async () => {
    await expect(build(['sm_8.9'])).rejects.toThrow('Write sm_ and the compute capability')
    expect(await calls()).toEqual([])
  })
})

describe('errors of a build', () => {
  it('show what the compiler said', async () => {
    await fakeNvcc({ compiles: '{ echo "sum.cu(3): error: expected a ;" >&2; false; }' })
    await expect(build()).rejects.toThrow('could not compile sum for sm_89: sum.cu(3): error')
  })

  it('advise a newer toolkit for a GPU that it does not know', async () => {
    const unsupported = `nvcc fatal : Unsupported gpu architecture 'compute_120'`
    await fakeNvcc({ release: '12.2', compiles: `{ echo "${unsupported}" >&2; false; }` })
    await expect(build(['sm_120'])).rejects.toThrow(
      'This toolkit does not know sm_120: install one that does.',
    )
  })

  it('say where nvcc was looked for', async () => {
    await expect(findNvcc({ CUDA_HOME: '/nowhere' }, ['/nor/here'])).rejects.toMatchObject({
      code: 'no-nvcc',
      message: expect.stringContaining('/nowhere/bin/nvcc, /nor/here or on PATH'),
    })
  })
})

describe('the compiler that is taken', () => {
  it('is that of CUDA_HOME before any other', async () => {
    await put('toolkit/bin/nvcc', '#!/bin/sh\necho release 1.0\n', 0o755)
    const env = { CUDA_HOME: join(folder, 'toolkit'), PATH: join(folder, 'bin') }
    const { file, version } = await findNvcc(env, [join(folder, 'bin/nvcc')])
    expect(file).toBe(join(folder, 'toolkit/bin/nvcc'))
    expect(version).toContain('release 1.0')
  })

  it('is never one of a relative folder on PATH', async () => {
    await expect(findNvcc({ PATH: '.:bin' }, [])).rejects.toMatchObject({ code: 'no-nvcc' })
  })
})

describe('the architectures here', () => {
  async function answering(script: string) {
    await put('nvidia-smi', `#!/bin/sh\n${script}\n`, 0o755)
    return architecturesHere([join(folder, 'nvidia-smi')])
  }

  it('are those of all GPUs, each once', async () => {
    expect(await answering('printf "9.0\\n8.9\\n8.9\\n12.0\\n"')).toEqual([
      'sm_120',
      'sm_89',
      'sm_90',
    ])
  })

  it('are refused where a driver does not know the question', async () => {
    const script = `echo 'Field "compute_cap" is not a valid field to query.'; exit 2`
    await expect(answering(script)).rejects.toThrow('Drivers before 510 do not know the field')
  })

  it('are refused on a machine without a GPU', async () => {
    await expect(architecturesHere(['/nowhere/nvidia-smi'])).rejects.toMatchObject({
      code: 'no-gpu',
    })
  })
})
