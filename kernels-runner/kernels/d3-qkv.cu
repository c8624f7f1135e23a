// D3: where a QKV projection goes wrong: projection, bias or rotation.
//
// The path of a decoder's attention input: x W^T -> + bias -> RoPE on Q and K, captured behind each
// step (pre-bias, post-bias, post-rope).
//
// Reference: f64 on the host. A stage is judged by replay, that is by the error which it adds
// itself: the f64 step is applied to what the kernel before it left, so that an earlier fault is
// not counted again. With u = 2^-24, g(k) = ku/(1-ku):
//   pre-bias   |err| <= g(k+1) * sum |w*x| over the columns: a product rounds, and the k sums on
//              the way of a term: 4 of its thread, 8 of the tree over 256 threads.
//   post-bias  |err| <= u * |y|, one sum.
//   post-rope  |err| <= r * (2*angle*u + t) for a pair of length r, t = sqrt(2) * (2^-23 + 3u), as
//              in D2; V passes unchanged: 0.
// Beside it stands how far a stage is off in all (total_relative_l2): an error may fade or grow on
// its way and still come from before. The first stage with an injected error beyond its bound is
// the one to blame; the verdict names it.
#include "kernels.cuh"

using namespace codicil;

// As Qwen2.5-0.5B has them.
constexpr size_t hidden = 896, headSize = 64, pairs = headSize / 2;
constexpr size_t queryHeads = 14, keyHeads = 2, tokens = 7;
constexpr size_t rotated = (queryHeads + keyHeads) * headSize;
constexpr size_t width = rotated + keyHeads * headSize;
constexpr double theta = 1e6;

// --- The kernels under test ----------------------------------------------------------------------

// A block of threads an element: token blockIdx.x, row blockIdx.y of the stacked weights.
__global__ void project(const float *x, const float *weight, float *y, bool swapsHeads) {
  const size_t token = blockIdx.x, row = blockIdx.y;
  float sum = 0;
  for (size_t i = threadIdx.x; i < hidden; i += threads)
    sum += weight[row * hidden + i] * x[token * hidden + i];
  sum = overBlock(sum, Sum{});
  // The first two heads of Q change places.
  const size_t target = swapsHeads && row < 2 * headSize ? (row + headSize) % (2 * headSize) : row;
  if (threadIdx.x == 0) y[token * width + target] = sum;
}

__global__ void addBias(const float *x, const float *bias, float *y, float times) {
  const size_t i = blockIdx.x * width + threadIdx.x + blockIdx.y * headSize;
  y[i] = x[i] + times * bias[i % width];
}

__global__ void rope(const float *x, const float *frequencies, float *y) {
  const size_t token = blockIdx.x, head = blockIdx.y, i = threadIdx.x;
  const size_t first = token * width + head * headSize + i, second = first + pairs;
  const float a = x[first], b = x[second];
  const bool rotates = head < queryHeads + keyHeads;
  float sine = 0, cosine = 1;
  if (rotates) sincosf(float(token) * frequencies[i], &sine, &cosine);
  y[first] = rotates ? a * cosine - b * sine : a;
  y[second] = rotates ? a * sine + b * cosine : b;
}

// --- The same steps in f64, each with its bound --------------------------------------------------

using Tensor = std::vector<double>;

struct Step {
  Tensor result, bound;
};

Step projected(const std::vector<float> &x, const std::vector<float> &weight) {
  Step step{Tensor(tokens * width), Tensor(tokens * width)};
  for (size_t at = 0; at < tokens * width; at++) {
    double sum = 0, magnitude = 0;
    for (size_t i = 0; i < hidden; i++) {
      const double product = double(weight[at % width * hidden + i]) * x[at / width * hidden + i];
      sum += product;
      magnitude += std::fabs(product);
    }
    step.result[at] = sum;
    step.bound[at] = errorFactor((hidden + threads - 1) / threads + treeDepth + 1) * magnitude;
  }
  return step;
}

