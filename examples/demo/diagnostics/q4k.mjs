// Q4_K weights and Q8_K activations, as ggml lays them out.
//
// Q4_K: a super-block of 256 weights in 144 bytes: half d, half dmin, 12 bytes of packed 6-bit scales
// and mins for 8 sub-blocks of 32, 128 bytes of nibbles. w = d·sc·q − dmin·m.
// Q8_K: 256 activations: float d, 256 signed bytes, 16 sums of 16. x = d·q.

export const superBlock = 256
export const bytesPerSuperBlock = 144

/** Rows of length `columns` (a multiple of 256) as packed Q4_K bytes. */
export function quantizeQ4K(weights) {
  const packed = new Uint8Array((weights.length / superBlock) * bytesPerSuperBlock)
  const view = new DataView(packed.buffer)
  for (let block = 0; block * superBlock < weights.length; block++) {
    const values = weights.subarray(block * superBlock, (block + 1) * superBlock)
    quantizeSuperBlock(values, view, block * bytesPerSuperBlock)
  }
  return packed
}

function quantizeSuperBlock(values, view, at) {
  const scales = []
  const mins = []
  for (let j = 0; j < 8; j++) {
    const part = values.subarray(j * 32, (j + 1) * 32)
    let low = 0
    let high = 0
    for (const value of part) {
      if (value < low) low = value
      if (value > high) high = value
    }
    scales.push((high - low) / 15)
    mins.push(-low)
  }
  const d = halfToFloat(floatToHalf(Math.max(...scales) / 63))
  const dmin = halfToFloat(floatToHalf(Math.max(...mins) / 63))
  view.setUint16(at, floatToHalf(d), true)
  view.setUint16(at + 2, floatToHalf(dmin), true)
  const sc = scales.map((scale) => (d === 0 ? 0 : Math.min(63, Math.round(scale / d))))
  const m = mins.map((min) => (dmin === 0 ? 0 : Math.min(63, Math.round(min / dmin))))
  for (let j = 0; j < 4; j++) {
    view.setUint8(at + 4 + j, sc[j] | ((sc[j + 4] >> 4) << 6))
    view.setUint8(at + 8 + j, m[j] | ((m[j + 4] >> 4) << 6))
    view.setUint8(at + 12 + j, (sc[j + 4] & 15) | ((m[j + 4] & 15) << 4))
  }
  for (let i = 0; i < superBlock; i++) {
    const j = i >> 5
    const scale = d * sc[j]
    const level = scale === 0 ? 0 : Math.round((values[i] + dmin * m[j]) / scale)
    const q = Math.max(0, Math.min(15, level))
    // Each run of 32 bytes holds the low nibbles of one sub-block, then the high ones of the next.
    const byte = at + 16 + (j >> 1) * 32 + (i & 31)
    view.setUint8(byte, view.getUint8(byte) | (j & 1 ? q << 4 : q))
  }
}

/** d, dmin, and the 6-bit scale and min of each sub-block of one super-block. */
export function readHeader(packed, at) {
  const half = (offset) => halfToFloat(packed[offset] | (packed[offset + 1] << 8))
  const sc = []
  const m = []
  for (let j = 0; j < 8; j++) {
    const s = (k) => packed[at + 4 + k]
    sc.push(j < 4 ? s(j) & 63 : (s(j + 4) & 15) | ((s(j - 4) >> 6) << 4))
    m.push(j < 4 ? s(j + 4) & 63 : (s(j + 4) >> 4) | ((s(j) >> 6) << 4))
  }
  return { d: half(at), dmin: half(at + 2), sc, m }
}

export function nibble(packed, at, i) {
  const j = i >> 5
  const byte = packed[at + 16 + (j >> 1) * 32 + (i & 31)]
  return j & 1 ? byte >> 4 : byte & 15
}

export function dequantizeQ4K(packed) {
  const blocks = packed.length / bytesPerSuperBlock
  const weights = new Float32Array(blocks * superBlock)
  for (let block = 0; block < blocks; block++) {
    const at = block * bytesPerSuperBlock
    const { d, dmin, sc, m } = readHeader(packed, at)
    for (let i = 0; i < superBlock; i++) {
      const j = i >> 5
      weights[block * superBlock + i] = d * sc[j] * nibble(packed, at, i) - dmin * m[j]
    }
  }
  return weights
}

/** Activations as Q8_K: per 256 values a scale, the levels, and the sums of each 32 levels. */
export function quantizeQ8K(x) {
  const blocks = []
  for (let start = 0; start < x.length; start += superBlock) {
    const values = x.subarray(start, start + superBlock)
    let extreme = 0
    for (const value of values) {
      if (Math.abs(value) > Math.abs(extreme)) extreme = value
    }
    const inverse = extreme === 0 ? 0 : -127 / extreme
    const q = Int8Array.from(values, (value) => Math.min(127, Math.round(inverse * value)))
    const sums = Int32Array.from({ length: 8 }, (_, j) =>
      q.subarray(j * 32, (j + 1) * 32).reduce((sum, level) => sum + level, 0),
    )
    blocks.push({ d: inverse === 0 ? 0 : Math.fround(1 / inverse), q, sums })
  }
  return blocks
}

/** Row times vector in integers, scaled per super-block: what a Q4_K x Q8_K kernel computes. */
export function dotQ4KQ8K(packed, row, blocks) {
  let sum = 0
  for (let b = 0; b < blocks.length; b++) {
    const at = (row * blocks.length + b) * bytesPerSuperBlock
    const { d, dmin, sc, m } = readHeader(packed, at)
    const { d: d8, q, sums } = blocks[b]
    let scaled = 0
    let offset = 0
    for (let j = 0; j < 8; j++) {
      let dot = 0
      for (let i = j * 32; i < (j + 1) * 32; i++) dot += nibble(packed, at, i) * q[i]
      scaled += sc[j] * dot
      offset += m[j] * sums[j]
    }
    sum = Math.fround(sum + Math.fround(d8 * (d * scaled - dmin * offset)))
  }
  return sum
}

/** Round to nearest, ties to even; values beyond the largest half become infinite. */
function floatToHalf(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size === 0) return sign
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const units = roundToEven(size / 2 ** (exponent - 10))
  const bits = units < 1024 ? units : ((exponent + 15) << 10) + (units - 1024)
  return sign | Math.min(bits, 0x7c00)
}

function roundToEven(value) {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

function halfToFloat(bits) {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return bits & 0x8000 ? -size : size
}
