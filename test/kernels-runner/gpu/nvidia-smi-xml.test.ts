import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLogXml } from '../../../kernels-runner/gpu/nvidia-smi-xml.ts'

const own = (name: string) =>
  readLogXml(readFileSync(join(import.meta.dirname, '../../fixtures/gpu', `${name}.xml`), 'utf8'))

const real = join(import.meta.dirname, '../../../../shared/data/gpu/h200-nvidia-smi-q.xml')

describe('the XML of nvidia-smi', () => {
  it.skipIf(!existsSync(real))('of a real, idle H200 is read', () => {
    const found = readLogXml(readFileSync(real, 'utf8'))
    expect(found).toMatchObject({
      cuda: '13.0',
      throttleField: 'clocks_event_reasons.active',
      processes: [],
      devices: [
        {
          index: 0,
          name: 'NVIDIA H200',
          driver: '580.159.04',
          memoryMiB: 143_771,
          smClockMaxMHz: 1980,
          powerLimitW: 700,
          throttle: 'gpu_idle',
          mig: false,
          persistence: true,
          computeMode: 'Default',
          ecc: { enabled: true, uncorrected: 0 },
          repair: { pending: false, failed: false },
          faults: [],
        },
      ],
    })
  })

  it('of a GeForce and driver 390 is read, without what it does not give', () => {
    const found = own('driver-390')
    expect(found?.throttleField).toBe('clocks_throttle_reasons.active')
    expect(found?.cuda).toBeNull()
    expect(found?.devices).toMatchObject([
      {
        name: 'GeForce GTX 1080',
        memoryUsedMiB: 412,
        temperatureC: 38,
        powerLimitW: 180,
        persistence: false,
        throttle: 'gpu_idle',
        ecc: { enabled: null, uncorrected: null },
        repair: { pending: null, failed: null },
        faults: [],
      },
    ])
  })

  it('tells programs that draw from programs that compute, by their names alone', () => {
    expect(own('driver-390')?.processes).toMatchObject([
      { pid: 1288, kind: 'graphics', name: 'Xorg', memoryMiB: 251 },
      { pid: 2077, kind: 'both', name: 'browser --type=gpu & more', memoryMiB: 98 },
    ])
  })

  it('of two GPUs and driver 470 is read, MIG and remapped rows with it', () => {
    expect(own('driver-470-two')).toMatchObject({
      cuda: '11.4',
      devices: [
        { index: 0, mig: true, memoryUsedMiB: null, utilisationPercent: null, powerLimitW: null },
        {
          index: 1,
          mig: false,
          computeMode: 'Exclusive_Process',
          ecc: { enabled: true, uncorrected: 3 },
          repair: { pending: true, failed: false },
        },
      ],
      processes: [{ pid: 31_337, device: 'GPU-aaaaaaaa-0000-4000-8000-000000000001' }],
    })
  })

  it('of a GPU that must be reset says so once, and makes no figure of it', () => {
    expect(own('driver-550-reset')?.devices).toMatchObject([
      { memoryMiB: null, temperatureC: null, throttle: null, faults: ['GPU requires reset'] },
    ])
  })

  it('says what the driver asks for', () => {
    const xml =
      '<nvidia_smi_log><gpu id="0"><gpu_recovery_action>Drain and Reset</gpu_recovery_action></gpu></nvidia_smi_log>'
    expect(readLogXml(xml)?.devices[0]?.faults).toEqual(['the driver asks for: Drain and Reset'])
  })

  it.each([
    ['a message', 'No devices were found'],
    ['another document', '<log><gpu/></log>'],
    ['no GPU', '<nvidia_smi_log><attached_gpus>0</attached_gpus></nvidia_smi_log>'],
    ['half a document', '<nvidia_smi_log><gpu id="0"><uuid>GPU-1</uuid>'],
  ])('is null for %s', (_, text) => {
    expect(readLogXml(text)).toBeNull()
  })
})
