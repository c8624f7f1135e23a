/** n, mean, population standard deviation and extremes, in double precision. */
export function describe(values) {
  let mean = 0
  for (const value of values) mean += value / values.length
  let squares = 0
  let min = Infinity
  let max = -Infinity
  for (const value of values) {
    squares += (value - mean) ** 2
    if (value < min) min = value
    if (value > max) max = value
  }
  return { n: values.length, mean, std: Math.sqrt(squares / values.length), min, max }
}

/** One line in the form that the specification quotes. */
export function line(label, values) {
  const { n, mean, std, min, max } = describe(values)
  return `  ${label}: n=${n}, mean=${mean.toFixed(6)}, std=${std.toFixed(6)}, min=${min.toFixed(4)}, max=${max.toFixed(4)}`
}
