/** All readers of known formats; a line is offered to them in this order, which is that of names. */
import { bandwidthTest } from './bandwidth-test.ts'
import { benchstat } from './benchstat.ts'
import { criterion } from './criterion.ts'
import { ctrf } from './ctrf.ts'
import { engineStats } from './engine-stats.ts'
import { evalCallback } from './eval-callback.ts'
import { fio } from './fio.ts'
import type { Format } from './format.ts'
import { goBenchmark } from './go-benchmark.ts'
import { googleBenchmark, googleBenchmarkCsv, googleBenchmarkJson } from './google-benchmark.ts'
import { hyperfine, hyperfineJson, hyperfineMd } from './hyperfine.ts'
import { jmh, jmhJson } from './jmh.ts'
import { junitXml } from './junit-xml.ts'
import { libtestBench } from './libtest-bench.ts'
import { llamaBatchedBench } from './llama-batched-bench.ts'
import { llamaBenchCsv, llamaBenchJson, llamaBenchMd } from './llama-bench.ts'
import { llamaPerplexity } from './llama-perplexity.ts'
import { llamaTimings } from './llama-timings.ts'
import { lmEval } from './lm-eval.ts'
import { logfmt } from './logfmt.ts'
import { msprobe } from './msprobe.ts'
import { ncclTests } from './nccl-tests.ts'
import { ncuCsv } from './ncu-csv.ts'
import { nsysStats } from './nsys-stats.ts'
import { numpyTesting } from './numpy-testing.ts'
import { nvbandwidth, nvbandwidthJson } from './nvbandwidth.ts'
import { nvbenchCsv, nvbenchJson, nvbenchMd } from './nvbench.ts'
import { nvidiaSmiMonitor } from './nvidia-smi-monitor.ts'
import { nvidiaSmiQ, nvidiaSmiXml } from './nvidia-smi-q.ts'
import { nvidiaSmiQuery } from './nvidia-smi-query.ts'
import { nvidiaSmi } from './nvidia-smi.ts'
import { pandasTable } from './pandas-table.ts'
import { perfStat } from './perf-stat.ts'
import { polygraphy } from './polygraphy.ts'
import { prometheus } from './prometheus.ts'
import { pytestBenchmark, pytestBenchmarkJson } from './pytest-benchmark.ts'
import { rocmSmi, rocmSmiCsv, rocmSmiJson } from './rocm-smi.ts'
import { servingBenchmark } from './serving-benchmark.ts'
import { testBackendOps } from './test-backend-ops.ts'
import { torchAssertClose } from './torch-assert-close.ts'
import { torchProfiler } from './torch-profiler.ts'
import { trtexec } from './trtexec.ts'
import { wrk } from './wrk.ts'

export const formats: readonly Format[] = [
  bandwidthTest,
  benchstat,
  criterion,
  ctrf,
  engineStats,
  evalCallback,
  fio,
  goBenchmark,
  googleBenchmark,
  googleBenchmarkCsv,
  googleBenchmarkJson,
  hyperfine,
  hyperfineJson,
  hyperfineMd,
  jmh,
  jmhJson,
  junitXml,
  libtestBench,
  llamaBatchedBench,
  llamaBenchCsv,
  llamaBenchJson,
  llamaBenchMd,
  llamaPerplexity,
  llamaTimings,
  lmEval,
  logfmt,
  msprobe,
  ncclTests,
  ncuCsv,
  nsysStats,
  numpyTesting,
  nvbandwidth,
  nvbandwidthJson,
  nvbenchCsv,
  nvbenchJson,
  nvbenchMd,
  nvidiaSmi,
  nvidiaSmiMonitor,
  nvidiaSmiQ,
  nvidiaSmiQuery,
  nvidiaSmiXml,
  pandasTable,
  perfStat,
  polygraphy,
  prometheus,
  pytestBenchmark,
  pytestBenchmarkJson,
  rocmSmi,
  rocmSmiCsv,
  rocmSmiJson,
  servingBenchmark,
  testBackendOps,
  torchAssertClose,
  torchProfiler,
  trtexec,
  wrk,
]
