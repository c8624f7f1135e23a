// D1: products of Q4_K weights with F32 and with Q8_K activations.
//
// Formats (ggml). Q4_K: 144 bytes for 256 weights in 8 sub-blocks of 32, w = d*sc*q - dmin*m with
// 4-bit q and 6-bit sc and m. Q8_K: 292 bytes for 256 activations, x ~ d*q, where d has the sign
// that makes the largest activation -127, and bsums holds the sums of 16 q each.
//
// Reference: dot products in f64 on the host, of the dequantised weights (dequantising is written
// anew there, so that a misreading of the format is not on both sides). With u = 2^-24 and
// g(k) = ku/(1-ku):
//   f32-dot        |err| <= g(k+2) * sum (|d*sc*q| + |dmin*m|)*|x| over the columns. d*sc*q and
//                  dmin*m are exact in f32; a difference and a product round, and the k sums on
//                  the way of a term: 16 of its thread, 8 of the tree over 256 threads.
//   q8k-dot        Against the same quantised activations. Sums of integers are exact; per block
//                  A = d*d_b*sum(sc*q*q8) and B = dmin*d_b*sum(m*bsums) take four roundings, and
//                  the sum over nb blocks the rest: |err| <= g(nb+4) * sum (|A|+|B|).
//   q8k-quantised  Against the activations as they were before. Rounding to q moves x by at most
//                  |d_b|/2 (and 2^-14 of it more, for 1/d_b is rounded): |err| <=
//                  sum_b |d_b|/2 * norm1(W_b) + the bound of q8k-dot; and |err| <= 6 sigma with
//                  sigma^2 = sum_b d_b^2/12 * norm2(W_b)^2.
#include <cuda_fp16.h>

#include "kernels.cuh"

using namespace codicil;

constexpr size_t rows = 2048, blocks = 16, perBlock = 256, columns = blocks * perBlock;

struct Q4K {
  __half d, dmin;
  uint8_t scales[12];
  uint8_t qs[128];
};
static_assert(sizeof(Q4K) == 144);

struct Q8K {
  float d;
  int8_t qs[256];
  int16_t bsums[16];
};
static_assert(sizeof(Q8K) == 292);

// What a kernel is told to get wrong.
struct Faults {
  bool scaleIndex, nibbles, dmin, bsums, block, sign;
};

// --- The kernels under test ----------------------------------------------------------------------

struct SubBlock {
  int scale, min;
};

__device__ SubBlock subBlock(const uint8_t *s, int j, const Faults &faults) {
  if (faults.scaleIndex) j = (j + 1) % 8;
  SubBlock sub;
  if (j < 4) sub = {s[j] & 63, s[j + 4] & 63};
  else sub = {(s[j + 4] & 15) | ((s[j - 4] >> 6) << 4), (s[j + 4] >> 4) | ((s[j] >> 6) << 4)};
  if (faults.dmin) sub.min = 0;
  return sub;
}

// One block of one row in the middle is taken from its neighbour.
__device__ const Q4K &blockOf(const Q4K *weights, size_t row, size_t block, const Faults &faults) {
  const bool wrong = faults.block && row == rows / 2 && block == blocks / 2;
  return weights[row * blocks + (wrong ? block + 1 : block)];
}

// A block of threads a row; a thread takes one weight of each super-block.
__global__ void f32Dot(const Q4K *weights, const float *x, float *y, Faults faults) {
  const int i = threadIdx.x, j = i / 32;
  const bool high = (j % 2 == 1) != faults.nibbles;
  float sum = 0;
  for (size_t b = 0; b < blocks; b++) {
    const Q4K &block = blockOf(weights, blockIdx.x, b, faults);
    const SubBlock sub = subBlock(block.scales, j, faults);
    const uint8_t byte = block.qs[j / 2 * 32 + i % 32];
    const int q = high ? byte >> 4 : byte & 15;
    const float w = __half2float(block.d) * sub.scale * q - __half2float(block.dmin) * sub.min;
    sum += w * x[b * perBlock + i];
  }
  sum = overBlock(sum, Sum{});
  if (i == 0) y[blockIdx.x] = sum;
}

