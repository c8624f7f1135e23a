// Layer-0 Q projection on seeded synthetic weights: the dequantised F32 product (path A) against the
// Q4_K x Q8_K product (path B), and beside it what an earlier trace recorded for the fused qkv.
import { readFileSync } from 'node:fs'
import { dequantizeQ4K, dotQ4KQ8K, quantizeQ4K, quantizeQ8K } from './q4k.mjs'
import { normals, uniform } from './random.mjs'
import { line } from './statistics.mjs'

const hidden = 3584
const rows = 3584

console.log('Synthetic weights, computed on the CPU')
console.log(`hidden_dim=${hidden}, q_dim=${rows}, seed=27`)
const packed = quantizeQ4K(normals(27, rows * hidden, 0.0215))
console.log(`\nLayer 0 Q4K bytes:\n  attn_q_weight: ${packed.length} bytes`)

const x = Float32Array.from({ length: hidden }, (_, i) => 0.16 + 0.42 * (uniform(28, i) - 0.5))
console.log(line('synthetic_input', x))

const weights = dequantizeQ4K(packed)
const f32 = new Float32Array(rows)
for (let row = 0; row < rows; row++) {
  let sum = 0
  for (let i = 0; i < hidden; i++) {
    sum = Math.fround(sum + Math.fround(weights[row * hidden + i] * x[i]))
  }
  f32[row] = sum
}
console.log(`\nPath A: F32 dequantised product:\n${line(`Q-out [0..${rows}]`, f32)}`)

const blocks = quantizeQ8K(x)
const q4k = Float32Array.from({ length: rows }, (_, row) => dotQ4KQ8K(packed, row, blocks))
console.log(`\nPath B: Q4K dispatched Q only:\n${line('Q-out (Q4K)', q4k)}`)

const difference = f32.map((value, i) => value - q4k[i])
const rms = Math.sqrt(difference.reduce((sum, d) => sum + d * d, 0) / rows)
const largest = difference.reduce((most, d) => Math.max(most, Math.abs(d)), 0)
console.log(`\nQ-out comparison (F32 vs Q4K):`)
console.log(`  max |diff|: ${largest.toFixed(6)}`)
console.log(`  RMS diff:    ${rms.toFixed(6)}`)

console.log('\n=== REFERENCE NUMBERS ===')
process.stdout.write(readFileSync(new URL('../traces/layer0-qkv.txt', import.meta.url), 'utf8'))
