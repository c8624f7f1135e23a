import { describe, expect, it } from 'vitest'
import type { Device } from '../../../kernels-runner/gpu/device.ts'
import { visibleDevices } from '../../../kernels-runner/gpu/visible-devices.ts'

const gpu = (index: number, name = 'A100', mig = false) =>
  ({ index, name, uuid: `GPU-${index}${index}aa-1`, mig }) as Device
const alike = [gpu(0), gpu(1), gpu(2)]
const mixed = [gpu(0, 'T400'), gpu(1, 'RTX 4090')]

const seen = (devices: readonly Device[], list?: string, order?: string) =>
  visibleDevices(devices, list, order).devices.map(({ index }) => index)

describe('CUDA_VISIBLE_DEVICES', () => {
  it.each([
    ['all without it', undefined, [0, 1, 2]],
    ['those of its numbers, in its order', '2, 0', [2, 0]],
    ['those up to the first that does not exist', '1,7,0', [1]],
    ['none for -1', '-1', []],
    ['none for an empty one', '', []],
    ['one named by its UUID', 'GPU-11aa-1', [1]],
    ['one named by the beginning of its UUID', 'gpu-2', [2]],
    ['none where that beginning is of several', 'GPU-', []],
  ])('shows %s', (_, list, expected) => {
    expect(seen(alike, list)).toEqual(expected)
  })

  it('counts nothing by number where GPUs are not alike, unless it counts as nvidia-smi does', () => {
    expect(seen(mixed, '0')).toEqual([0, 1])
    expect(visibleDevices(mixed, '0', undefined).note).toContain('CUDA_DEVICE_ORDER=PCI_BUS_ID')
    expect(seen(mixed, '0', 'PCI_BUS_ID')).toEqual([0])
  })

  it.each(['MIG-5c89852c-aaaa-bbbb-cccc-000000000000', 'MIG-GPU-11aa-1/2/0'])(
    'finds the GPU of the instance %s',
    (list) => {
      expect(seen([gpu(0), gpu(1, 'A100', true)], list)).toEqual([1])
    },
  )
})