// A warp a row; a lane takes four bytes of qs, which are four weights of each of two sub-blocks.
__global__ void q8kDot(const Q4K *weights, const Q8K *x, float *y, Faults faults) {
  const int lane = threadIdx.x, pair = lane / 8, offset = lane % 8 * 4;
  float sum = 0;
  for (size_t b = 0; b < blocks; b++) {
    const Q4K &block = blockOf(weights, blockIdx.x, b, faults);
    const Q8K &activation = x[b];
    const int word = *reinterpret_cast<const int *>(block.qs + pair * 32 + offset);
    int low = word & 0x0f0f0f0f, high = (word >> 4) & 0x0f0f0f0f;
    if (faults.nibbles) {
      const int swapped = low;
      low = high;
      high = swapped;
    }
    const int8_t *q8 = activation.qs + pair * 64 + offset;
    const int lowSum = __dp4a(low, *reinterpret_cast<const int *>(q8), 0);
    const int highSum = __dp4a(high, *reinterpret_cast<const int *>(q8 + 32), 0);
    int products = subBlock(block.scales, 2 * pair, faults).scale * lowSum +
                   subBlock(block.scales, 2 * pair + 1, faults).scale * highSum;
    int mins = 0;
    if (lane < 8 && !faults.bsums) {
      const int sums = activation.bsums[2 * lane] + activation.bsums[2 * lane + 1];
      mins = subBlock(block.scales, lane, faults).min * sums;
    }
    for (int distance = 16; distance > 0; distance /= 2) {
      products += __shfl_xor_sync(0xffffffff, products, distance);
      mins += __shfl_xor_sync(0xffffffff, mins, distance);
    }
    const float d = faults.sign ? fabsf(activation.d) : activation.d;
    sum += __half2float(block.d) * d * products - __half2float(block.dmin) * d * mins;
  }
  if (lane == 0) y[blockIdx.x] = sum;
}

// --- Inputs and reference ------------------------------------------------------------------------

std::vector<Q4K> randomWeights(Random random) {
  std::vector<Q4K> weights(rows * blocks);
  for (size_t b = 0; b < weights.size(); b++) {
    uint32_t words[36];
    for (int i = 0; i < 9; i++) {
      const Four four = random.four(b * 9 + i);
      std::copy(four.at, four.at + 4, words + 4 * i);
    }
    std::memcpy(&weights[b], words, sizeof words);
    // Any bits are good scales and quants, but d and dmin must be sensible: 2^-10 * [1, 2).
    weights[b].d = __float2half(0x1p-10f * (1 + (words[0] & 0x3ff) * 0x1p-10f));
    weights[b].dmin = __float2half(0x1p-10f * (1 + (words[0] >> 16 & 0x3ff) * 0x1p-10f));
  }
  return weights;
}

// Mostly small, with outliers as activations have them, of either sign; one block is all zero.
std::vector<float> randomActivations(Random random) {
  std::vector<float> x = random.bells(columns);
  for (size_t i = 0; i < columns; i += 97) x[i] *= 8;
  std::fill(x.begin() + 3 * perBlock, x.begin() + 4 * perBlock, 0.0f);
  return x;
}

// As ggml's quantize_row_q8_K does it.
Q8K quantised(const float *x, bool down) {
  Q8K block{};
  float largest = 0;
  for (size_t i = 0; i < perBlock; i++)
    if (std::fabs(x[i]) > std::fabs(largest)) largest = x[i];
  if (largest == 0) return block;
  const float inverse = -127.0f / largest;
  for (size_t i = 0; i < perBlock; i++) {
    const float scaled = inverse * x[i];
    block.qs[i] = int8_t(std::min(127.0f, down ? std::floor(scaled) : std::nearbyint(scaled)));
    block.bsums[i / 16] += block.qs[i];
  }
  block.d = 1 / inverse;
  return block;
}

// w = scale - min, part by part, in the order of the weights.
struct Parts {
  double scale[perBlock], min[perBlock];
};

Parts dequantised(const Q4K &block) {
  // The twelve bytes hold sc[0..3], m[0..3] in the low six bits, and the rest in halves.
  uint8_t scales[8], mins[8];
  for (int j = 0; j < 4; j++) {
    const uint8_t a = block.scales[j], b = block.scales[j + 4], c = block.scales[j + 8];
    scales[j] = a % 64;
    mins[j] = b % 64;
    scales[j + 4] = c % 16 + a / 64 * 16;
    mins[j + 4] = c / 16 + b / 64 * 16;
  }
  const double d = __half2float(block.d), dmin = __half2float(block.dmin);
  Parts parts;
  for (int run = 0; run < 4; run++) {
    for (int i = 0; i < 32; i++) {
      const int low = 64 * run + i, high = low + 32;
      parts.scale[low] = d * scales[2 * run] * (block.qs[32 * run + i] % 16);
      parts.scale[high] = d * scales[2 * run + 1] * (block.qs[32 * run + i] / 16);
      parts.min[low] = dmin * mins[2 * run];
      parts.min[high] = dmin * mins[2 * run + 1];
    }
  }
  return parts;
}

struct Reference {
  std::vector<double> f32, f32Bound, q8k, q8kBound, hardBound, sigma;
};

