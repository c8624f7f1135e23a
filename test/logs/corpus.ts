/** Logs of every grammar in small, to be mutated and cut; the shared ones where they are present. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const shared = join(import.meta.dirname, '../../../shared/data')

export const grammars: Record<string, string> = {
  pairs: `Loading /models/model-q4k.bin...
config: hidden=512 num_heads=8 theta=10000
token_ids: [11, 374, 220]

Layer 0 weights (as loaded):
  layer.weight: n=327680, mean=-0.000012, std=0.031903, min=-0.7056, max=0.6965
  Expected len: 327680 (= 640 × 512)
  embeddings                     mean=  0.000023 std=  0.018365  (n=3584)
  layer 0: Q=147456b K=18432b
Q-out comparison (F32 vs Q4K):
  max |diff|: 0.006294
  RMS diff:    0.000773
[3/14 batches] step=12 loss=8.4273 lr=6.00e-6 tok/s=5248 mfu=16.5% eta=10977s
tokens 92 | passed 91 | ✅ PASS
verdict: within tolerance
`,
  csv: `layer,apr_std_last_token,gguf_std_last_token,ratio
0,0.077437,0.079255,0.9771
layer,apr_std_last_token,gguf_std_last_token,ratio
1,0.050432,0.044786,1.1261

pid, process_name, used_gpu_memory [MiB]
1658504, /opt/bin/apr, 6636 MiB
2026/04/22 07:42:57.308, 903 MiB, 23144 MiB, 39 %
`,
  tables: `| Stage | n | mean | Status |
|---|---:|---:|---|
| Q-out | 3,584 | **-0.0039** | ✅ PASS |

┌───────┬────────┐
│ stage │ std    │
├───────┼────────┤
│ q     │ 1.25   │
└───────┴────────┘

stage        n      mean
Q-out     3584   -0.0039
`,
  json: `console line before it 5
{
  "name": "run",
  "layers": [ { "stage": "q", "n": 3584, "mean": -1.5e-3 }, { "values": [1, 2.5, -0.125] } ],
  "verdict": "18x, decisive"
}
{"stage": "k", "side": "apr", "n": 512, "std": 0.376}
{"a": {"b": [NaN, 1]}}
`,
  others: `\u001b[36m━━━━━━━━━━\u001b[0m
  \u001b[1;36mTitle\u001b[0m loss: 0.5
progress 10%\rprogress 20%\rloss=0.25
add/Scalar/100   time:   [55.093 ns 55.710 ns 56.234 ns]
                 thrpt:  [1.7783 Gelem/s 1.7950 Gelem/s 1.8151 Gelem/s]
                 change:
                        time:   [-11.656% -9.4170% -7.0078%] (p = 0.00 < 0.05)
ggml_debug:  Qcur-3 (reshaped) = (f32)  RESHAPE(Qcur-3{512, 7, 1, 1}, }) = {64, 8, 7, 1}
       [ -0.0038, 0.0031, ..., 0.0016],
       sum = -0.179448
nul\0 x=1\0 2
`,
}

/** Name -> bytes: the grammars above, and the real logs of the shared folder. */
export function corpus(): Map<string, Uint8Array> {
  const logs = new Map(
    Object.entries(grammars).map(([name, text]) => [name, new TextEncoder().encode(text)]),
  )
  for (const folder of ['seed', 'evidence', 'gpu']) {
    const path = join(shared, folder)
    if (!existsSync(path)) continue
    for (const file of readdirSync(path).filter((name) => name !== 'README.md')) {
      logs.set(`${folder}/${file}`, readFileSync(join(path, file)).subarray(0, 6000))
    }
  }
  return logs
}
