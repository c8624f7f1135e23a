/**
 * ggml's blocks of 32 elements -> f32 or f64; products of scales and quants are exact in f64. `steps`
 * takes the squared step between neighbouring values, once for each 16 elements: what rounding to
 * the format explains follows from it.
 */
import { half } from './decode'

export function q8_0(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 34, steps += 16) {
    const scale = half(load<u16>(from))
    stepsOf32(steps, scale)
    const d = f32x4.splat(scale)
    for (let i: usize = 0; i < 32; i += 8, to += 32) {
      const q = v128.load8x8_s(from + 2 + i)
      v128.store(to, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(q))))
      v128.store(to, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(q))), 16)
    }
  }
}

/** Blocks of 32: low nibbles are the first 16 elements, high nibbles the last 16. */
export function q4_0(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 18, to += 128, steps += 16) {
    const d = half(load<u16>(from))
    stepsOf32(steps, d)
    for (let i: usize = 0; i < 16; i++) {
      const q = <i32>load<u8>(from + 2 + i)
      store<f32>(to + (i << 2), d * <f32>((q & 15) - 8))
      store<f32>(to + (i << 2) + 64, d * <f32>((q >> 4) - 8))
    }
  }
}

export function q4_1(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 20, to += 256, steps += 16) {
    const d = <f64>half(load<u16>(from))
    stepsOf32(steps, d)
    const m = <f64>half(load<u16>(from + 2))
    for (let i: usize = 0; i < 16; i++) {
      const q = <i32>load<u8>(from + 4 + i)
      store<f64>(to + (i << 3), d * <f64>(q & 15) + m)
      store<f64>(to + (i << 3) + 128, d * <f64>(q >> 4) + m)
    }
  }
}

export function q5_0(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 22, to += 128, steps += 16) {
    const d = half(load<u16>(from))
    stepsOf32(steps, d)
    const high = load<u32>(from + 2)
    for (let i: usize = 0; i < 16; i++) {
      const q = <i32>load<u8>(from + 6 + i)
      const low = (q & 15) | ((<i32>((high >> (<u32>i)) & 1)) << 4)
      const upper = (q >> 4) | ((<i32>((high >> (<u32>i + 16)) & 1)) << 4)
      store<f32>(to + (i << 2), d * <f32>(low - 16))
      store<f32>(to + (i << 2) + 64, d * <f32>(upper - 16))
    }
  }
}

export function q5_1(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 24, to += 256, steps += 16) {
    const d = <f64>half(load<u16>(from))
    stepsOf32(steps, d)
    const m = <f64>half(load<u16>(from + 2))
    const high = load<u32>(from + 4)
    for (let i: usize = 0; i < 16; i++) {
      const q = <i32>load<u8>(from + 8 + i)
      const low = (q & 15) | ((<i32>((high >> (<u32>i)) & 1)) << 4)
      const upper = (q >> 4) | ((<i32>((high >> (<u32>i + 16)) & 1)) << 4)
      store<f64>(to + (i << 3), d * <f64>low + m)
      store<f64>(to + (i << 3) + 128, d * <f64>upper + m)
    }
  }
}

/** The sixteen values of IQ4_NL and IQ4_XS; their gaps are 16 in the mean. */
export const nonlinear: StaticArray<i8> = [
  -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
]

export function iq4_nl(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 18, to += 256, steps += 16) {
    nonlinear32(from + 2, <f64>half(load<u16>(from)), to, steps)
  }
}

/** 16 bytes: low nibbles are the first 16 elements, high nibbles the last 16. */
export function nonlinear32(qs: usize, d: f64, to: usize, steps: usize): void {
  stepsOf32(steps, 16 * d)
  for (let i: usize = 0; i < 16; i++) {
    const q = <i32>load<u8>(qs + i)
    store<f64>(to + (i << 3), d * <f64>nonlinear[q & 15])
    store<f64>(to + (i << 3) + 128, d * <f64>nonlinear[q >> 4])
  }
}

/** Twice the magnitudes of E2M1. */
const doubled: StaticArray<i8> = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

/** A power of two (bias 127) and E2M1 floats; most lie where their gap is a half to one. */
export function mxfp4(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 17, to += 256, steps += 16) {
    const d = reinterpret<f64>((<u64>(1023 - 128 + <i32>load<u8>(from))) << 52)
    stepsOf32(steps, 2 * d)
    for (let i: usize = 0; i < 16; i++) {
      const q = <i32>load<u8>(from + 1 + i)
      store<f64>(to + (i << 3), d * <f64>doubled[q & 15])
      store<f64>(to + (i << 3) + 128, d * <f64>doubled[q >> 4])
    }
  }
}

function stepsOf32(steps: usize, step: f64): void {
  store<f64>(steps, step * step)
  store<f64>(steps, step * step, 8)
}
