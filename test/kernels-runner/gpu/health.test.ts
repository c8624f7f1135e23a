import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settings } from '../../../spec-tools/index.ts'
import type { Device, DeviceProcess } from '../../../kernels-runner/gpu/device.ts'
import { findingsDuring } from '../../../kernels-runner/gpu/during.ts'
import { findingsBefore } from '../../../kernels-runner/gpu/health.ts'
import { readLogXml } from '../../../kernels-runner/gpu/nvidia-smi-xml.ts'
import { gravityOf, throttleReasons } from '../../../kernels-runner/gpu/throttle.ts'

const device: Device = {
  index: 0,
  name: 'RTX 4090',
  uuid: 'GPU-1',
  driver: '550.1',
  memoryMiB: 24_564,
  memoryUsedMiB: 12,
  temperatureC: 40,
  smClockMHz: 210,
  memoryClockMHz: 405,
  smClockMaxMHz: 3105,
  memoryClockMaxMHz: 10_501,
  powerLimitW: 450,
  utilisationPercent: 0,
  throttle: '0x0000000000000001',
  mig: false,
  persistence: true,
  computeMode: 'Default',
  ecc: { enabled: false, uncorrected: null },
  repair: { pending: null, failed: null },
  faults: [],
}

const process: DeviceProcess = {
  pid: 4711,
  name: 'train',
  kind: 'compute',
  memoryMiB: 6636,
  device: 'GPU-1',
}

function before(
  change: Partial<Device>,
  processes: readonly DeviceProcess[] = [],
  health: object = {},
) {
  const limits = settings.parse({ specs: [{ id: 'a', path: 'a.md' }], health }).health
  return findingsBefore([{ ...device, ...change }], processes, limits)
}

describe('before a run', () => {
  it('an idle GPU is sound', () => {
    expect(before({})).toEqual([])
  })

  it('a desktop is no reason to wait', () => {
    const desktop = [
      { ...process, name: 'Xorg', kind: 'graphics' as const, memoryMiB: 420 },
      { ...process, name: 'firefox', kind: 'both' as const, memoryMiB: 380 },
    ]
    expect(before({ memoryUsedMiB: 870, utilisationPercent: 8 }, desktop)).toEqual([])
  })

  it.each([
    ['a program that computes', {}, [process], 'foreign process', /4711 \(train\).* 6636 MiB/],
    ['memory in use', { memoryUsedMiB: 9000 }, [], 'busy', /9000 MiB of 24564/],
    ['utilisation', { utilisationPercent: 97 }, [], 'busy', /97 %/],
    ['heat', { temperatureC: 91 }, [], 'unhealthy', /91 °C/],
    ['a slowdown', { throttle: '0x48' }, [], 'throttled', /hw_slowdown, hw_thermal_slowdown/],
    ['memory errors', { ecc: { enabled: true, uncorrected: 2 } }, [], 'unhealthy', /2 uncorrected/],
    ['a repair to come', { repair: { pending: true, failed: false } }, [], 'unhealthy', /waiting/],
    ['a failed repair', { repair: { pending: false, failed: true } }, [], 'unhealthy', /could not/],
    ['a prohibition', { computeMode: 'Prohibited' }, [], 'unhealthy', /Prohibited/],
    ['a fault', { faults: ['GPU is lost'] }, [], 'unhealthy', /GPU 0 \(RTX 4090\): GPU is lost/],
  ] as const)('%s voids the run, and says what to do', (_, change, processes, kind, detail) => {
    expect(before(change, processes)).toEqual([
      {
        kind,
        when: 'before',
        diagnostic: null,
        detail: expect.stringMatching(detail),
        advice: expect.stringMatching(/\.$/),
        voids: true,
      },
    ])
  })

  it.each([
    ['exclusive use', { computeMode: 'Exclusive_Process' }, []],
    ['processes on a GPU split by MIG', { mig: true }, [process]],
    ['memory of a GPU split by MIG', { mig: true, memoryUsedMiB: 30_000 }, []],
  ])('%s is only said', (_, change, processes) => {
    expect(before(change, processes)).toMatchObject([{ voids: false }])
  })

  it.each([
    ['the power limit', { throttle: 'sw_power_cap' }],
    ['work of waking a driver without persistence', { persistence: false, utilisationPercent: 99 }],
    ['the server of MPS', {}],
  ])('%s is nothing', (what, change) => {
    const server = { ...process, name: 'nvidia-cuda-mps-server', memoryMiB: 30 }
    expect(before(change, what === 'the server of MPS' ? [server] : [])).toEqual([])
  })

  it('limits of the settings count', () => {
    expect(before({ memoryUsedMiB: 9000 }, [], { memory_in_use_mib: 10_000 })).toEqual([])
    expect(before({ temperatureC: 60 }, [], { temperature_c: 55 })).toHaveLength(1)
  })

  it('checks that the settings accept void nothing, and are said', () => {
    const accepted = { accept: ['processes', 'temperature'] }
    expect(before({ temperatureC: 91 }, [process], accepted).map(({ voids }) => voids)).toEqual([
      false,
      false,
    ])
  })

  it('a GPU of an older generation is judged by its XML', () => {
    const xml = readFileSync(
      join(import.meta.dirname, '../../fixtures/gpu/driver-470-two.xml'),
      'utf8',
    )
    const { devices = [], processes = [] } = readLogXml(xml) ?? {}
    const { health } = settings.parse({ specs: [{ id: 'a', path: 'a.md' }] })
    expect(
      findingsBefore(devices, processes, health).map(({ detail, voids }) => [
        voids,
        detail.slice(0, 40),
      ]),
    ).toMatchInlineSnapshot(`
      [
        [
          true,
          "GPU 1 (NVIDIA A100-PCIE-40GB): 3 uncorre",
        ],
        [
          true,
          "GPU 1 (NVIDIA A100-PCIE-40GB): bad memor",
        ],
        [
          false,
          "Process 31337 (python3) computes on the ",
        ],
        [
          false,
          "GPU 1 (NVIDIA A100-PCIE-40GB): compute m",
        ],
      ]
    `)
  })
})

