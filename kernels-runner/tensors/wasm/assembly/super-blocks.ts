/**
 * ggml's super-blocks of 256 elements -> f64, as `blocks.ts` does for those of 32.
 */
import { nonlinear32 } from './blocks'
import { half } from './decode'

/**
 * Super-blocks of 256 in 8 sub-blocks with 6-bit scale and minimum: w = d sc q - dmin m. Each run
 * of 32 bytes holds the low nibbles of one sub-block, then the high ones of the next. Q5_K has a
 * fifth bit of each weight in 32 bytes before the nibbles.
 */
export function q45_k(from: usize, n: i32, to: usize, steps: usize, five: bool): void {
  const size: usize = five ? 176 : 144
  for (let block = 0; block < n >> 8; block++, from += size) {
    const d = <f64>half(load<u16>(from))
    const dmin = <f64>half(load<u16>(from + 2))
    const high = from + 16
    const nibbles = five ? from + 48 : high
    for (let j: usize = 0; j < 8; j++, steps += 16) {
      const scale = d * <f64>scaleOf(from + 4, j)
      store<f64>(steps, scale * scale)
      store<f64>(steps, scale * scale, 8)
      const least = dmin * <f64>minimumOf(from + 4, j)
      const qs = nibbles + ((j >> 1) << 5)
      for (let i: usize = 0; i < 32; i++, to += 8) {
        let q = ((<i32>load<u8>(qs + i)) >> ((<i32>(j & 1)) << 2)) & 15
        if (five) q |= (((<i32>load<u8>(high + i)) >> (<i32>j)) & 1) << 4
        store<f64>(to, scale * <f64>q - least)
      }
    }
  }
}

function scaleOf(s: usize, j: usize): i32 {
  if (j < 4) return load<u8>(s + j) & 63
  return (load<u8>(s + j + 4) & 15) | ((load<u8>(s + j - 4) >> 6) << 4)
}

function minimumOf(s: usize, j: usize): i32 {
  if (j < 4) return load<u8>(s + j + 4) & 63
  return (load<u8>(s + j + 4) >> 4) | ((load<u8>(s + j) >> 6) << 4)
}

/** Super-blocks of 256: 128 bytes of low nibbles, 64 of upper bit pairs, 16 scales, then d. */
export function q6_k(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 8; block++, from += 210, to += 2048, steps += 128) {
    const d = <f64>half(load<u16>(from + 208))
    for (let part: usize = 0; part < 2; part++) {
      const low = from + part * 64
      const high = from + 128 + part * 32
      const scales = from + 192 + part * 8
      for (let i: usize = 0; i < 128; i++) {
        const group = i >> 5
        const nibble = ((<i32>load<u8>(low + (i & 63))) >> (i < 64 ? 0 : 4)) & 15
        const upper = ((<i32>load<u8>(high + (i & 31))) >> ((<i32>group) << 1)) & 3
        const q = (nibble | (upper << 4)) - 32
        const scale = d * <f64>load<i8>(scales + (i >> 4))
        store<f64>(steps + ((part * 8 + (i >> 4)) << 3), scale * scale)
        store<f64>(to + ((part * 128 + i) << 3), scale * <f64>q)
      }
    }
  }
}

/**
 * 16 bytes of 4-bit scales and minima, 64 of quants, d and dmin. Each 32 bytes of quants hold 128
 * elements: the lowest pairs of bits are the first 32 of them.
 */
export function q2_k(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 8; block++, from += 84, to += 2048) {
    const d = <f64>half(load<u16>(from + 80))
    const dmin = <f64>half(load<u16>(from + 82))
    for (let group: usize = 0; group < 16; group++, steps += 8) {
      const packed = <i32>load<u8>(from + group)
      const scale = d * <f64>(packed & 15)
      const least = dmin * <f64>(packed >> 4)
      store<f64>(steps, scale * scale)
      for (let i: usize = 0; i < 16; i++) {
        const q = pairOfBits(from + 16, group, i)
        store<f64>(to + (((group << 4) + i) << 3), scale * <f64>q - least)
      }
    }
  }
}

