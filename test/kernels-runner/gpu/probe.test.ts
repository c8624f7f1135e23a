import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { probeGpu } from '../../../kernels-runner/gpu/probe.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codicil-probe-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** A program in nvidia-smi's place, of which only the given body is told apart. */
async function nvidiaSmi(body: string): Promise<string> {
  const file = join(folder, 'nvidia-smi')
  await writeFile(file, `#!/bin/bash\n${body}\n`)
  await chmod(file, 0o755)
  return file
}

async function probe(paths: string[]) {
  return (await probeGpu(paths)).gpu
}

const answer = (fields: string, row: string) => `printf '%s\\n' '${fields}' '${row}'`

describe('the probe', () => {
  it('finds a GPU, and gives the digest of its UUID instead of the UUID', async () => {
    const file = await nvidiaSmi(answer('name, uuid', 'NVIDIA H200, GPU-1'))
    const { status, detail, devices } = await probe(['/nowhere/nvidia-smi', file])
    expect(status).toBe('present')
    expect(detail).toContain(file)
    expect(devices).toMatchObject([{ name: 'NVIDIA H200', memoryMiB: null }])
    expect(devices[0]?.uuidDigest).toMatch(/^[0-9a-f]{64}$/)
  })

  it('reports a machine without nvidia-smi as absent', async () => {
    expect(await probe(['/nowhere/nvidia-smi'])).toEqual({
      status: 'absent',
      detail: 'No nvidia-smi at /nowhere/nvidia-smi.',
      devices: [],
    })
  })

  it('reports a machine without devices as absent', async () => {
    const file = await nvidiaSmi('echo "No devices were found"; exit 6')
    expect(await probe([file])).toMatchObject({ status: 'absent', devices: [] })
  })

  it('reports a driver that does not answer as unreadable, with what it said', async () => {
    const file = await nvidiaSmi('echo "could not communicate with the NVIDIA driver"; exit 9')
    const gpu = await probe([file])
    expect(gpu).toMatchObject({ status: 'unreadable', devices: [] })
    expect(gpu.detail).toContain('exit code 9')
    expect(gpu.detail).toContain('could not communicate')
  })

  it('asks older drivers by their own field names', async () => {
    const file = await nvidiaSmi(
      [
        'if [[ $* == *clocks_event_reasons* ]]; then',
        '  echo "Field \\"clocks_event_reasons.active\\" is not a valid field to query."; exit 2',
        'fi',
        answer('name, clocks_throttle_reasons.active', 'Tesla T4, 0x0000000000000000'),
      ].join('\n'),
    )
    expect(await probe([file])).toMatchObject({
      status: 'present',
      devices: [{ name: 'Tesla T4', throttle: '0x0000000000000000' }],
    })
  })

  it('is not changed by the environment of the job', async () => {
    process.env['CODICIL_TEST_NAME'] = 'Fake'
    const file = await nvidiaSmi(`printf 'name\\n%s\\n' "GPU \${CODICIL_TEST_NAME:-untouched}"`)
    const { devices } = await probe([file])
    delete process.env['CODICIL_TEST_NAME']
    expect(devices).toMatchObject([{ name: 'GPU untouched' }])
  })

  it('counts the processes that compute on it already', async () => {
    const file = await nvidiaSmi(
      [
        'if [[ $* == *compute-apps* ]]; then',
        "  printf '%s\\n' 'pid, used_gpu_memory [MiB]' '11, 6636 MiB' '12, [N/A]'; exit",
        'fi',
        answer('name', 'NVIDIA GB10'),
      ].join('\n'),
    )
    expect((await probe([file])).detail).toContain('2 other processes computed, with 6636 MiB')
  })

  it('says that figures are those of the whole GPU where MIG is on', async () => {
    const file = await nvidiaSmi(answer('index, name, mig.mode.current', '3, A100, Enabled'))
    expect((await probe([file])).detail).toContain('MIG is enabled on 3')
  })

  it('looks at the GPUs that CUDA shows, and at the programs on them', async () => {
    const xml = join(import.meta.dirname, '../../fixtures/gpu/driver-470-two.xml')
    const file = await nvidiaSmi(`cat ${xml}`)
    const { gpu, telemetry } = await probeGpu([file], { CUDA_VISIBLE_DEVICES: '1' })
    expect(gpu.detail).toContain('CUDA_VISIBLE_DEVICES=1: 1 of 2 devices')
    expect(gpu).toMatchObject({
      cuda: '11.4',
      processes: [],
      devices: [{ computeMode: 'Exclusive_Process', ecc: { uncorrected: 3 } }],
    })
    expect(telemetry?.fields).toContain('clocks_throttle_reasons.active')
  })

  it('reports a machine whose GPUs are all hidden as absent', async () => {
    const file = await nvidiaSmi(answer('index, name', '0, A100'))
    const { gpu } = await probeGpu([file], { CUDA_VISIBLE_DEVICES: '-1' })
    expect(gpu).toMatchObject({ status: 'absent', devices: [] })
    expect(gpu.detail).toContain('0 of 1 devices')
  })

  it('asks for CSV where the XML cannot be read', async () => {
    const file = await nvidiaSmi(
      `if [[ $* == "-q -x" ]]; then echo '<nvidia_smi_log><gpu>'; else ${answer('name', 'L4')}; fi`,
    )
    expect(await probe([file])).toMatchObject({ status: 'present', devices: [{ name: 'L4' }] })
  })
})
