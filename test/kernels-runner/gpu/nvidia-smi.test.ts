import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDevices, readProcesses, readSamples } from '../../../kernels-runner/gpu/nvidia-smi.ts'

const real = join(import.meta.dirname, '../../../../shared/data/gpu/h200-query.csv')

describe('the answer of nvidia-smi', () => {
  it.skipIf(!existsSync(real))('of a real H200 is read', () => {
    expect(readDevices(readFileSync(real, 'utf8'))).toMatchObject([
      {
        index: 0,
        name: 'NVIDIA H200',
        uuid: 'GPU-00000000-0000-4000-8000-000000000001',
        driver: '580.159.04',
        memoryMiB: 143_771,
        memoryUsedMiB: 0,
        temperatureC: 37,
        smClockMHz: 345,
        memoryClockMHz: 3201,
        throttle: '0x0000000000000001',
        mig: false,
        persistence: true,
        utilisationPercent: 0,
        ecc: { uncorrected: 0 },
        faults: [],
      },
    ])
  })

  it('gives every GPU of several', () => {
    const csv = 'index, name, memory.total [MiB]\n0, A, 100 MiB\n1, B, 200 MiB\n'
    expect(readDevices(csv)).toMatchObject([
      { index: 0, name: 'A', memoryMiB: 100 },
      { index: 1, name: 'B', memoryMiB: 200 },
    ])
  })

  it.each(['[N/A]', 'N/A', '[Not Supported]', '[Insufficient Permissions]', '[Unknown Error]', ''])(
    'does not make a figure of %j',
    (cell) => {
      expect(readDevices(`name, memory.total [MiB]\nGB10, ${cell}\n`)).toMatchObject([
        { name: 'GB10', memoryMiB: null },
      ])
    },
  )

  it.each(['clocks_event_reasons.active', 'clocks_throttle_reasons.active'])(
    'gives the throttle reasons as %s',
    (field) => {
      expect(readDevices(`name, ${field}\nX, 0x0000000000000004\n`)).toMatchObject([
        { throttle: '0x0000000000000004' },
      ])
    },
  )

  it('says where MIG is on', () => {
    expect(readDevices('name, mig.mode.current\nA100, Enabled\n')).toMatchObject([{ mig: true }])
  })

  it('without a header is not understood', () => {
    expect(readDevices('2026/04/22 07:42:57.308, 903 MiB, 23144 MiB, 39 %\n')).toBeNull()
  })

  it('that is a message is not understood', () => {
    expect(readDevices('No devices were found\n')).toBeNull()
  })
})

it('says what is given in place of a value where the GPU is lost', () => {
  const csv = 'name, temperature.gpu\nTesla V100, [GPU requires reset]\n'
  expect(readDevices(csv)).toMatchObject([{ temperatureC: null, faults: ['GPU requires reset'] }])
})

describe('the samples of a run', () => {
  const header = 'timestamp, index, temperature.gpu, clocks_event_reasons.active'

  it('are read with their moment in UTC', () => {
    const csv = `${header}\n2026/03/01 10:00:00.500, 0, 61, 0x0000000000000004\n`
    expect(readSamples(csv)).toEqual([
      {
        at: Date.UTC(2026, 2, 1, 10, 0, 0, 500),
        index: 0,
        temperatureC: 61,
        throttle: '0x0000000000000004',
      },
    ])
  })

  it.each(['[N/A], 0, 61, 0x1', '2026/03/01 10:00:00.500, [N/A], 61, 0x1', '2026/03/01 10:0'])(
    'leave out %j',
    (line) => {
      expect(readSamples(`${header}\n${line}\n`)).toEqual([])
    },
  )
})

describe('the processes on a GPU', () => {
  const none = join(real, '../h200-apps.csv')

  it.skipIf(!existsSync(none))('of an idle H200 are none', () => {
    expect(readProcesses(readFileSync(none, 'utf8'))).toEqual([])
  })

  it('keep a name with commas', () => {
    const csv = 'pid, process_name, used_gpu_memory [MiB]\n7, /opt/a, b, 12 MiB\n'
    expect(readProcesses(csv)).toMatchObject([{ pid: 7, memoryMiB: 12, name: 'a,b' }])
  })

  it('are read with the memory that they use', () => {
    const csv = 'pid, process_name, used_gpu_memory [MiB]\n1658504, /path/apr, 6636 MiB\n'
    expect(readProcesses(csv)).toMatchObject([
      { pid: 1_658_504, memoryMiB: 6636, name: 'apr', kind: 'compute' },
    ])
  })
})
