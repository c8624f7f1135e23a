// D4: whether a sum gives the same bits again.
//
// A product of a matrix with vectors in F32, computed 100 times in each way; the outputs' SHA-256
// are counted. Reference: f64 on the host. |err| <= g(k) * sum |a*x| over the k columns, whatever
// the order of the sums: a product and at most k-1 sums round; g(k) = ku/(1-ku), u = 2^-24.
//   fixed-tree   A block of threads a row, combined in a tree: one hash.
//   batch        Eight vectors in one launch against one by one: one hash.
//   two-streams  Two launches at a time: one hash, that of fixed-tree.
//   atomic-add   Partial sums added by atomicAdd, in whatever order they come: the number of hashes
//                is reported and decides nothing; the error bound holds in any order.
// The hashes are left in $CODICIL_OUT/hashes.txt.
#include <set>

#include "kernels.cuh"

using namespace codicil;

constexpr size_t rows = 64, columns = 65536, batch = 8, parts = 64;
constexpr int runs = 100;

// --- The kernels under test ----------------------------------------------------------------------

// Row blockIdx.x, vector blockIdx.y. A thread's share begins `start` columns later, which changes
// the order of its sum; `halves` keeps two sums for even and odd steps.
__global__ void fixedTree(const float *a, const float *x, float *y, size_t start, bool halves) {
  const float *row = a + blockIdx.x * columns, *vector = x + blockIdx.y * columns;
  float sums[2] = {0, 0};
  for (size_t step = 0; step < columns / threads; step++) {
    const size_t i = (start + step * threads + threadIdx.x) % columns;
    sums[halves ? step % 2 : 0] += row[i] * vector[i];
  }
  const float sum = overBlock(sums[0] + sums[1], Sum{});
  if (threadIdx.x == 0) y[blockIdx.y * rows + blockIdx.x] = sum;
}

// Row blockIdx.x, part blockIdx.y; y must be zero before.
__global__ void atomicSum(const float *a, const float *x, float *y) {
  const float *row = a + blockIdx.x * columns;
  float sum = 0;
  for (size_t i = blockIdx.y * threads + threadIdx.x; i < columns; i += parts * threads)
    sum += row[i] * x[i];
  sum = overBlock(sum, Sum{});
  if (threadIdx.x == 0) atomicAdd(y + blockIdx.x, sum);
}

// --- SHA-256 (FIPS 180-4) ------------------------------------------------------------------------

struct Digest {
  uint32_t words[8];
};

