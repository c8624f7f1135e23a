/**
 * Stored elements -> f32 or f64, a tile at a time. A type goes to f32 where that is exact, else to
 * f64 (`isWide`). Block formats are those of ggml; products of scales and quants are exact in f64.
 */
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
      return ((<usize>i) >> 5) * 18
    case Q4_1:
      return ((<usize>i) >> 5) * 20
    case Q5_0:
      return ((<usize>i) >> 5) * 22
    case Q5_1:
      return ((<usize>i) >> 5) * 24
    case Q8_0:
      return ((<usize>i) >> 5) * 34
    case Q4_K:
      return ((<usize>i) >> 8) * 144
    case Q5_K:
      return ((<usize>i) >> 8) * 176
    case Q6_K:
      return ((<usize>i) >> 8) * 210
    default:
      return <usize>i
  }
}

/** Where `n` elements lie as f32: at `from` itself, or decoded at `to`. */
export function narrow(from: usize, type: i32, n: i32, to: usize): usize {
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
      q8_0(from, n, to)
      break
    case Q4_0:
      q4_0(from, n, to)
      break
    case Q5_0:
      q5_0(from, n, to)
      break
    default:
      unreachable()
  }
  return to
}

/** Where `n` elements lie as f64, multiplied by `scale`: at `from` itself, or decoded at `to`. */
export function wide(from: usize, type: i32, n: i32, to: usize, scale: f64): usize {
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
      q4_1(from, n, to)
      break
    case Q5_1:
      q5_1(from, n, to)
      break
    case Q4_K:
      q45_k(from, n, to, false)
      break
    case Q5_K:
      q45_k(from, n, to, true)
      break
    case Q6_K:
      q6_k(from, n, to)
      break
    default:
      widen(narrow(from, type, n, to), n, to)
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

function half(h: u16): f32 {
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

function q8_0(from: usize, n: i32, to: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 34) {
    const d = f32x4.splat(half(load<u16>(from)))
    for (let i: usize = 0; i < 32; i += 8, to += 32) {
      const q = v128.load8x8_s(from + 2 + i)
      v128.store(to, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(q))))
      v128.store(to, f32x4.mul(d, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(q))), 16)
    }
  }
}

/** Blocks of 32: low nibbles are the first 16 elements, high nibbles the last 16. */
function q4_0(from: usize, n: i32, to: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 18, to += 128) {
    const d = half(load<u16>(from))
    for (let i: usize = 0; i < 16; i++) {
      const q = <i32>load<u8>(from + 2 + i)
      store<f32>(to + (i << 2), d * <f32>((q & 15) - 8))
      store<f32>(to + (i << 2) + 64, d * <f32>((q >> 4) - 8))
    }
  }
}

function q4_1(from: usize, n: i32, to: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 20, to += 256) {
    const d = <f64>half(load<u16>(from))
    const m = <f64>half(load<u16>(from + 2))
    for (let i: usize = 0; i < 16; i++) {
      const q = <i32>load<u8>(from + 4 + i)
      store<f64>(to + (i << 3), d * <f64>(q & 15) + m)
      store<f64>(to + (i << 3) + 128, d * <f64>(q >> 4) + m)
    }
  }
}

function q5_0(from: usize, n: i32, to: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 22, to += 128) {
    const d = half(load<u16>(from))
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

function q5_1(from: usize, n: i32, to: usize): void {
  for (let block = 0; block < n >> 5; block++, from += 24, to += 256) {
    const d = <f64>half(load<u16>(from))
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

/**
 * Super-blocks of 256 in 8 sub-blocks with 6-bit scale and minimum: w = d sc q - dmin m. Each run
 * of 32 bytes holds the low nibbles of one sub-block, then the high ones of the next. Q5_K has a
 * fifth bit of each weight in 32 bytes before the nibbles.
 */
function q45_k(from: usize, n: i32, to: usize, five: bool): void {
  const size: usize = five ? 176 : 144
  for (let block = 0; block < n >> 8; block++, from += size) {
    const d = <f64>half(load<u16>(from))
    const dmin = <f64>half(load<u16>(from + 2))
    const high = from + 16
    const nibbles = five ? from + 48 : high
    for (let j: usize = 0; j < 8; j++) {
      const scale = d * <f64>scaleOf(from + 4, j)
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
function q6_k(from: usize, n: i32, to: usize): void {
  for (let block = 0; block < n >> 8; block++, from += 210, to += 2048) {
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
        store<f64>(to + ((part * 128 + i) << 3), scale * <f64>q)
      }
    }
  }
}
