// The canary: computations whose answers are known exactly, to tell whether this GPU computes right.
//
// Whatever the order of its threads and the size of the GPU, each stage has one right answer, and the
// host works it out by itself: there is no error bound, every element must have the same bits.
//   integer      Philox 4x32-10 by the GPU and by the host: 32-bit products, additions, exclusive or.
//   f32, f64     A chain of fused multiply-adds on random numbers. Each is rounded once by IEEE 754, so
//                that host and GPU agree to the last bit.
//   shared       Each block turns its numbers around in shared memory.
//   reduction    Sums of whole numbers by atomicAdd, which no order changes.
//   copy         64 MiB from the host, over the device, and back.
// Under a second with the start of CUDA. Exit codes as all built-in programs; the diagnostics of the
// pull request are not concerned with it.
#include "kernels.cuh"

using namespace codicil;

constexpr size_t count = size_t{1} << 18;
constexpr int rounds = 32;
// 64 MiB of words.
constexpr size_t copies = 64;

__global__ void draw(uint32_t *out, size_t n, Random random, bool wrong) {
  const size_t i = size_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const Four four = random.four(i);
  out[i] = four.at[0] ^ four.at[1] ^ four.at[2] ^ four.at[3];
  // One bit of one number: the least that can be wrong.
  if (wrong && i == n / 3) out[i] ^= 0x10000u;
}

// By name and not by overload: on the host `fma` of floats may be that of doubles, which rounds twice.
__host__ __device__ inline float fused(float a, float x, float b) { return fmaf(a, x, b); }
__host__ __device__ inline double fused(double a, double x, double b) { return fma(a, x, b); }

// Stays within [-1, 1]: |x| <= 1/2 and |a| <= 1/2 give |a x + b| <= 3/4 for |b| <= 1/2.
template <typename Real>
__host__ __device__ Real chain(Real x, Real a, Real b) {
  for (int round = 0; round < rounds; round++) x = fused(a, x, b);
  return x;
}

template <typename Real>
__global__ void chains(const Real *in, Real *out, size_t n, bool wrong) {
  const size_t i = size_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const Real a = in[i], b = in[(i + 1) % n];
  out[i] = wrong && i == n / 5 ? chain(b, a, b) + Real(1) / 1024 : chain(a, a, b);
}

__global__ void reversed(const uint32_t *in, uint32_t *out, bool wrong) {
  __shared__ uint32_t shared[threads];
  const size_t i = size_t{blockIdx.x} * threads + threadIdx.x;
  shared[threadIdx.x] = in[i];
  __syncthreads();
  out[i] = shared[wrong && blockIdx.x == 7 ? threadIdx.x : threads - 1 - threadIdx.x];
}

__global__ void reduce(const uint32_t *in, size_t n, unsigned long long *sum, bool wrong) {
  const size_t stride = size_t{gridDim.x} * blockDim.x;
  unsigned long long own = 0;
  for (size_t i = size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < n; i += stride) own += in[i];
  if (wrong && blockIdx.x == 0 && threadIdx.x == 0) own++;
  atomicAdd(sum, own);
}

// How many elements do not have the same bits.
template <typename T>
double differing(const std::vector<T> &found, const std::vector<T> &known) {
  double wrong = found.size() == known.size() ? 0 : double(known.size());
  for (size_t i = 0; i < found.size() && i < known.size(); i++)
    wrong += std::memcmp(&found[i], &known[i], sizeof(T)) != 0;
  return wrong;
}

template <typename T>
void hold(Diagnostic &diagnostic, const char *stage, const std::vector<T> &found,
          const std::vector<T> &known) {
  diagnostic.decide(stage,
                    diagnostic.begin(stage, "candidate")
                        .text("against", "reference")
                        .number("n", known.size()),
                    {{"wrong_elements", differing(found, known), 0}});
}

template <typename Real>
void holdChains(Diagnostic &diagnostic, const char *stage, Random random, bool wrong) {
  std::vector<Real> in(count), known(count);
  for (size_t i = 0; i < count; i++) in[i] = Real(random.uniform(i)) - Real(0.5);
  for (size_t i = 0; i < count; i++) known[i] = chain(in[i], in[i], in[(i + 1) % count]);
  const Device<Real> numbers(in), out(count);
  chains<Real><<<unsigned(count / threads), threads>>>(numbers.data(), out.data(), count, wrong);
  hold(diagnostic, stage, out.host(), known);
}

int main(int argc, char **argv) {
  Diagnostic diagnostic(argc, argv, "canary", "computations whose answers are known",
                        {{"flipped-bit", "integer", "one bit of one number is flipped"},
                         {"wrong-f32", "f32", "one of the F32 results is off"},
                         {"wrong-f64", "f64", "one of the F64 results is off"},
                         {"not-reversed", "shared", "one block is left as it was"},
                         {"one-more", "reduction", "the sum is one too large"},
                         {"cut-short", "copy", "the last word is not copied"}});

  const Random random = diagnostic.random(1);
  std::vector<uint32_t> words(count);
  for (size_t i = 0; i < count; i++) {
    const Four four = random.four(i);
    words[i] = four.at[0] ^ four.at[1] ^ four.at[2] ^ four.at[3];
  }
  const Device<uint32_t> drawn(count);
  draw<<<unsigned(count / threads), threads>>>(drawn.data(), count, random,
                                               diagnostic.planted("flipped-bit"));
  hold(diagnostic, "integer", drawn.host(), words);

  holdChains<float>(diagnostic, "f32", diagnostic.random(2), diagnostic.planted("wrong-f32"));
  holdChains<double>(diagnostic, "f64", diagnostic.random(3), diagnostic.planted("wrong-f64"));

  const Device<uint32_t> in(words), turned(count);
  reversed<<<unsigned(count / threads), threads>>>(in.data(), turned.data(),
                                                   diagnostic.planted("not-reversed"));
  std::vector<uint32_t> backwards(words);
  for (size_t block = 0; block < count; block += threads)
    std::reverse(backwards.begin() + block, backwards.begin() + block + threads);
  hold(diagnostic, "shared", turned.host(), backwards);

  const Device<unsigned long long> sum(std::vector<unsigned long long>{0});
  reduce<<<256, threads>>>(in.data(), count, sum.data(), diagnostic.planted("one-more"));
  unsigned long long total = 0;
  for (const uint32_t word : words) total += word;
  hold(diagnostic, "reduction", sum.host(), std::vector<unsigned long long>{total});

  std::vector<uint32_t> large(copies * count);
  for (size_t i = 0; i < large.size(); i++) large[i] = words[i % count] + uint32_t(i);
  const Device<uint32_t> from(large), to(large.size());
  const size_t copied = large.size() - (diagnostic.planted("cut-short") ? 1 : 0);
  CUDA_OK(cudaMemcpy(to.data(), from.data(), copied * sizeof(uint32_t), cudaMemcpyDeviceToDevice));
  hold(diagnostic, "copy", to.host(), large);
  return diagnostic.finish();
}