Reference reference(const std::vector<Q4K> &weights, const std::vector<float> &x,
                    const std::vector<Q8K> &quants) {
  Reference all;
  for (size_t row = 0; row < rows; row++) {
    double f32 = 0, f32Sum = 0, q8k = 0, q8kSum = 0, hard = 0, variance = 0;
    for (size_t b = 0; b < blocks; b++) {
      const Parts w = dequantised(weights[row * blocks + b]);
      const double d = quants[b].d;
      double a = 0, m = 0, norm1 = 0, norm2 = 0;
      for (size_t i = 0; i < perBlock; i++) {
        const double weight = w.scale[i] - w.min[i], exact = x[b * perBlock + i];
        f32 += weight * exact;
        f32Sum += (std::fabs(w.scale[i]) + std::fabs(w.min[i])) * std::fabs(exact);
        a += w.scale[i] * d * quants[b].qs[i];
        m += w.min[i] * d * quants[b].qs[i];
        norm1 += std::fabs(weight);
        norm2 += weight * weight;
      }
      q8k += a - m;
      q8kSum += std::fabs(a) + std::fabs(m);
      hard += std::fabs(d) / 2 * (1 + 0x1p-14) * norm1;
      variance += d * d / 12 * norm2;
    }
    all.f32.push_back(f32);
    all.f32Bound.push_back(errorFactor(blocks + treeDepth + 2) * f32Sum);
    all.q8k.push_back(q8k);
    all.q8kBound.push_back(errorFactor(blocks + 4) * q8kSum);
    all.hardBound.push_back(hard + all.q8kBound.back());
    all.sigma.push_back(std::sqrt(variance));
  }
  return all;
}

double largestSigma(const std::vector<double> &candidate, const Reference &reference) {
  double largest = 0;
  for (size_t row = 0; row < rows; row++) {
    const double sigmas = std::fabs(candidate[row] - reference.f32[row]) / reference.sigma[row];
    if (!(sigmas <= largest)) largest = sigmas;
  }
  return largest;
}

int main(int argc, char **argv) {
  Diagnostic diagnostic(
      argc, argv, "d1-q4k", "products of Q4_K weights with F32 and Q8_K activations, against f64",
      {{"wrong-scale-index", "f32-dot", "each sub-block takes the scale and min of the next"},
       {"swapped-nibbles", "f32-dot", "low and high nibbles change places"},
       {"dmin-ignored", "f32-dot", "the minimum of a sub-block is not subtracted"},
       {"wrong-block", "f32-dot", "one block of one row is read from its neighbour"},
       {"bsums-ignored", "q8k-dot", "the minimum is left out of the Q8_K product"},
       {"sign-lost", "q8k-dot", "the sign of the scale of a Q8_K block is dropped"},
       {"floored-quants", "q8k-quantised", "activations are rounded down, not to the nearest"}});
  Faults faults{};
  faults.scaleIndex = diagnostic.planted("wrong-scale-index");
  faults.nibbles = diagnostic.planted("swapped-nibbles");
  faults.dmin = diagnostic.planted("dmin-ignored");
  faults.bsums = diagnostic.planted("bsums-ignored");
  faults.block = diagnostic.planted("wrong-block");
  faults.sign = diagnostic.planted("sign-lost");

  const std::vector<Q4K> weights = randomWeights(diagnostic.random(1));
  const std::vector<float> x = randomActivations(diagnostic.random(2));
  std::vector<Q8K> quants;
  for (size_t b = 0; b < blocks; b++)
    quants.push_back(quantised(&x[b * perBlock], diagnostic.planted("floored-quants")));
  const Reference expected = reference(weights, x, quants);

  const Device<Q4K> deviceWeights(weights);
  const Device<float> deviceX(x);
  const Device<Q8K> deviceQuants(quants);
  Device<float> y(rows);
  f32Dot<<<rows, threads>>>(deviceWeights.data(), deviceX.data(), y.data(), faults);
  const std::vector<double> f32 = toF64(y.host());
  y.poison();
  q8kDot<<<rows, 32>>>(deviceWeights.data(), deviceQuants.data(), y.data(), faults);
  const std::vector<double> q8k = toF64(y.host());

  const Facts facts = shaped({rows}), exact{{"activations", "\"F32\""}};
  const Facts quantised{{"activations", "\"Q8_K\""}};
  diagnostic.judge({"f32-dot", f32, expected.f32, expected.f32Bound, {}, facts, {}, exact});
  diagnostic.judge({"q8k-dot", q8k, expected.q8k, expected.q8kBound, {}, facts, {}, quantised});
  diagnostic.judge({"q8k-quantised", q8k, expected.f32, expected.hardBound,
                    {{"sigmas", largestSigma(q8k, expected), 6}}, facts, {}, quantised});
  return diagnostic.finish();
}