describe('throttle reasons', () => {
  it.each([
    ['0x0000000000000000', []],
    ['0x0000000000000005', ['gpu_idle', 'sw_power_cap']],
    [
      '0x00000000000000E8',
      ['hw_slowdown', 'sw_thermal_slowdown', 'hw_thermal_slowdown', 'hw_power_brake_slowdown'],
    ],
    ['0x0000000000000601', ['gpu_idle', 'bit 0x600']],
    ['HW Slowdown', ['hw_slowdown']],
    ['None', []],
  ])('of %s are %j', (mask, names) => {
    expect(throttleReasons(mask)).toEqual(names)
  })

  it('that are not known are taken for a slowdown', () => {
    expect(gravityOf('bit 0x600')).toBe('slowdown')
    expect(gravityOf('applications_clocks_setting')).toBe('harmless')
    expect(gravityOf('sw_power_cap')).toBe('by design')
  })
})

describe('during a run', () => {
  const start = Date.UTC(2026, 2, 1, 10)
  const header = 'timestamp, index, temperature.gpu, clocks_event_reasons.active\n'
  const line = (second: number, mask: string, temperature = 70) =>
    `2026/03/01 10:00:0${second}.000, 0, ${temperature}, 0x00000000000000${mask}\n`
  const spans = [
    { id: 'a', repeat: 0, from: start, to: start + 2500 },
    { id: 'b', repeat: 0, from: start + 3000, to: start + 4500 },
    { id: 'a', repeat: 1, from: start + 5000, to: start + 7500 },
  ]
  const during = (csv: string, foreign: { at: number; pid: number }[] = []) =>
    findingsDuring(
      {
        csv: Buffer.from(header + csv),
        foreign: foreign.map((one) => ({ name: 'train', memoryMiB: 64, device: 'GPU-1', ...one })),
      },
      spans,
      [device],
    )

  it('nothing is found in sound samples', () => {
    expect(during(line(0, '00') + line(1, '01') + line(6, '02'))).toEqual([])
  })

  it('a slowdown marks the run of the diagnostic that it fell on', () => {
    expect(during(line(1, '00') + line(3, '00') + line(6, '40', 88) + line(7, '04'))).toEqual([
      {
        kind: 'throttled',
        when: 'during',
        diagnostic: 'a',
        repeat: 1,
        detail:
          'GPU 0 (RTX 4090): the clocks were held back (hw_thermal_slowdown) in 1 of 2 samples, at most 88 °C.',
        advice: expect.stringContaining('cooling'),
        voids: true,
      },
      expect.objectContaining({ voids: false, detail: expect.stringContaining('sw_power_cap') }),
    ])
  })

  it('a program of somebody else marks each run that it was seen in, once', () => {
    const sightings = [500, 2000, 3500].map((ms) => ({ at: start + ms, pid: 99 }))
    expect(during('', sightings)).toMatchObject([
      { kind: 'foreign process', diagnostic: 'a', voids: true },
      { kind: 'foreign process', diagnostic: 'b', voids: true },
    ])
  })

  it('samples of other GPUs are left out', () => {
    expect(during('2026/03/01 10:00:01.000, 1, 90, 0x0000000000000040\n')).toEqual([])
  })
})
