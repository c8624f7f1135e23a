// What the built-in diagnostics share: the command line, fixed random numbers, device memory, f64
// comparison, and JSON Lines in the form that Codicil reads as measurements.
//
// A diagnostic compares a kernel (side "candidate") with an f64 computation (side "reference"),
// stage by stage. A stage passes if each of its criteria holds; NaN never passes, nor does a stage
// without elements. Every stage has a planted fault that it must catch.
//
// Exit codes: 0 all stages passed, 1 a stage did not, 2 wrong arguments, 3 not measured.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace codicil {

enum ExitCode { passed = 0, failed = 1, wrongArguments = 2, notMeasured = 3 };

// Unit roundoff of f32, rounding to nearest.
constexpr double u = 1.0 / (1 << 24);

// Higham's constant: k roundings change a result by at most this factor of the sum of magnitudes.
inline double errorFactor(double k) { return k * u / (1 - k * u); }

// --- Errors --------------------------------------------------------------------------------------

[[noreturn]] inline void stop(ExitCode code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::fflush(stdout);
  std::vfprintf(stderr, format, arguments);
  std::fputc('\n', stderr);
  va_end(arguments);
  std::exit(code);
}

inline void require(cudaError_t status, const char *call, const char *file, int line) {
  if (status == cudaSuccess) return;
  const char *advice = "";
  if (status == cudaErrorNoDevice) advice = " Run it on a machine with an NVIDIA GPU.";
  if (status == cudaErrorInsufficientDriver)
    advice = " There is no NVIDIA driver, or it is older than this CUDA toolkit: update it.";
  if (status == cudaErrorNoKernelImageForDevice)
    advice = " It was compiled for another GPU: compile it with -arch for this one.";
  if (status == cudaErrorMemoryAllocation)
    advice = " Free memory on the GPU: nvidia-smi shows which processes hold it.";
  stop(notMeasured, "%s:%d: %s: %s (%s).%s", file, line, call, cudaGetErrorString(status),
       cudaGetErrorName(status), advice);
}

#define CUDA_OK(call) ::codicil::require((call), #call, __FILE__, __LINE__)

// --- Random numbers ------------------------------------------------------------------------------

struct Four {
  uint32_t at[4];
};

