/** One table of each format that prints tables, and how that format draws it. */

export interface Table {
  format: string
  header: string[]
  rows: string[][]
  draw: (header: readonly string[], rows: readonly string[][]) => string
}

type Draw = Table['draw']

const markdown: Draw = (header, rows) =>
  [header, header.map(() => '---:'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const csv: Draw = (header, rows) =>
  [header, ...rows].map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n')

/** Columns set to the right, two blanks apart; a rule below the header if there is one to draw. */
const aligned =
  (rule: '-' | null): Draw =>
  (header, rows) => {
    const widths = header.map((name, at) =>
      Math.max(name.length, ...rows.map((row) => row[at]!.length)),
    )
    const line = (row: readonly string[]) =>
      row.map((cell, at) => cell.padStart(widths[at]!)).join('  ')
    const dashes = rule === null ? [] : [widths.map((width) => rule.repeat(width)).join('  ')]
    return [line(header), ...dashes, ...rows.map(line)].join('\n')
  }

const rule = '-'.repeat(60)

const below =
  (first: string, draw: Draw): Draw =>
  (header, rows) =>
    `${first}\n${draw(header, rows)}`

/** pandas sets an index before the columns. */
const frame: Draw = (header, rows) =>
  `bench:\n${aligned(null)(
    [' ', ...header],
    rows.map((row, at) => [String(at), ...row]),
  )}`

export const tables: Table[] = [
  {
    format: 'llama-bench-md',
    header: ['model', 'size', 'params', 'backend', 'ngl', 'test', 't/s'],
    rows: [
      ['llama 8B', '4.36 GiB', '8.03 B', 'CUDA', '99', 'pp512', '7211.40 ± 21.07'],
      ['llama 8B', '4.36 GiB', '8.03 B', 'CUDA', '99', 'tg128', '118.35 ± 0.62'],
    ],
    draw: markdown,
  },
  {
    format: 'benchstat',
    header: ['name', 'old time/op', 'new time/op', 'delta'],
    rows: [
      ['Attend-8', '1.87ms ± 2%', '1.62ms ± 1%', '-13.37%  (p=0.000 n=10+9)'],
      ['Norm-8', '6.41µs ± 0%', '6.40µs ± 1%', '~  (p=0.315 n=10+10)'],
    ],
    draw: aligned(null),
  },
  {
    format: 'google-benchmark-csv',
    header: ['name', 'iterations', 'real_time', 'cpu_time', 'time_unit', 'label'],
    rows: [
      ['BM_Copy/64', '48211934', '14.52', '14.51', 'ns', 'warm'],
      ['BM_Copy/64_mean', '3', '14.62', '14.61', 'ns', ''],
    ],
    // The first name is not quoted.
    draw: (header, rows) => csv(header, rows).replace(/^.*/, header.join(',')),
  },
  {
    format: 'llama-bench-csv',
    header: ['model_type', 'n_gpu_layers', 'n_prompt', 'n_gen', 'avg_ns', 'avg_ts', 'stddev_ts'],
    rows: [['llama 8B', '99', '512', '0', '71000000', '7211.4', '21.07']],
    draw: csv,
  },
  {
    format: 'llama-batched-bench',
    header: ['PP', 'TG', 'N_KV', 'T_PP s', 'S_PP t/s', 'T_TG s', 'S_TG t/s'],
    rows: [['512', '128', '640', '0.071', '7211.27', '1.210', '105.79']],
    draw: markdown,
  },
  {
    format: 'llama-perplexity',
    header: ['chunk', 'PPL', 'ln(PPL(Q)/PPL(base))', 'KL Divergence', 'Same top p'],
    rows: [['1', '6.1120 ± 1.1033', '0.01511 ± 0.01022', '0.02410 ± 0.00311', '92.941 ± 1.607 %']],
    draw: (header, rows) => [header, ...rows].map((row) => row.join('    ')).join('\n'),
  },
  {
    format: 'msprobe',
    header: [
      'NPU Name',
      'Bench Name',
      'NPU Tensor Shape',
      'Cosine',
      'MaxAbsErr',
      'NPU max',
      'Result',
    ],
    rows: [['mm.0', 'mm.0', '[2, 3]', '0.99', '0.125', '1.5', 'pass']],
    draw: csv,
  },
  {
    format: 'msprobe',
    header: ['NPU Name', 'Bench Name', 'Max diff', 'Mean diff', 'MaxRelativeErr', 'Bench mean'],
    rows: [['mm.0', 'mm.0', '0.25', '0.5', '12.5%', '1.5']],
    draw: csv,
  },
  {
    format: 'nsys-stats',
    header: [
      'Time (%)',
      'Total Time (ns)',
      'Instances',
      'Avg (ns)',
      'Med (ns)',
      'StdDev (ns)',
      'Name',
    ],
    rows: [
      ['75.0', '3000000', '3', '1000000.0', '990000.0', '26457.5', 'gemm'],
      ['25.0', '1000000', '1', '1000000.5', '1000000.5', '0.0', 'norm'],
    ],
    draw: csv,
  },
  {
    format: 'nsys-stats',
    header: ['Time (%)', 'Total Time (ns)', 'Num Calls', 'Avg (ns)', 'Min (ns)', 'Name'],
    rows: [['75.0', '3000000', '3', '1000000.0', '980000', 'cudaMalloc']],
    draw: aligned('-'),
  },
  {
    format: 'ncu-csv',
    header: ['ID', 'Kernel Name', 'Section Name', 'Metric Name', 'Metric Unit', 'Metric Value'],
    rows: [['0', 'gemm(int)', 'Launch', 'Duration', 'us', '1,234.50']],
    draw: csv,
  },
  {
    format: 'ncu-csv',
    header: ['ID', 'Kernel Name', 'Device', 'gpu__time_duration.sum', 'sm__cycles_active.avg'],
    rows: [
      ['', '', '', 'ns', 'cycle'],
      ['0', 'gemm(int)', '0', '9,984', '4,123.25'],
    ],
    draw: csv,
  },
  {
    format: 'torch-profiler',
    header: [
      'Name',
      'Self CPU %',
      'Self CPU',
      'CPU total',
      'CPU time avg',
      'CUDA time avg',
      '# of Calls',
    ],
    rows: [
      ['aten::mm', '1.21%', '812.000us', '1.356ms', '13.560us', '451.030us', '100'],
      ['aten::add', '0.21%', '12.000us', '1.156ms', '3.560us', '51.030us', '10'],
    ],
    draw: aligned('-'),
  },
  {
    format: 'pandas-table',
    header: ['size', 'Torch (GB/s)', 'Triton (GB/s)', 'max_abs_diff'],
    rows: [
      ['4096.0', '9.600000', '9.840000', '0.0'],
      ['8192.0', '19.200000', '19.840000', '0.5'],
    ],
    draw: frame,
  },
  {
    format: 'trtexec',
    header: ['Layer', 'Time (ms)', 'Avg. Time (ms)', 'Time %'],
    rows: [['conv1 + relu', '12.50', '0.1000', '20.0']],
    draw: below('[I] === Profile (125 iterations ) ===', (header, rows) =>
      [header, ...rows].map((row) => `[I]  ${row.join('   ')}`).join('\n'),
    ),
  },
  {
    format: 'google-benchmark',
    header: ['Benchmark', 'Time', 'CPU', 'Iterations', 'Foo', 'Bar'],
    rows: [
      ['BM_x/8', '12 ns', '11 ns', '620', '1.5k', '64'],
      ['BM_x_stddev', '1.25 ns', '1.5 ns', '3', '2.5', '0'],
    ],
    draw: (header, rows) => {
      const [first, ...others] = [header, ...rows].map((row) => row.join('   '))
      return [rule, first, rule, ...others].join('\n')
    },
  },
  {
    format: 'pytest-benchmark',
    header: ['Name (time in us)', 'Min', 'Mean', 'StdDev', 'Outliers', 'OPS (Kops/s)', 'Rounds'],
    rows: [
      ['test_a[1]', '60.31 (1.0)', '67.18 (1.0)', '5.87 (8.45)', '1;2', '14.8 (1.0)', '35'],
      ['test_b', '1,160.31 (>1000.0)', '67.25 (1.0)', '5.5', '3;4', '14.9 (1.0)', '36'],
    ],
    draw: (header, rows) => {
      const [first, ...others] = [header, ...rows].map((row) => row.join('   '))
      return [first, rule, ...others, rule].join('\n')
    },
  },
  {
    format: 'nvbench-md',
    header: ['T', 'Elements', 'CPU Time', 'Noise', 'GPU Time', 'Noise', 'Elem/s', 'BWUtil'],
    rows: [['I32', '2^16', '12.345 us', '23.45%', '5.678 us', '0.5%', '11.5G', '1.92%']],
    draw: markdown,
  },
  {
    format: 'nvbench-md',
    header: ['Key', 'Ref Time', 'Ref Noise', 'Cmp Time', 'Cmp Noise', 'Diff', '%Diff', 'Status'],
    rows: [['I32', '33.3 us', '2.5%', '32.7 us', 'inf', '-0.571 us', '-1.71%', 'PASS']],
    draw: markdown,
  },
  {
    format: 'nvbench-csv',
    header: ['Benchmark', 'Device', 'T', 'Skipped', 'Samples', 'GPU Time (sec)', 'Noise (%)'],
    rows: [['copy', '0', 'I32', 'No', '512', '5.678e-06', '0.5']],
    draw: (header, rows) => [header, ...rows].map((row) => row.join(',')).join('\n'),
  },
  {
    format: 'lm-eval',
    header: ['Tasks', 'Version', 'Filter', 'n-shot', 'Metric', '', 'Value', ' ', 'Stderr'],
    rows: [
      ['arc_easy', '1', 'none', '0', 'acc', '↑', '0.3750', '±', '0.0099'],
      ['', '', 'none', '0', 'acc_norm', '↑', '0.3464', '±', '0.0098'],
    ],
    draw: markdown,
  },
  {
    format: 'jmh',
    header: ['Benchmark', '(size)', 'Mode', 'Cnt', 'Score', 'Error', 'Units'],
    rows: [['MyBench.test', '1024', 'thrpt', '25', '1234.567', '± 12.345', 'ops/s']],
    draw: (header, rows) => [header, ...rows].map((row) => row.join('   ')).join('\n'),
  },
  {
    format: 'bandwidth-test',
    header: ['Transfer Size (Bytes)', 'Bandwidth(GB/s)'],
    rows: [['32000000', '26.3']],
    draw: below(
      ' Host to Device Bandwidth, 1 Device(s)\n PINNED Memory Transfers',
      (header, rows) => [header, ...rows].map((row) => `   ${row.join('\t\t\t')}`).join('\n'),
    ),
  },
  {
    format: 'nccl-tests',
    header: ['size', 'count', 'type', 'redop', 'root', 'time', 'algbw', 'busbw', '#wrong'],
    rows: [['8', '2', 'float', 'sum', '-1', '31.08', '0.50', '0.75', '0']],
    draw: (header, rows) => {
      const units: Readonly<Record<string, string>> = {
        size: '(B)',
        count: '(elements)',
        time: '(us)',
        algbw: '(GB/s)',
        busbw: '(GB/s)',
      }
      const second = header.map((name) => units[name] ?? '')
      const [names, under, ...others] = aligned(null)(header, [second, ...rows]).split('\n')
      return [`#  ${names}`, `#  ${under}`, ...others.map((line) => `   ${line}`)].join('\n')
    },
  },
  {
    format: 'nvbandwidth',
    header: ['0', '1'],
    rows: [['26.31', '26.28']],
    draw: below('memcpy CE CPU(row) -> GPU(column) bandwidth (GB/s)', (header, rows) =>
      [`    ${header.join('   ')}`, ...rows.map((row, at) => `${at}   ${row.join('   ')}`)].join(
        '\n',
      ),
    ),
  },
  {
    format: 'nvidia-smi-query',
    header: ['index', 'name', 'memory.used [MiB]', 'utilization.gpu [%]', 'power.draw [W]'],
    rows: [['0', 'NVIDIA H200', '903 MiB', '39 %', '119.02 W']],
    draw: (header, rows) => [header, ...rows].map((row) => row.join(', ')).join('\n'),
  },
  {
    format: 'rocm-smi-csv',
    header: ['device', 'Temperature (Sensor edge) (C)', 'GPU use (%)', 'Card Series'],
    rows: [['card0', '45.0', '7', 'Instinct']],
    draw: (header, rows) => [header, ...rows].map((row) => row.join(',')).join('\n'),
  },
  ...['dmon', 'pmon'].map((kind) => ({
    format: 'nvidia-smi-monitor',
    header:
      kind === 'dmon'
        ? ['gpu', 'pwr', 'gtemp', 'sm', 'mclk']
        : ['gpu', 'pid', 'type', 'sm', 'command'],
    rows: [kind === 'dmon' ? ['0', '119', '38', '47', '2619'] : ['0', '1658', 'C', '47', 'apr']],
    draw: (header: readonly string[], rows: readonly string[][]) => {
      const units: Readonly<Record<string, string>> = {
        gpu: 'Idx',
        pwr: 'W',
        gtemp: 'C',
        sm: '%',
        mclk: 'MHz',
        pid: '#',
        type: 'C/G',
        command: 'name',
      }
      const second = header.map((name) => units[name] ?? 'x')
      const [names, under, ...others] = aligned(null)(header, [second, ...rows]).split('\n')
      return [`# ${names}`, `# ${under}`, ...others.map((line) => `  ${line}`)].join('\n')
    },
  })),
  {
    format: 'hyperfine-md',
    header: ['Command', 'Mean [ms]', 'Min [ms]', 'Max [ms]', 'Relative'],
    rows: [['`sleep 0.1`', '105.2 ± 0.3', '104.8', '106.1', '1.95 ± 0.01']],
    draw: markdown,
  },
]
