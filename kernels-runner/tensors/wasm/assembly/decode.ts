/**
 * Stored elements -> f32 or f64, a tile at a time. A type goes to f32 where that is exact, else to
 * f64 (`isWide`).
 */
import { iq4_nl, mxfp4, q4_0, q4_1, q5_0, q5_1, q8_0 } from './blocks'
import { iq4_xs, q2_k, q3_k, q45_k, q6_k, tq1_0, tq2_0 } from './super-blocks'

// The host knows the types by the same numbers (`dtypes.ts`).
const F32 = 0
const F64 = 1
const F16 = 2
const BF16 = 3
const I8 = 4
const U8 = 5
const I16 = 6
const U16 = 7
const I32 = 8
const U32 = 9
const I64 = 10
const U64 = 11
const F8_E4M3 = 12
const F8_E5M2 = 13
const Q4_0 = 16
const Q4_1 = 17
const Q5_0 = 18
const Q5_1 = 19
const Q8_0 = 20
const Q4_K = 21
const Q5_K = 22
const Q6_K = 23
const Q2_K = 24
const Q3_K = 25
const IQ4_NL = 26
const IQ4_XS = 27
const MXFP4 = 28
const TQ1_0 = 29
const TQ2_0 = 30

/** Whether elements are kept in blocks that share a scale. */
export function isQuantised(type: i32): bool {
  return type >= Q4_0
}

/** Whether elements are integers that f64 may round. */
export function isLong(type: i32): bool {
  return type == I64 || type == U64
}

export function isWide(type: i32): bool {
  return (
    type == F64 || (type >= I32 && type <= U64) || type == Q4_1 || (type >= Q5_1 && type != Q8_0)
  )
}

/** Bytes of the file from the start of a chunk to its element `i`, which starts a block. */
export function bytesBefore(type: i32, i: i32): usize {
  switch (type) {
    case F64:
    case I64:
    case U64:
      return (<usize>i) << 3
    case F32:
    case I32:
    case U32:
      return (<usize>i) << 2
    case F16:
    case BF16:
    case I16:
    case U16:
      return (<usize>i) << 1
    case Q4_0:
    case IQ4_NL:
      return ((<usize>i) >> 5) * 18
    case Q4_1:
      return ((<usize>i) >> 5) * 20
    case Q5_0:
      return ((<usize>i) >> 5) * 22
    case Q5_1:
      return ((<usize>i) >> 5) * 24
    case Q8_0:
      return ((<usize>i) >> 5) * 34
    case MXFP4:
      return ((<usize>i) >> 5) * 17
    case Q4_K:
      return ((<usize>i) >> 8) * 144
    case Q5_K:
      return ((<usize>i) >> 8) * 176
    case Q6_K:
      return ((<usize>i) >> 8) * 210
    case Q2_K:
      return ((<usize>i) >> 8) * 84
    case Q3_K:
      return ((<usize>i) >> 8) * 110
    case IQ4_XS:
      return ((<usize>i) >> 8) * 136
    case TQ1_0:
      return ((<usize>i) >> 8) * 54
    case TQ2_0:
      return ((<usize>i) >> 8) * 66
    default:
      return <usize>i
  }
}

/**
 * Where `n` elements lie as f32: at `from` itself, or decoded at `to`.
 *
 * @param steps where the squared steps between neighbouring values of a block format go, one f64 for
 *   each 16 elements; other types leave it as it is
 */
export function narrow(from: usize, type: i32, n: i32, to: usize, steps: usize): usize {
  switch (type) {
    case F32:
      return from
    case BF16:
      bf16(from, n, to)
      break
    case F16:
      f16(from, n, to)
      break
    case I8:
      each<i8, f32>(from, n, to)
      break
    case U8:
      each<u8, f32>(from, n, to)
      break
    case I16:
      each<i16, f32>(from, n, to)
      break
    case U16:
      each<u16, f32>(from, n, to)
      break
    case F8_E4M3:
      f8(from, n, to, 4)
      break
    case F8_E5M2:
      f8(from, n, to, 5)
      break
    case Q8_0:
      q8_0(from, n, to, steps)
      break
    case Q4_0:
      q4_0(from, n, to, steps)
      break
    case Q5_0:
      q5_0(from, n, to, steps)
      break
    default:
      unreachable()
  }
  return to
}