constexpr uint32_t roundConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr uint32_t turned(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

constexpr void absorb(Digest &digest, const uint8_t (&block)[64]) {
  uint32_t w[64] = {};
  for (int i = 0; i < 16; i++)
    w[i] = uint32_t(block[4 * i]) << 24 | uint32_t(block[4 * i + 1]) << 16 |
           uint32_t(block[4 * i + 2]) << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    const uint32_t s0 = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ w[i - 15] >> 3;
    const uint32_t s1 = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t v[8] = {};
  for (int i = 0; i < 8; i++) v[i] = digest.words[i];
  for (int i = 0; i < 64; i++) {
    const uint32_t s1 = turned(v[4], 6) ^ turned(v[4], 11) ^ turned(v[4], 25);
    const uint32_t s0 = turned(v[0], 2) ^ turned(v[0], 13) ^ turned(v[0], 22);
    const uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    const uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    const uint32_t first = v[7] + s1 + choice + roundConstants[i] + w[i];
    for (int j = 7; j > 0; j--) v[j] = v[j - 1];
    v[4] += first;
    v[0] = first + s0 + majority;
  }
  for (int i = 0; i < 8; i++) digest.words[i] += v[i];
}

constexpr Digest sha256(const uint8_t *bytes, size_t length) {
  Digest digest{{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                 0x1f83d9ab, 0x5be0cd19}};
  const size_t padded = (length + 9 + 63) / 64 * 64;
  for (size_t from = 0; from < padded; from += 64) {
    uint8_t block[64] = {};
    for (size_t i = 0; i < 64; i++) {
      const size_t at = from + i, fromEnd = padded - 1 - at;
      if (at < length) block[i] = bytes[at];
      else if (at == length) block[i] = 0x80;
      else if (fromEnd < 8) block[i] = uint8_t(uint64_t{length} * 8 >> 8 * fromEnd);
    }
    absorb(digest, block);
  }
  return digest;
}

constexpr bool knowsAbc() {
  constexpr uint8_t abc[3] = {'a', 'b', 'c'};
  constexpr uint32_t expected[8] = {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                    0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad};
  const Digest digest = sha256(abc, 3);
  for (int i = 0; i < 8; i++)
    if (digest.words[i] != expected[i]) return false;
  return true;
}
static_assert(knowsAbc());

// --- Counting ------------------------------------------------------------------------------------

using Hashes = std::set<std::string>;

class HashList {
 public:
  HashList() {
    const char *folder = std::getenv("CODICIL_OUT");
    if (folder == nullptr || *folder == 0) return;
    const std::string path = std::string(folder) + "/hashes.txt";
    file_ = std::fopen(path.c_str(), "w");
    if (file_ == nullptr)
      stop(notMeasured, "%s cannot be written: %s.", path.c_str(), std::strerror(errno));
  }
  ~HashList() {
    if (file_ != nullptr) std::fclose(file_);
  }
  HashList(const HashList &) = delete;
  HashList &operator=(const HashList &) = delete;

  void add(Hashes &hashes, const char *stage, int run, const std::vector<float> &output) {
    const Digest digest =
        sha256(reinterpret_cast<const uint8_t *>(output.data()), output.size() * sizeof(float));
    std::string hex;
    for (const uint32_t word : digest.words) {
      char printed[9];
      std::snprintf(printed, sizeof printed, "%08x", word);
      hex += printed;
    }
    hashes.insert(hex);
    if (file_ != nullptr) std::fprintf(file_, "%s  %s %d\n", hex.c_str(), stage, run);
  }

 private:
  std::FILE *file_ = nullptr;
};

int main(int argc, char **argv) {
  Diagnostic diagnostic(
      argc, argv, "d4-determinism", "whether sums give the same bits in 100 runs",
      {{"order-by-run", "fixed-tree", "each run starts its sums at another column"},
       {"atomic-in-tree", "fixed-tree", "the partial sums are added by atomicAdd"},
       {"split-by-batch", "batch", "a batch sums in halves, a single vector does not"},
       {"order-by-stream", "two-streams", "the second stream starts its sums at another column"}});

  const std::vector<float> a = diagnostic.random(1).bells(rows * columns);
  const std::vector<float> x = diagnostic.random(2).bells(batch * columns);
  std::vector<double> expected(batch * rows), bound(batch * rows);
  for (size_t at = 0; at < expected.size(); at++) {
    const float *row = &a[at % rows * columns], *vector = &x[at / rows * columns];
    double sum = 0, magnitude = 0;
    for (size_t i = 0; i < columns; i++) {
      sum += double(row[i]) * vector[i];
      magnitude += std::fabs(double(row[i]) * vector[i]);
    }
    expected[at] = sum;
    bound[at] = errorFactor(columns) * magnitude;
  }

  const Device<float> deviceA(a), deviceX(x);
  Device<float> y(batch * rows), other(rows);
  HashList list;
  const auto head = [](const std::vector<float> &output) {
    return std::vector<float>(output.begin(), output.begin() + rows);
  };
  const auto judge = [&](const char *stage, const std::vector<float> &output, const Hashes &hashes,
                         bool judged) {
    const size_t n = output.size();
    const Criterion sameBits{"hashes", double(hashes.size()), 1};
    using Criteria = std::vector<Criterion>;
    using Figures = decltype(Stage::figures);
    diagnostic.judge({stage, toF64(output), {expected.begin(), expected.begin() + n},
                      {bound.begin(), bound.begin() + n},
                      judged ? Criteria{sameBits} : Criteria{}, shaped({n / rows, rows}),
                      judged ? Figures{} : Figures{{sameBits.name, sameBits.value}}});
  };
  const auto addAtomically = [&] {
    CUDA_OK(cudaMemset(y.data(), 0, rows * sizeof(float)));
    atomicSum<<<dim3(rows, parts), threads>>>(deviceA.data(), deviceX.data(), y.data());
  };

  Hashes tree;
  std::vector<float> output;
  const bool byRun = diagnostic.planted("order-by-run");
  for (int run = 0; run < runs; run++) {
    const size_t start = byRun ? run : 0;
    y.poison();
    if (diagnostic.planted("atomic-in-tree")) addAtomically();
    else fixedTree<<<rows, threads>>>(deviceA.data(), deviceX.data(), y.data(), start, false);
    output = head(y.host());
    list.add(tree, "fixed-tree", run, output);
  }
  const std::vector<float> single = output;
  judge("fixed-tree", output, tree, true);

  Hashes batched;
  y.poison();
  for (size_t one = 0; one < batch; one++)
    fixedTree<<<rows, threads>>>(deviceA.data(), deviceX.data() + one * columns,
                                 y.data() + one * rows, 0, false);
  list.add(batched, "one-by-one", 0, y.host());
  for (int run = 0; run < runs; run++) {
    y.poison();
    fixedTree<<<dim3(rows, batch), threads>>>(deviceA.data(), deviceX.data(), y.data(), 0,
                                              diagnostic.planted("split-by-batch"));
    output = y.host();
    list.add(batched, "batch", run, output);
  }
  judge("batch", output, batched, true);

  Hashes streams;
  list.add(streams, "fixed-tree", runs - 1, single);
  cudaStream_t one, two;
  CUDA_OK(cudaStreamCreateWithFlags(&one, cudaStreamNonBlocking));
  CUDA_OK(cudaStreamCreateWithFlags(&two, cudaStreamNonBlocking));
  const size_t later = diagnostic.planted("order-by-stream") ? 1 : 0;
  for (int run = 0; run < runs; run++) {
    y.poison();
    other.poison();
    CUDA_OK(cudaDeviceSynchronize());
    fixedTree<<<rows, threads, 0, one>>>(deviceA.data(), deviceX.data(), y.data(), 0, false);
    fixedTree<<<rows, threads, 0, two>>>(deviceA.data(), deviceX.data(), other.data(), later,
                                         false);
    list.add(streams, "stream-one", run, head(y.host()));
    output = other.host();
    list.add(streams, "stream-two", run, output);
  }
  CUDA_OK(cudaStreamDestroy(one));
  CUDA_OK(cudaStreamDestroy(two));
  judge("two-streams", output, streams, true);

  Hashes atomic;
  for (int run = 0; run < runs; run++) {
    addAtomically();
    output = head(y.host());
    list.add(atomic, "atomic-add", run, output);
  }
  judge("atomic-add", output, atomic, false);
  return diagnostic.finish();
}
