import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { preflight } from '../../../kernels-runner/gpu/preflight.ts'
import { settings } from '../../../spec-tools/index.ts'

const { health } = settings.parse({ specs: [{ id: 'a', path: 'a.md' }] })
const patience = { times: 2, pauseMs: 1 }

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-preflight-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** A driver that shows another state each time that it is asked, and then the last one. */
async function driver(...states: { process?: string; temperature?: number }[]) {
  for (const [index, { process, temperature = 40 }] of states.entries()) {
    const one = process
      ? `<process_info><pid>7</pid><type>C</type><process_name>${process}</process_name></process_info>`
      : ''
    await writeFile(
      join(folder, `${index}.xml`),
      `<nvidia_smi_log><gpu id="0"><product_name>X</product_name><temperature><gpu_temp>${temperature} C</gpu_temp></temperature><processes>${one}</processes></gpu></nvidia_smi_log>`,
    )
  }
  const file = join(folder, 'nvidia-smi')
  await writeFile(
    file,
    `#!/bin/bash\ncd ${folder}\necho >> asked\nn=$(($(wc -l < asked) - 1))\ncat $((n < ${states.length} ? n : ${states.length - 1})).xml\n`,
  )
  await chmod(file, 0o755)
  return file
}

const asked = async () => (await readFile(join(folder, 'asked'), 'utf8')).length

describe('the preflight', () => {
  it('asks once where nothing is wrong', async () => {
    const { findings } = await preflight([await driver({})], {}, health, patience)
    expect(findings).toEqual([])
    expect(await asked()).toBe(1)
  })

  it('waits for a program that is about to end', async () => {
    const file = await driver({ process: 'last-job' }, {})
    expect((await preflight([file], {}, health, patience)).findings).toEqual([])
    expect(await asked()).toBe(2)
  })

  it('does not wait for ever', async () => {
    const file = await driver({ process: 'training' })
    const { findings } = await preflight([file], {}, health, patience)
    expect(findings).toMatchObject([{ kind: 'foreign process', voids: true }])
    expect(await asked()).toBe(3)
  })

  it('does not wait for what will not pass', async () => {
    const file = await driver({ process: 'training', temperature: 97 })
    const { findings } = await preflight([file], {}, health, patience)
    expect(findings).toHaveLength(2)
    expect(await asked()).toBe(1)
  })

  it('finds a driver that does not answer unhealthy', async () => {
    const file = join(folder, 'nvidia-smi')
    const said = 'Unable to determine the device handle for GPU0: GPU is lost.'
    await writeFile(file, `#!/bin/bash\necho "${said}"\nexit 15\n`)
    await chmod(file, 0o755)
    const { probe, findings } = await preflight([file], {}, health, patience)
    expect(probe.gpu.status).toBe('unreadable')
    expect(findings).toMatchObject([
      { kind: 'unhealthy', voids: true, detail: expect.stringContaining(said) },
    ])
  })
})
