// D2: RMSNorm, RoPE and softmax in F32.
//
// Reference: f64 on the host. With u = 2^-24:
//   rms-norm  y = x / sqrt(mean(x^2) + eps) * w: relative L2 of each row <= 1e-6.
//   rope      Rotates a pair by angle = position * theta^(-2i/d), the frequency being rounded to
//             f32 once. That and the product turn the angle by at most 2*angle*u <= 2*position*u.
//             sincosf is within 2 ulp (2^-23 a component, CUDA C++ Programming Guide) and each
//             component of the rotation takes three roundings, so for a pair of length r:
//             |err| <= r * (2*angle*u + t), t = sqrt(2) * (2^-23 + 3u).
//   softmax   Sequential bound (n+c)u, relative: n for the sum; c = |z| of the element + the mean
//             of |z| + 10, z = x - max, for rounding z moves exp(z) by |z|u, expf is within 2 ulp,
//             and a division rounds. Below the normal numbers one subnormal unit is added.
//             |sum - 1| <= the sum of these bounds.
#include "kernels.cuh"

using namespace codicil;

// --- The kernels under test ----------------------------------------------------------------------

constexpr size_t normRows = 64, width = 4096;
constexpr float epsilon = 1e-5f;

__global__ void rmsNorm(const float *x, const float *weight, float *y, float eps, bool skipsRow) {
  const float *row = x + blockIdx.x * width;
  float squares = 0;
  for (size_t i = threadIdx.x; i < width; i += threads) squares += row[i] * row[i];
  const float mean = overBlock(squares, Sum{}) / width;
  const bool skipped = skipsRow && blockIdx.x == normRows / 2;
  const float scale = skipped ? 1 : 1 / sqrtf(mean + eps);
  for (size_t i = threadIdx.x; i < width; i += threads)
    y[blockIdx.x * width + i] = row[i] * scale * weight[i];
}

constexpr size_t heads = 8, headSize = 128, pairs = headSize / 2;
constexpr double theta = 1e6;

// A thread a pair; element i is rotated with element i + headSize/2.
__global__ void rope(const float *x, const int *positions, const float *frequencies, float *y,
                     int shift) {
  const size_t token = blockIdx.x, head = blockIdx.y, i = threadIdx.x;
  const size_t first = (token * heads + head) * headSize + i;
  const float angle = float(positions[token] + shift) * frequencies[i];
  float sine, cosine;
  sincosf(angle, &sine, &cosine);
  const float a = x[first], b = x[first + pairs];
  y[first] = a * cosine - b * sine;
  y[first + pairs] = a * sine + b * cosine;
}

constexpr size_t softRows = 64, softWidth = 8192;

__global__ void softmax(const float *x, float *y, bool subtractsMax, bool skipsRow) {
  const float *row = x + blockIdx.x * softWidth;
  float largest = -INFINITY;
  for (size_t i = threadIdx.x; i < softWidth; i += threads) largest = fmaxf(largest, row[i]);
  largest = overBlock(largest, Maximum{});
  if (!subtractsMax) largest = 0;
  float sum = 0;
  for (size_t i = threadIdx.x; i < softWidth; i += threads) sum += expf(row[i] - largest);
  sum = overBlock(sum, Sum{});
  if (skipsRow && blockIdx.x == softRows / 2) sum = 1;
  for (size_t i = threadIdx.x; i < softWidth; i += threads)
    y[blockIdx.x * softWidth + i] = expf(row[i] - largest) / sum;
}

// --- Stages: inputs, reference, verdict ----------------------------------------------------------

void judgeRmsNorm(Diagnostic &diagnostic) {
  std::vector<float> x = diagnostic.random(1).bells(normRows * width);
  // From rows that eps rules to rows that it hardly touches.
  for (size_t i = 0; i < x.size(); i++) x[i] *= std::ldexp(1.0f, int(i / width % 16) - 12);
  std::vector<float> weight = diagnostic.random(2).bells(width, 0.1f);
  for (float &w : weight) w += 1;

  const Device<float> deviceX(x), deviceWeight(weight), y(x.size());
  const float eps = diagnostic.planted("eps-off") ? 0.1f * epsilon : epsilon;
  rmsNorm<<<normRows, threads>>>(deviceX.data(), deviceWeight.data(), y.data(), eps,
                                 diagnostic.planted("row-not-normalised"));
  const std::vector<double> candidate = toF64(y.host());

  std::vector<double> expected;
  double worst = 0;
  for (size_t row = 0; row < normRows; row++) {
    double squares = 0, error = 0, norm = 0;
    for (size_t i = row * width; i < (row + 1) * width; i++) squares += double(x[i]) * x[i];
    for (size_t i = row * width; i < (row + 1) * width; i++) {
      expected.push_back(x[i] / std::sqrt(squares / width + double(epsilon)) * weight[i % width]);
      const double difference = candidate[i] - expected[i];
      error += difference * difference;
      norm += expected[i] * expected[i];
    }
    const double relative = std::sqrt(error / norm);
    if (!(relative <= worst)) worst = relative;
  }
  diagnostic.judge({"rms-norm", candidate, expected, {}, {{"row_relative_l2", worst, 1e-6}},
                    shaped({normRows, width})});
}

