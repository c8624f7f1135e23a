// A counter-based generator: the n-th number depends on the seed and n alone.

/** `length` normal deviates of the given standard deviation. */
export function normals(seed, length, std) {
  const values = new Float32Array(length)
  for (let i = 0; i < length; i += 2) {
    const radius = std * Math.sqrt(-2 * Math.log(uniform(seed, i)))
    const angle = 2 * Math.PI * uniform(seed, i + 1)
    values[i] = radius * Math.cos(angle)
    if (i + 1 < length) values[i + 1] = radius * Math.sin(angle)
  }
  return values
}

/** In (0, 1): two rounds of a 32-bit mixer over the counter. */
export function uniform(seed, counter) {
  return (mix(mix(counter ^ seed) + seed) + 0.5) / 2 ** 32
}

function mix(value) {
  let x = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}