Step biased(const Tensor &x, const std::vector<float> &bias) {
  Step step{x, Tensor(x.size())};
  for (size_t at = 0; at < x.size(); at++) {
    step.result[at] += bias[at % width];
    step.bound[at] = u * std::fabs(step.result[at]);
  }
  return step;
}

Step turned(const Tensor &x) {
  Step step{x, Tensor(x.size())};
  for (size_t at = 0; at < x.size(); at++) {
    const size_t column = at % width, i = column % headSize;
    if (column >= rotated || i >= pairs) continue;
    const double angle = double(at / width) * std::pow(theta, -2.0 * i / headSize);
    const double a = x[at], b = x[at + pairs];
    step.result[at] = a * std::cos(angle) - b * std::sin(angle);
    step.result[at + pairs] = a * std::sin(angle) + b * std::cos(angle);
    step.bound[at] = step.bound[at + pairs] =
        std::hypot(a, b) * (2 * angle * u + std::sqrt(2.0) * (0x1p-23 + 3 * u));
  }
  return step;
}

double relativeL2(const Tensor &a, const Tensor &b) {
  double squares = 0, norm = 0;
  for (size_t i = 0; i < a.size(); i++) {
    squares += (a[i] - b[i]) * (a[i] - b[i]);
    norm += b[i] * b[i];
  }
  return std::sqrt(squares / norm);
}

int main(int argc, char **argv) {
  Diagnostic diagnostic(
      argc, argv, "d3-qkv", "which step of a QKV projection with bias and RoPE is wrong",
      {{"wrong-head-order", "pre-bias", "the first two heads of Q change places"},
       {"no-bias", "post-bias", "the bias is not added"},
       {"doubled-bias", "post-bias", "the bias is added twice"},
       {"wrong-theta", "post-rope", "the base of the frequencies is 10000 instead of 1000000"}});

  const std::vector<float> x = diagnostic.random(1).bells(tokens * hidden);
  const std::vector<float> weight = diagnostic.random(2).bells(width * hidden, 0.03f);
  const std::vector<float> bias = diagnostic.random(3).bells(width, 2);
  const double used = diagnostic.planted("wrong-theta") ? 1e4 : theta;
  std::vector<float> frequencies;
  for (size_t i = 0; i < pairs; i++)
    frequencies.push_back(float(std::pow(used, -2.0 * i / headSize)));
  const float times = diagnostic.planted("doubled-bias") ? 2 : !diagnostic.planted("no-bias");

  const Device<float> deviceX(x), deviceWeight(weight), deviceBias(bias);
  const Device<float> deviceFrequencies(frequencies);
  const Device<float> first(tokens * width), second(tokens * width), third(tokens * width);
  const dim3 perHead(tokens, width / headSize);
  project<<<dim3(tokens, width), threads>>>(deviceX.data(), deviceWeight.data(), first.data(),
                                            diagnostic.planted("wrong-head-order"));
  addBias<<<perHead, headSize>>>(first.data(), deviceBias.data(), second.data(), times);
  rope<<<perHead, pairs>>>(second.data(), deviceFrequencies.data(), third.data());
  const Tensor preBias = toF64(first.host()), postBias = toF64(second.host());
  const Tensor postRope = toF64(third.host());

  const Step clean = projected(x, weight), cleanBiased = biased(clean.result, bias);
  const auto judge = [&](const char *stage, const Tensor &candidate, const Step &replayed,
                         const Tensor &undisturbed) {
    diagnostic.judge({stage, candidate, replayed.result, replayed.bound, {},
                      shaped({tokens, width}),
                      {{"total_relative_l2", relativeL2(candidate, undisturbed)}}});
  };
  judge("pre-bias", preBias, clean, clean.result);
  judge("post-bias", postBias, biased(preBias, bias), cleanBiased.result);
  judge("post-rope", postRope, turned(postBias), turned(cleanBiased.result).result);
  return diagnostic.finish();
}
