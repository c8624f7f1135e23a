/**
 * What loggers and launchers print before each line: time stamps, levels, modules, ranks.
 *
 * They are taken off first, once, by this list; what is left keeps its indentation. A prefix takes
 * one blank behind it and no more.
 */

const level = String.raw`(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRITICAL|FATAL|VERBOSE)`
const clock = String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?`
const date = String.raw`\d{4}[-/]\d{2}[-/]\d{2}`
const zone = String.raw`(?:Z|\s?[+-]\d{2}:?\d{2}|\sUTC)?`
const stamp = String.raw`${date}[T ]${clock}${zone}`
const source = String.raw`[\w./<>-]+\.(?:py|cc|cpp|cu|cuh|c|h|hpp|rs|go|js|ts|java):\d+(?::\w+)?`

/** Those that begin a line. */
const first: readonly RegExp[] = [
  // GitHub Actions, Kubernetes, journald with ISO stamps, most loggers: in brackets or without.
  new RegExp(String.raw`^${stamp}(?: std(?:out|err) [FP])?(?: |$)`),
  new RegExp(String.raw`^\[${stamp}[^\]]{0,40}\](?: |$)`),
  // TensorRT: [03/04/2026-05:06:07] [I]
  new RegExp(String.raw`^\[\d{2}/\d{2}/\d{4}-${clock}\] \[[VIWEF]\](?: |$)`),
  // llama.cpp: 0.00.916.777 I
  /^\d{1,3}\.\d{2}\.\d{3}\.\d{3} [DIWE](?: |$)/,
  // glog: I0304 05:06:10.123456 12345 bench.cc:42]
  new RegExp(String.raw`^[IWEF]\d{4} ${clock}\s+\d+ [^\s\]]+:\d+\](?: |$)`),
  // syslog: Mar 04 05:06:07 host bench[123]:
  new RegExp(String.raw`^[A-Z][a-z]{2} [ \d]\d ${clock} \S+ [^\s:[]+(?:\[\d+\])?:(?: |$)`),
  new RegExp(String.raw`^\[?${clock}\]? (?=\[|${level}\b)`),
  new RegExp(String.raw`^\[${clock}\](?: |$)`),
  // The kernel's: [    1.234567]
  /^\[ *\d+\.\d{6}\](?: |$)/,
  // torchrun: [rank0]: · mpirun --tag-output: [1,0]<stdout>: · vLLM: (EngineCore pid=1234)
  /^\[(?:default|rank|local_rank|worker|node)[ _-]?\d+\]:?(?: |$|(?<=:))/i,
  /^\[\d+,\d+\]<std(?:out|err|diag)>:(?: |$)?/,
  /^\([A-Za-z][\w ]{0,63} pid=\d+(?:, ip=[\d.]+)?\)(?: |$)/,
  new RegExp(String.raw`^${level} \d{2}-\d{2} ${clock}(?: |$)`),
  /^\[ *(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|VERBOSE) *\](?: |$)/,
  // Rust's dbg!: [src/main.rs:12:5] · tracing without a time: INFO bench::gemm:
  /^\[[\w./-]+\.rs:\d+:\d+\](?: |$)/,
  new RegExp(String.raw`^ ?${level} {1,2}\w+(?:::\w+)+:(?: |$)`),
  /^(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING):(?: |$)/,
  /^(?:TRACE|DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL):[\w.]+:/,
]

/** Those that only follow another: alone they may be anything. */
const next: readonly RegExp[] = [
  // Python's logging: - bench - INFO -
  new RegExp(String.raw`^(?:- [\w.:]+ )?- ${level} -(?: |$)`),
  new RegExp(String.raw`^\[[\w.:#-]{1,64}\] ${level}:? +(?:[\w.$:]+ - )?`),
  // Rust's tracing: INFO apr::trace: · slf4j: INFO c.e.Bench -
  new RegExp(String.raw`^ ?${level} {1,2}(?:\w+(?:::\w+)+: |[\w.$]+ - )`),
  new RegExp(String.raw`^ ?\[ *${level} *\]:?(?: |$)`),
  new RegExp(String.raw`^ ?${level}:? (?=${source})`),
  new RegExp(String.raw`^ ?${level}:?(?: |$)`),
  new RegExp(String.raw`^\[${source}\](?: |$)`),
  // vLLM before 0.7: INFO 06-01 12:00:00 metrics.py:455]
  // bench.py:88 -
  new RegExp(String.raw`^${source}(?:[:\]]| -)(?: |$)`),
  // loguru: | INFO     | bench:main:42 -
  new RegExp(String.raw`^\| ${level}\s* \| [\w.<>]+:[\w.<>]+:\d+ -(?: |$)`),
  /^(?:\[?pid[ =:]\d+\]?|\[\d{1,8}\])(?: |$)/,
  /^[\w.-]+\[\d+\]:(?: |$)/,
]

/** How many prefixes one line may have. */
const most = 6

/** Characters of the prefixes that a line begins with. */
export function prefixLength(line: string): number {
  let at = 0
  for (let nth = 0; nth < most; nth++) {
    const rest = line.slice(at, at + 200)
    const found = [...first, ...(at > 0 ? next : [])].find((prefix) => prefix.test(rest))
    if (found === undefined) return at
    at += found.exec(rest)![0].length
  }
  return at
}