/** 32 bytes of third bits (one a group of 32 elements), 64 of lower pairs, 12 of 6-bit scales, d. */
export function q3_k(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 8; block++, from += 110, to += 2048) {
    const d = <f64>half(load<u16>(from + 108))
    const scales = from + 96
    for (let group: usize = 0; group < 16; group++, steps += 8) {
      const low = ((<i32>load<u8>(scales + (group & 7))) >> (group < 8 ? 0 : 4)) & 15
      const high = ((<i32>load<u8>(scales + 8 + (group & 3))) >> (((<i32>group) >> 2) << 1)) & 3
      const scale = d * <f64>((low | (high << 4)) - 32)
      store<f64>(steps, scale * scale)
      for (let i: usize = 0; i < 16; i++) {
        const third = ((<i32>load<u8>(from + ((group & 1) << 4) + i)) >> ((<i32>group) >> 1)) & 1
        const q = pairOfBits(from + 32, group, i) - (third ? 0 : 4)
        store<f64>(to + (((group << 4) + i) << 3), scale * <f64>q)
      }
    }
  }
}

/** Two bits of element `i` of a group of 16, of 64 bytes for 16 groups. */
function pairOfBits(qs: usize, group: usize, i: usize): i32 {
  const at = qs + ((group >> 3) << 5) + ((group & 1) << 4) + i
  return ((<i32>load<u8>(at)) >> (((<i32>(group >> 1)) & 3) << 1)) & 3
}

/** d, 16 bits of upper and 4 bytes of lower bits of eight 6-bit scales, 128 bytes of nibbles. */
export function iq4_xs(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 8; block++, from += 136) {
    const d = <f64>half(load<u16>(from))
    const upper = <i32>load<u16>(from + 2)
    for (let j: usize = 0; j < 8; j++, to += 256, steps += 16) {
      const low = ((<i32>load<u8>(from + 4 + (j >> 1))) >> (((<i32>j) & 1) << 2)) & 15
      const scale = (low | (((upper >> ((<i32>j) << 1)) & 3) << 4)) - 32
      nonlinear32(from + 8 + (j << 4), d * <f64>scale, to, steps)
    }
  }
}

/**
 * -d, 0 or d. Five elements a byte as digits of base 3, the first the highest, of a fixed-point
 * number below 1: 32 bytes of 160 elements, 16 of 80, 4 of the last 16; then d.
 */
export function tq1_0(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 8; block++, from += 54, steps += 128) {
    const d = <f64>half(load<u16>(from + 52))
    stepsOf256(steps, d)
    to = ternary(from, 32, 5, d, to)
    to = ternary(from + 32, 16, 5, d, to)
    to = ternary(from + 48, 4, 4, d, to)
  }
}

function ternary(qs: usize, bytes: usize, digits: i32, d: f64, to: usize): usize {
  let power: u32 = 1
  for (let digit = 0; digit < digits; digit++, power *= 3) {
    for (let i: usize = 0; i < bytes; i++, to += 8) {
      const rest = (<u32>load<u8>(qs + i) * power) & 255
      store<f64>(to, d * <f64>(<i32>((rest * 3) >> 8) - 1))
    }
  }
  return to
}

/** -d, 0 or d in two bits each; d is last. */
export function tq2_0(from: usize, n: i32, to: usize, steps: usize): void {
  for (let block = 0; block < n >> 8; block++, from += 66, to += 2048, steps += 128) {
    const d = <f64>half(load<u16>(from + 64))
    stepsOf256(steps, d)
    for (let group: usize = 0; group < 16; group++) {
      for (let i: usize = 0; i < 16; i++) {
        store<f64>(to + (((group << 4) + i) << 3), d * <f64>(pairOfBits(from, group, i) - 1))
      }
    }
  }
}

function stepsOf256(steps: usize, step: f64): void {
  for (let group: usize = 0; group < 16; group++) {
    store<f64>(steps + (group << 3), step * step)
  }
}
