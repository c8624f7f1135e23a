/** All readers of known formats; a line is offered to them in this order, which is that of names. */
import { evalCallback } from './eval-callback.ts'
import type { Format } from './format.ts'
import { llamaBatchedBench } from './llama-batched-bench.ts'
import { llamaBenchCsv, llamaBenchJson, llamaBenchMd } from './llama-bench.ts'
import { llamaPerplexity } from './llama-perplexity.ts'
import { llamaTimings } from './llama-timings.ts'
import { msprobe } from './msprobe.ts'
import { ncuCsv } from './ncu-csv.ts'
import { nsysStats } from './nsys-stats.ts'
import { numpyTesting } from './numpy-testing.ts'
import { pandasTable } from './pandas-table.ts'
import { polygraphy } from './polygraphy.ts'
import { testBackendOps } from './test-backend-ops.ts'
import { torchAssertClose } from './torch-assert-close.ts'
import { torchProfiler } from './torch-profiler.ts'
import { trtexec } from './trtexec.ts'

export const formats: readonly Format[] = [
  evalCallback,
  llamaBatchedBench,
  llamaBenchCsv,
  llamaBenchJson,
  llamaBenchMd,
  llamaPerplexity,
  llamaTimings,
  msprobe,
  ncuCsv,
  nsysStats,
  numpyTesting,
  pandasTable,
  polygraphy,
  testBackendOps,
  torchAssertClose,
  torchProfiler,
  trtexec,
]