// Philox 4x32-10 (Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011): the numbers
// depend on key and counter alone, so that host and device draw the same in any order.
__host__ __device__ constexpr Four philox(Four counter, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    const uint64_t a = uint64_t{0xD2511F53u} * counter.at[0];
    const uint64_t b = uint64_t{0xCD9E8D57u} * counter.at[2];
    counter = {{uint32_t(b >> 32) ^ counter.at[1] ^ key0, uint32_t(b),
                uint32_t(a >> 32) ^ counter.at[3] ^ key1, uint32_t(a)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

constexpr bool draws(Four counter, uint32_t key0, uint32_t key1, Four expected) {
  const Four drawn = philox(counter, key0, key1);
  for (int i = 0; i < 4; i++)
    if (drawn.at[i] != expected.at[i]) return false;
  return true;
}
// The known answers published with the generator.
static_assert(draws({{0, 0, 0, 0}}, 0, 0, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}));
static_assert(draws({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0,
                    {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}));

// One tensor's numbers; each tensor of a diagnostic takes a stream of its own.
struct Random {
  uint32_t seed, stream;

  __host__ __device__ Four four(uint64_t index) const {
    return philox({{uint32_t(index), uint32_t(index >> 32), stream, 0}}, seed, 0x436f6469u);
  }

  // In [0, 1), a multiple of 2^-24.
  float uniform(uint64_t index) const { return float(four(index).at[0] >> 8) * 0x1p-24f; }

  // Bell-shaped with mean 0 and variance 1, in ±4.9: the sum of eight uniform numbers. Only exact
  // steps and one rounding, so that it is the same on every machine.
  float bell(uint64_t index) const {
    const Four words = four(index);
    int64_t sum = 0;
    for (const uint32_t word : words.at) sum += int64_t(word >> 16) + int64_t(word & 0xffff);
    return float((double(sum) - 8 * 32767.5) * (1.2247448713915890 / 65536));
  }

  std::vector<float> bells(size_t count, float scale = 1) const {
    std::vector<float> numbers(count);
    for (size_t i = 0; i < count; i++) numbers[i] = scale * bell(i);
    return numbers;
  }
};

// --- Device memory and sums ----------------------------------------------------------------------

// Device memory that starts as NaN (all bits set), so that what a kernel leaves out shows.
template <typename T>
class Device {
 public:
  explicit Device(size_t count) : count_(count) {
    CUDA_OK(cudaMalloc(&data_, count * sizeof(T)));
    poison();
  }
  explicit Device(const std::vector<T> &host) : Device(host.size()) {
    CUDA_OK(cudaMemcpy(data_, host.data(), count_ * sizeof(T), cudaMemcpyHostToDevice));
  }
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;
  ~Device() { cudaFree(data_); }

  T *data() const { return data_; }
  void poison() { CUDA_OK(cudaMemset(data_, 0xff, count_ * sizeof(T))); }

  // Waits for the kernels before it, and reports what went wrong in them.
  std::vector<T> host() const {
    CUDA_OK(cudaGetLastError());
    CUDA_OK(cudaDeviceSynchronize());
    std::vector<T> copy(count_);
    CUDA_OK(cudaMemcpy(copy.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost));
    return copy;
  }

 private:
  T *data_ = nullptr;
  size_t count_;
};

constexpr int threads = 256;
// Sums on the way of a value through a tree over a block of threads.
constexpr int treeDepth = 8;
static_assert(1 << treeDepth == threads);

struct Sum {
  __device__ float operator()(float a, float b) const { return a + b; }
};
struct Maximum {
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

// Combines the values of a block of `threads` threads in a tree whose shape never changes. All
// threads get the result.
template <typename Combine>
__device__ float overBlock(float value, Combine combine) {
  __shared__ float shared[threads];
  shared[threadIdx.x] = value;
  __syncthreads();
  for (int half = threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      shared[threadIdx.x] = combine(shared[threadIdx.x], shared[threadIdx.x + half]);
    }
    __syncthreads();
  }
  const float result = shared[0];
  __syncthreads();
  return result;
}

// What fast-math computes otherwise: a quotient, a square root, a subnormal.
static __global__ void arithmetic(const float *in, float *out) {
  out[0] = in[0] / in[1];
  out[1] = sqrtf(in[2]);
  out[2] = in[3] * in[4];
}

// The error bounds rest on IEEE arithmetic, and no macro tells how a file was compiled.
inline void refuseFastMath() {
  const std::vector<float> in{1, 3, 2.0000002f, 0x1p-126f, 0.75f};
  const Device<float> operands(in), results(3);
  arithmetic<<<1, 1>>>(operands.data(), results.data());
  const std::vector<float> out = results.host();
  if (out[0] != in[0] / in[1] || out[1] != std::sqrt(in[2]) || out[2] != in[3] * in[4])
    stop(notMeasured, "Compiled with fast-math, for which the error bounds do not hold: compile "
                      "without -use_fast_math, -ftz=true, -prec-div=false and -prec-sqrt=false.");
}

// --- JSON Lines ----------------------------------------------------------------------------------

// One measurement. Keys are ours and need no escaping; texts are escaped.
class Record {
 public:
  Record &text(const char *key, const std::string &value) {
    std::string escaped = "\"";
    for (const char character : value) {
      if (character == '"' || character == '\\') escaped += '\\';
      escaped += static_cast<unsigned char>(character) < 0x20 ? ' ' : character;
    }
    return raw(key, escaped + '"');
  }
  Record &number(const char *key, double value) {
    if (std::isnan(value)) return raw(key, "\"NaN\"");
    if (std::isinf(value)) return raw(key, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    char printed[32];
    // A count is exact. Of the rest nine digits, an f32's worth, zeros included: they state the
    // precision.
    const bool whole = value == std::nearbyint(value) && std::fabs(value) < 0x1p53;
    std::snprintf(printed, sizeof printed, whole ? "%.0f" : "%#.9g", value);
    // `123456789.` is no number in JSON.
    if (printed[std::strlen(printed) - 1] == '.') std::strcat(printed, "0");
    return raw(key, printed);
  }
  Record &raw(const char *key, const std::string &json) {
    // Readers refuse a key that stands twice. Within texts quotes are escaped.
    const std::string quoted = '"' + std::string(key) + "\":";
    if (line_.find(quoted) != std::string::npos)
      stop(notMeasured, "A record states %s twice: %s.", key, line_.c_str());
    line_ += (line_.empty() ? "{" : ",") + quoted + json;
    return *this;
  }
  std::string line() const { return line_ + "}\n"; }

 private:
  std::string line_;
};

// --- A diagnostic --------------------------------------------------------------------------------

struct Plant {
  const char *name;
  // The stage at which it must be caught first.
  const char *stage;
  const char *fault;
};

// Holds if the value is at most the bound.
struct Criterion {
  const char *name;
  double value;
  double bound;

  bool holds() const { return value <= bound; }
};

using Facts = std::vector<std::pair<const char *, std::string>>;

struct Stage {
  std::string name;
  std::vector<double> candidate;
  std::vector<double> reference;
  // The most that each element may be off, or empty where the criteria say it all.
  std::vector<double> bound;
  std::vector<Criterion> criteria;
  // Of both sides, by the names of the measurement schema; the values are JSON.
  Facts facts;
  // Figures that are reported and decide nothing.
  std::vector<std::pair<const char *, double>> figures = {};
  // Of the kernel under test alone.
  Facts candidateFacts = {};
};

template <typename T>
std::vector<double> toF64(const std::vector<T> &values) {
  return std::vector<double>(values.begin(), values.end());
}

inline Facts shaped(std::initializer_list<size_t> shape) {
  std::string json;
  for (const size_t size : shape) json += (json.empty() ? "[" : ",") + std::to_string(size);
  return {{"shape", json + "]"}};
}

struct Gpu {
  std::string name, architecture;
};

inline Gpu gpuHere() {
  cudaDeviceProp properties;
  CUDA_OK(cudaGetDeviceProperties(&properties, 0));
  refuseFastMath();
  return {properties.name, "sm_" + std::to_string(properties.major * 10 + properties.minor)};
}

class Diagnostic {
 public:
  // Reads the arguments, and looks for the GPU unless they only ask for a list.
  Diagnostic(int argc, char **argv, const char *name, const char *summary,
             std::vector<Plant> plants, Gpu (*look)() = gpuHere)
      : name_(name), plants_(std::move(plants)) {
    for (int i = 1; i < argc; i++) {
      const std::string argument = argv[i];
      const bool more = i + 1 < argc;
      if (argument == "--help") help(summary);
      if (argument == "--list-plants") list();
      if (argument == "--plant" && more) plant(argv[++i]);
      else if (argument == "--seed" && more) seed_ = number(argv[++i]);
      else stop(wrongArguments, "%s: unexpected argument %s; --help says which there are.", name,
                argv[i]);
    }
    openOutput();
    gpu_ = look();
  }
  ~Diagnostic() {
    if (records_ != nullptr && records_ != stdout) std::fclose(records_);
  }
  Diagnostic(const Diagnostic &) = delete;
  Diagnostic &operator=(const Diagnostic &) = delete;

  Random random(uint32_t stream) const { return {seed_, stream}; }
  const std::string &gpu() const { return gpu_.name; }

  // Whether this fault is to be made. Only declared names may be asked for.
  bool planted(const char *fault) const {
    const bool declared = std::any_of(plants_.begin(), plants_.end(), [&](const Plant &plant) {
      return std::strcmp(plant.name, fault) == 0;
    });
    if (!declared) stop(notMeasured, "%s: the fault %s is not declared.", name_, fault);
    return plant_ != nullptr && std::strcmp(plant_->name, fault) == 0;
  }

  // Writes the figures of both sides and of the pair, and decides.
  bool judge(Stage stage) {
    const size_t n = stage.candidate.size();
    if (n != stage.reference.size() || (!stage.bound.empty() && n != stage.bound.size()))
      stop(notMeasured, "%s: %s compares tensors of different sizes.", name_, stage.name.c_str());
    const Pair pair = compare(stage);
    if (!stage.bound.empty()) stage.criteria.push_back({"error_over_bound", pair.worstRatio, 1});

    Record candidate = with(begin(stage.name, "candidate"), stage.facts, "\"F32\"");
    for (const auto &[key, json] : stage.candidateFacts) candidate.raw(key, json);
    write(summary(candidate, stage.candidate));
    write(summary(with(begin(stage.name, "reference"), stage.facts, "\"F64\""), stage.reference));
    Record record = begin(stage.name, "candidate");
    record.text("against", "reference").number("n", n);
    record.number("max_abs_diff", pair.maxDiff).number("max_abs_diff_index", pair.maxIndex);
    record.number("rms_diff", pair.rms).number("bias", pair.bias);
    // Over a zero norm they have no value, and are left out.
    if (pair.relativeL2 >= 0) record.number("relative_l2", pair.relativeL2);
    if (pair.cosine >= -1) record.number("cosine", pair.cosine);
    if (!stage.bound.empty()) {
      record.number("error", pair.worstError).number("bound", pair.worstBound);
      record.number("violations", pair.violations);
    }
    for (const auto &[key, value] : stage.figures) record.number(key, value);
    return decide(stage.name, record, n > 0 ? stage.criteria : std::vector<Criterion>{});
  }

  // Adds criteria to a record, writes it, and prints the verdict on a stage. Without criteria, as
  // without elements, nothing was shown.
  bool decide(const std::string &stage, Record record, const std::vector<Criterion> &criteria,
              const std::string &note = "") {
    bool holds = !criteria.empty();
    std::string reasons = note.empty() ? "" : " " + note + ";";
    for (const Criterion &criterion : criteria) {
      const std::string key = criterion.name;
      record.number(key.c_str(), criterion.value);
      record.number((key + "_limit").c_str(), criterion.bound);
      holds = holds && criterion.holds();
      char reason[160];
      std::snprintf(reason, sizeof reason, " %s %.3g %s %.3g;", criterion.name, criterion.value,
                    criterion.holds() ? "<=" : "exceeds", criterion.bound);
      reasons += reason;
    }
    if (reasons.empty()) reasons = " there was nothing to measure;";
    reasons.pop_back();
    write(record.number("passed", holds));
    std::printf("%s %s:%s\n", holds ? "PASS" : "FAIL", stage.c_str(), reasons.c_str());
    if (!holds) failed_.push_back(stage);
    return holds;
  }

  // A stage on which this machine cannot tell: neither passed nor failed.
  void leaveOpen(const std::string &stage, const char *why) {
    std::printf("UNKNOWN %s: %s\n", stage.c_str(), why);
    open_ += " with " + stage + " unknown";
  }

  // The last word, and the exit code.
  int finish() const {
    const std::string where = failed_.empty() ? open_ : " first at stage " + failed_.front();
    std::printf("verdict: %s %s%s on %s (%s)%s%s\n", failed_.empty() ? "PASS" : "FAIL", name_,
                where.c_str(), gpu_.name.c_str(), gpu_.architecture.c_str(),
                plant_ ? " with the planted fault " : "", plant_ ? plant_->name : "");
    return failed_.empty() ? passed : failed;
  }

  // The beginning of a record. The kernel under test ran on the GPU, the reference did not.
  Record begin(const std::string &stage, const std::string &side) const {
    Record record;
    record.text("stage", stage).text("side", side).raw("seed", std::to_string(seed_));
    if (side == "reference") return record;
    const std::string fault = plant_ ? std::string(" planted ") + plant_->name : "";
    return record.text("architecture", gpu_.architecture).text("kernel", name_ + fault);
  }

  void write(const Record &record) {
    const std::string line = record.line();
    const bool whole = std::fwrite(line.data(), 1, line.size(), records_) == line.size();
    if (!whole || std::fflush(records_) != 0)
      stop(notMeasured, "%s: a measurement could not be written: %s.", name_, std::strerror(errno));
  }

 private:
  struct Pair {
    double maxDiff = 0, rms = 0, bias = 0, relativeL2 = -1, cosine = -2;
    double worstRatio = 0, worstError = 0, worstBound = 0;
    size_t maxIndex = 0, violations = 0;
  };

  static Pair compare(const Stage &stage) {
    Pair pair;
    double squares = 0, candidate2 = 0, reference2 = 0, product = 0, sum = 0;
    const size_t n = stage.candidate.size();
    for (size_t i = 0; i < n; i++) {
      const double a = stage.candidate[i], b = stage.reference[i];
      const double difference = a - b, error = std::fabs(difference);
      squares += difference * difference;
      candidate2 += a * a;
      reference2 += b * b;
      product += a * b;
      sum += difference;
      // `!(<=)` and not `>`, so that NaN counts.
      if (!(error <= pair.maxDiff)) {
        pair.maxDiff = error;
        pair.maxIndex = i;
      }
      if (stage.bound.empty()) continue;
      const double bound = stage.bound[i];
      if (!(error <= bound)) pair.violations++;
      const double ratio = error == 0 && bound == 0 ? 0 : error / bound;
      if (!std::isnan(pair.worstRatio) && !(ratio <= pair.worstRatio)) {
        pair.worstRatio = ratio;
        pair.worstError = error;
        pair.worstBound = bound;
      }
    }
    if (n > 0) {
      pair.rms = std::sqrt(squares / n);
      pair.bias = sum / n;
    }
    if (reference2 > 0) pair.relativeL2 = std::sqrt(squares / reference2);
    if (reference2 > 0 && candidate2 > 0) {
      // Rounding may take it past 1 by a few units.
      pair.cosine = std::fmin(1, product / std::sqrt(candidate2) / std::sqrt(reference2));
    }
    return pair;
  }

  static Record with(Record record, const Facts &facts, const char *type) {
    for (const auto &[key, json] : facts) record.raw(key, json);
    return record.raw("dtype", type).raw("compute", type).raw("accumulator", type);
  }

  // Mean, population deviation and extremes of the finite elements, and how many are not.
  static Record summary(Record record, const std::vector<double> &values) {
    double sum = 0, squares = 0, low = INFINITY, high = -INFINITY, l2 = 0;
    size_t finite = 0;
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      finite++;
      sum += value;
      l2 += value * value;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    record.number("n", values.size()).number("n_finite", finite).raw("ddof", "0");
    if (finite < values.size()) record.text("filter", "finite");
    if (finite == 0) return record;
    const double mean = sum / finite;
    for (const double value : values)
      if (std::isfinite(value)) squares += (value - mean) * (value - mean);
    record.number("mean", mean).number("std", std::sqrt(squares / finite));
    return record.number("min", low).number("max", high).number("l2", std::sqrt(l2));
  }

  // Records go to $CODICIL_MEASUREMENTS, else between the lines for people. Not to both: they would
  // be counted twice.
  void openOutput() {
    const char *path = std::getenv("CODICIL_MEASUREMENTS");
    records_ = path == nullptr || *path == 0 ? stdout : std::fopen(path, "a");
    if (records_ == nullptr)
      stop(notMeasured, "%s: CODICIL_MEASUREMENTS names %s, which cannot be written: %s.", name_,
           path, std::strerror(errno));
  }

  void plant(const std::string &wanted) {
    std::string known;
    for (const Plant &plant : plants_) {
      if (wanted == plant.name) plant_ = &plant;
      known += std::string(known.empty() ? "" : ", ") + plant.name;
    }
    if (plant_ == nullptr)
      stop(wrongArguments, "%s: there is no fault %s to plant. There are: %s.", name_,
           wanted.c_str(), known.c_str());
  }

  uint32_t number(const char *text) const {
    char *end = nullptr;
    const unsigned long long value = std::strtoull(text, &end, 10);
    if (end == text || *end != 0 || *text == '-' || value > 0xffffffffull)
      stop(wrongArguments, "%s: --seed takes a whole number below 2^32, not %s.", name_, text);
    return uint32_t(value);
  }

  [[noreturn]] void list() const {
    for (const Plant &plant : plants_)
      std::printf("%s\t%s\t%s\n", plant.name, plant.stage, plant.fault);
    std::exit(passed);
  }

  [[noreturn]] void help(const char *summary) const {
    std::printf("%s: %s\n\n"
                "  --plant <name>   make this fault; the diagnostic must then fail\n"
                "  --list-plants    the faults: name, stage that must catch it, what it does\n"
                "  --seed <number>  other inputs\n\n"
                "Measurements go to the file named by $CODICIL_MEASUREMENTS, else to the output.\n"
                "Exit code: 0 passed, 1 a stage failed, 2 wrong arguments, 3 not measured.\n",
                name_, summary);
    std::exit(passed);
  }

  const char *name_;
  std::vector<Plant> plants_;
  const Plant *plant_ = nullptr;
  uint32_t seed_ = 20240607;
  Gpu gpu_;
  std::string open_;
  std::FILE *records_ = nullptr;
  std::vector<std::string> failed_;
};

}  // namespace codicil