void judgeRope(Diagnostic &diagnostic) {
  const std::vector<int> positions{0, 1, 2, 511, 4095, 32767, 65535, 131071};
  const size_t tokens = positions.size();
  const std::vector<float> x = diagnostic.random(3).bells(tokens * heads * headSize);
  const double used = diagnostic.planted("theta-off") ? theta / 100 : theta;
  std::vector<float> frequencies;
  for (size_t i = 0; i < pairs; i++)
    frequencies.push_back(float(std::pow(used, -2.0 * i / headSize)));

  const Device<float> deviceX(x), deviceFrequencies(frequencies), y(x.size());
  const Device<int> devicePositions(positions);
  rope<<<dim3(tokens, heads), pairs>>>(deviceX.data(), devicePositions.data(),
                                       deviceFrequencies.data(), y.data(),
                                       diagnostic.planted("position-off-by-one"));
  const std::vector<double> candidate = toF64(y.host());

  std::vector<double> expected(x.size()), bound(x.size());
  double angleError = 0, angleRatio = 0;
  for (size_t first = 0; first < x.size(); first++) {
    const size_t i = first % headSize;
    if (i >= pairs) continue;
    const size_t second = first + pairs;
    const double position = positions[first / (heads * headSize)];
    const double angle = position * std::pow(theta, -2.0 * i / headSize);
    const double a = x[first], b = x[second];
    expected[first] = a * std::cos(angle) - b * std::sin(angle);
    expected[second] = a * std::sin(angle) + b * std::cos(angle);
    const double most = 2 * angle * u + std::sqrt(2.0) * (0x1p-23 + 3 * u);
    bound[first] = bound[second] = std::hypot(a, b) * most;
    const double turned = std::atan2(
        expected[first] * candidate[second] - expected[second] * candidate[first],
        expected[first] * candidate[first] + expected[second] * candidate[second]);
    if (!(std::fabs(turned) <= angleError)) angleError = std::fabs(turned);
    if (!(std::fabs(turned) / most <= angleRatio)) angleRatio = std::fabs(turned) / most;
  }
  diagnostic.judge({"rope", candidate, expected, bound, {{"angle_error_over_bound", angleRatio, 1}},
                    shaped({tokens, heads, headSize}), {{"angle_error", angleError}}});
}

void judgeSoftmax(Diagnostic &diagnostic) {
  std::vector<float> x = diagnostic.random(4).bells(softRows * softWidth, 4);
  for (size_t i = 0; i < x.size(); i++) {
    const size_t row = i / softWidth, column = i % softWidth;
    // Rows beyond exp's range in f32, rows below it, and rows masked as attention masks them.
    if (row % 4 == 1) x[i] += 100;
    if (row % 4 == 2) x[i] -= 200;
    if (row % 4 == 3 && column > row * (softWidth / softRows)) x[i] = -INFINITY;
  }
  const Device<float> deviceX(x), y(x.size());
  softmax<<<softRows, threads>>>(deviceX.data(), y.data(),
                                 !diagnostic.planted("no-max-subtraction"),
                                 diagnostic.planted("row-sum-left-out"));
  const std::vector<double> candidate = toF64(y.host());

  std::vector<double> expected(x.size()), bound(x.size());
  double sumError = 0, worstSumRatio = 0;
  for (size_t row = 0; row < softRows; row++) {
    const size_t begin = row * softWidth, end = begin + softWidth;
    const double largest = *std::max_element(&x[begin], &x[begin] + softWidth);
    double sum = 0, depth = 0;
    for (size_t i = begin; i < end; i++) sum += expected[i] = std::exp(x[i] - largest);
    for (size_t i = begin; i < end; i++) {
      expected[i] /= sum;
      if (expected[i] > 0) depth += expected[i] * (largest - x[i]);
    }
    double total = 0, allowed = 0;
    for (size_t i = begin; i < end; i++) {
      const double c = expected[i] > 0 ? largest - x[i] + depth + 10 : 0;
      bound[i] = expected[i] > 0 ? (softWidth + c) * u * expected[i] + 0x1p-149 : 0;
      total += candidate[i];
      allowed += bound[i];
    }
    const double error = std::fabs(total - 1);
    if (!(error <= sumError)) sumError = error;
    if (!(error / allowed <= worstSumRatio)) worstSumRatio = error / allowed;
  }
  diagnostic.judge({"softmax", candidate, expected, bound,
                    {{"sum_error_over_bound", worstSumRatio, 1}},
                    shaped({softRows, softWidth}), {{"sum_error", sumError}}});
}

int main(int argc, char **argv) {
  Diagnostic diagnostic(
      argc, argv, "d2-f32", "RMSNorm, RoPE and softmax in F32, against f64",
      {{"eps-off", "rms-norm", "eps is a tenth of what it should be"},
       {"row-not-normalised", "rms-norm", "one row keeps its scale"},
       {"theta-off", "rope", "the base of the frequencies is a hundredth"},
       {"position-off-by-one", "rope", "each token is rotated as the next"},
       {"no-max-subtraction", "softmax", "exp is taken of the logits as they are"},
       {"row-sum-left-out", "softmax", "one row is not divided by its sum"}});
  judgeRmsNorm(diagnostic);
  judgeRope(diagnostic);
  judgeSoftmax(diagnostic);
  return diagnostic.finish();
}
