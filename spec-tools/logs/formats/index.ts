/** All readers of known formats; a line is offered to them in this order, which is that of names. */
import { bandwidthTest } from './bandwidth-test.ts'
import { criterion } from './criterion.ts'
import { evalCallback } from './eval-callback.ts'
import type { Format } from './format.ts'
import { googleBenchmark, googleBenchmarkJson } from './google-benchmark.ts'
import { hyperfine, hyperfineJson } from './hyperfine.ts'
import { llamaBatchedBench } from './llama-batched-bench.ts'
import { llamaBenchCsv, llamaBenchJson, llamaBenchMd } from './llama-bench.ts'
import { llamaPerplexity } from './llama-perplexity.ts'
import { llamaTimings } from './llama-timings.ts'
import { msprobe } from './msprobe.ts'
import { ncclTests } from './nccl-tests.ts'
import { ncuCsv } from './ncu-csv.ts'
import { nsysStats } from './nsys-stats.ts'
import { numpyTesting } from './numpy-testing.ts'
import { nvbandwidth } from './nvbandwidth.ts'
import { nvbenchCsv, nvbenchJson, nvbenchMd } from './nvbench.ts'
import { nvidiaSmiMonitor } from './nvidia-smi-monitor.ts'
import { nvidiaSmiQ } from './nvidia-smi-q.ts'
import { nvidiaSmiQuery } from './nvidia-smi-query.ts'
import { nvidiaSmi } from './nvidia-smi.ts'
import { pandasTable } from './pandas-table.ts'
import { polygraphy } from './polygraphy.ts'
import { pytestBenchmark, pytestBenchmarkJson } from './pytest-benchmark.ts'
import { testBackendOps } from './test-backend-ops.ts'
import { torchAssertClose } from './torch-assert-close.ts'
import { torchProfiler } from './torch-profiler.ts'
import { trtexec } from './trtexec.ts'

export const formats: readonly Format[] = [
  bandwidthTest,
  criterion,
  evalCallback,
  googleBenchmark,
  googleBenchmarkJson,
  hyperfine,
  hyperfineJson,
  llamaBatchedBench,
  llamaBenchCsv,
  llamaBenchJson,
  llamaBenchMd,
  llamaPerplexity,
  llamaTimings,
  msprobe,
  ncclTests,
  ncuCsv,
  nsysStats,
  numpyTesting,
  nvbandwidth,
  nvbenchCsv,
  nvbenchJson,
  nvbenchMd,
  nvidiaSmi,
  nvidiaSmiMonitor,
  nvidiaSmiQ,
  nvidiaSmiQuery,
  pandasTable,
  polygraphy,
  pytestBenchmark,
  pytestBenchmarkJson,
  testBackendOps,
  torchAssertClose,
  torchProfiler,
  trtexec,
]