/** Where `n` elements lie as f64, multiplied by `scale`: at `from` itself, or decoded at `to`. */
export function wide(from: usize, type: i32, n: i32, to: usize, scale: f64, steps: usize): usize {
  switch (type) {
    case F64:
      if (scale == 1) return from
      for (let i = 0; i < n; i++) {
        store<f64>(to + ((<usize>i) << 3), load<f64>(from + ((<usize>i) << 3)) * scale)
      }
      break
    case I32:
      each<i32, f64>(from, n, to)
      break
    case U32:
      each<u32, f64>(from, n, to)
      break
    case I64:
      each<i64, f64>(from, n, to)
      break
    case U64:
      each<u64, f64>(from, n, to)
      break
    case Q4_1:
      q4_1(from, n, to, steps)
      break
    case Q5_1:
      q5_1(from, n, to, steps)
      break
    case Q4_K:
      q45_k(from, n, to, steps, false)
      break
    case Q5_K:
      q45_k(from, n, to, steps, true)
      break
    case Q6_K:
      q6_k(from, n, to, steps)
      break
    case Q2_K:
      q2_k(from, n, to, steps)
      break
    case Q3_K:
      q3_k(from, n, to, steps)
      break
    case IQ4_NL:
      iq4_nl(from, n, to, steps)
      break
    case IQ4_XS:
      iq4_xs(from, n, to, steps)
      break
    case MXFP4:
      mxfp4(from, n, to, steps)
      break
    case TQ1_0:
      tq1_0(from, n, to, steps)
      break
    case TQ2_0:
      tq2_0(from, n, to, steps)
      break
    default:
      widen(narrow(from, type, n, to, steps), n, to)
  }
  if (scale != 1 && type != F64) {
    for (let i = 0; i < n; i++) {
      const p = to + ((<usize>i) << 3)
      store<f64>(p, load<f64>(p) * scale)
    }
  }
  return to
}

/** f32 -> f64 from the end backwards, since both may start at the same place. */
function widen(from: usize, n: i32, to: usize): void {
  for (let i = n - 1; i >= 0; i--) {
    store<f64>(to + ((<usize>i) << 3), <f64>load<f32>(from + ((<usize>i) << 2)))
  }
}

function each<From, To>(from: usize, n: i32, to: usize): void {
  for (let i = 0; i < n; i++) {
    store<To>(to + <usize>i * sizeof<To>(), <To>load<From>(from + <usize>i * sizeof<From>()))
  }
}

/** bf16 is the upper half of an f32. */
function bf16(from: usize, n: i32, to: usize): void {
  let i = 0
  for (const end = n & ~7; i < end; i += 8) {
    const x = v128.load(from + ((<usize>i) << 1))
    const p = to + ((<usize>i) << 2)
    v128.store(p, i32x4.shl(i32x4.extend_low_i16x8_u(x), 16))
    v128.store(p, i32x4.shl(i32x4.extend_high_i16x8_u(x), 16), 16)
  }
  for (; i < n; i++) {
    store<u32>(to + ((<usize>i) << 2), (<u32>load<u16>(from + ((<usize>i) << 1))) << 16)
  }
}

/** f16: exponent and fraction moved into an f32 and rescaled, which is right for subnormals too. */
function f16(from: usize, n: i32, to: usize): void {
  let i = 0
  for (const end = n & ~7; i < end; i += 8) {
    const x = v128.load(from + ((<usize>i) << 1))
    const p = to + ((<usize>i) << 2)
    v128.store(p, f16x4(i32x4.extend_low_i16x8_u(x)))
    v128.store(p, f16x4(i32x4.extend_high_i16x8_u(x)), 16)
  }
  for (; i < n; i++) {
    store<f32>(to + ((<usize>i) << 2), half(load<u16>(from + ((<usize>i) << 1))))
  }
}

function f16x4(h: v128): v128 {
  const magnitude = i32x4.shl(v128.and(h, i32x4.splat(0x7fff)), 13)
  const sign = i32x4.shl(v128.and(h, i32x4.splat(0x8000)), 16)
  const scaled = f32x4.mul(magnitude, f32x4.splat(reinterpret<f32>(0x77800000)))
  const special = i32x4.gt_s(magnitude, i32x4.splat(0x0f7fffff))
  const exponent = v128.and(special, i32x4.splat(0x7f800000))
  return v128.or(v128.or(scaled, exponent), sign)
}

/** An f16 by its bits. */
export function half(h: u16): f32 {
  return f32x4.extract_lane(f16x4(i32x4.splat(h)), 0)
}

/**
 * 8-bit floats as in OCP's OFP8: E5M2 is the upper half of an f16; E4M3 has no infinities, and NaN
 * only where all bits but the sign are set.
 */
function f8(from: usize, n: i32, to: usize, exponentBits: i32): void {
  for (let i = 0; i < n; i++) {
    const bits = load<u8>(from + <usize>i)
    store<f32>(to + ((<usize>i) << 2), exponentBits == 5 ? half((<u16>bits) << 8) : e4m3(bits))
  }
}

function e4m3(bits: u8): f32 {
  if ((bits & 0x7f) == 0x7f) return NaN
  // Exponent and fraction in an f32's places, rescaled from bias 127 to bias 7: times 2^120.
  const magnitude = reinterpret<f32>((<u32>(bits & 0x7f)) << 20) * reinterpret<f32>(0x7b800000)
  return bits & 0x80 ? -magnitude : magnitude
}
