/** The same data in NumPy, where it is installed (Debian: python3-numpy). */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compareFiles } from '../../../kernels-runner/tensors/index.ts'
import { cases } from './data.ts'
import { Folder, bytesOf, npy } from './write.ts'

const script = `
import json, sys
import numpy as np
a, b = (np.load(path, allow_pickle=False).astype(np.float64) for path in sys.argv[1:3])
both = np.isfinite(a) & np.isfinite(b)
x, y = a[both], b[both]
d = x - y
norm = np.linalg.norm
print(json.dumps({
    "mean": a[np.isfinite(a)].mean(), "std": a[np.isfinite(a)].std(),
    "zeros": int((a == 0).sum()), "nan": int(np.isnan(a).sum()),
    "rms": np.sqrt(np.square(d).mean()), "bias": d.mean(), "max": np.abs(d).max(),
    "relativeL2": norm(d) / norm(y), "cosine": x @ y / norm(x) / norm(y),
    "quantiles": np.quantile(np.abs(d), [0.5, 0.99, 0.999]).tolist(),
    "scale": np.abs(a[np.isfinite(a)]).mean(), "scaleD": np.abs(d).mean(),
}))
`

const python = '/usr/bin/python3'

test.skipIf(!hasNumpy()).each(cases)('NumPy agrees: $name', async ({ a, b }) => {
  using folder = new Folder()
  const paths = [a, b].map((values, i) =>
    folder.file(`${i}.npy`, npy("'<f4'", [values.length], bytesOf(Float32Array.from(values)))),
  )
  const wanted = JSON.parse(
    execFileSync(python, ['-c', script, ...paths], { encoding: 'utf8' }),
  ) as Record<string, number> & { quantiles: number[] }
  const near = (got: number | null | undefined, value: number | undefined, scale = value) =>
    expect(Math.abs((got ?? NaN) - (value ?? NaN))).toBeLessThanOrEqual(
      1e-11 * Math.abs(scale ?? 0),
    )
  const { value } = await compareFiles(paths[0] ?? '', paths[1] ?? '', { details: true }).next()
  const { stats } = value?.a ?? {}
  expect(stats).toMatchObject({ nZero: wanted['zeros'], nNan: wanted['nan'] })
  near(stats?.mean.value, wanted['mean'], wanted['scale'])
  near(stats?.std.value, wanted['std'], wanted['scale'])
  const pair = value?.pair
  near(pair?.rmsDiff.value, wanted['rms'])
  near(pair?.bias.value, wanted['bias'], wanted['scaleD'])
  near(pair?.maxAbsDiff.value, wanted['max'])
  near(pair?.relativeL2.value, wanted['relativeL2'])
  near(pair?.cosine.value, wanted['cosine'], 1)
  near(value?.quantiles?.p50.value, wanted.quantiles[0])
  near(value?.quantiles?.p99.value, wanted.quantiles[1])
  near(value?.quantiles?.p999.value, wanted.quantiles[2])
})

function hasNumpy(): boolean {
  try {
    execFileSync(python, ['-c', 'import numpy'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
