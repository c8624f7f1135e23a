// D5: memory bandwidth, clocks, temperature and throttling: whether this GPU can be trusted.
//
// A buffer of 1 GiB is copied on the device 32 times after a warm-up; a copy reads and writes each
// byte, so the traffic is twice the bytes. Reference: the peak that the driver's attributes give,
// memory clock x bus width x 2 (two transfers a clock), else the data sheet's.
//   copy       The destination, which held other bits before, equals the source: 0 wrong words.
//   bandwidth  The median is at least 60 % of the peak; no copy is above the peak, which only bytes
//              that were not moved explain.
//   health     Under load the driver reports no slowdown by heat, power brake or hardware. A power
//              cap is reported: cards run into it by design.
// The figures of a stage are stated as those of a pair, of this GPU against what is known of it, so that
// they are held against their limits as those of the other diagnostics are.
// Where the driver does not say, a stage is neither passed nor failed, and the verdict says so.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>

#include "kernels.cuh"

using namespace codicil;

constexpr size_t bytes = size_t{1} << 30;
constexpr int warmUps = 4, copies = 32;
// Enough to keep any GPU of today busy while nvidia-smi answers.
constexpr int copiesUnderLoad = 512;

// --- Bytes that are known ------------------------------------------------------------------------

__global__ void fill(uint4 *buffer, size_t count, Random random) {
  const size_t stride = size_t{gridDim.x} * blockDim.x;
  for (size_t i = size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += stride) {
    const Four four = random.four(i);
    buffer[i] = make_uint4(four.at[0], four.at[1], four.at[2], four.at[3]);
  }
}

__global__ void countWrong(const uint4 *buffer, size_t count, Random random,
                           unsigned long long *wrong) {
  const size_t stride = size_t{gridDim.x} * blockDim.x;
  unsigned long long found = 0;
  for (size_t i = size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += stride) {
    const Four four = random.four(i);
    const uint4 word = buffer[i];
    found += (word.x != four.at[0]) + (word.y != four.at[1]) + (word.z != four.at[2]) +
             (word.w != four.at[3]);
  }
  if (found > 0) atomicAdd(wrong, found);
}

// --- The peak ------------------------------------------------------------------------------------

struct Peak {
  // GB/s, or 0 where nobody says.
  double value;
  double memoryClockMHz, busBits;
};

Peak peakOf(const std::string &gpu) {
  int kilohertz = 0, bits = 0;
  // An attribute that a driver no longer gives is an error or zero.
  cudaDeviceGetAttribute(&kilohertz, cudaDevAttrMemoryClockRate, 0);
  cudaDeviceGetAttribute(&bits, cudaDevAttrGlobalMemoryBusWidth, 0);
  cudaGetLastError();
  if (kilohertz > 0 && bits > 0)
    return {kilohertz * 1e3 * bits / 8 * 2 / 1e9, kilohertz / 1e3, double(bits)};
  // NVIDIA's data sheets of these products.
  const std::pair<const char *, double> sheets[] = {
      {"H200", 4800},     {"H100 80GB HBM3", 3350}, {"H100 PCIe", 2000}, {"A100-SXM4-80GB", 2039},
      {"RTX 4090", 1008}, {"L40S", 864},            {"L4", 300},         {"Tesla T4", 320}};
  for (const auto &[name, value] : sheets)
    if (gpu.find(name) != std::string::npos) return {value, 0, 0};
  return {0, 0, 0};
}

// --- The driver's word ---------------------------------------------------------------------------

constexpr double unknown = -1;

struct Health {
  double smClockMHz = unknown, memoryClockMHz = unknown, temperatureC = unknown, powerW = unknown;
  // Bits of NVML's clocks event reasons.
  double reasons = unknown;

  bool known() const { return reasons != unknown; }
  // Hardware slowdown 0x8, software thermal 0x20, hardware thermal 0x40, power brake 0x80.
  double slowdown() const { return double(uint64_t(reasons) & 0xe8); }
  bool powerCapped() const { return (uint64_t(reasons) & 0x4) != 0; }
};

// What nvidia-smi prints, or nothing. By absolute path and in a clean environment: PATH may have
// been changed by what is measured.
std::string ask(const char *program, std::vector<std::string> arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "";
  std::vector<char *> argv{const_cast<char *>(program)};
  for (std::string &argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C";
  char *environment[] = {path, locale, nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int problem = posix_spawn(&child, program, &actions, nullptr, argv.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string answer;
  if (problem == 0) {
    char buffer[4096];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) answer.append(buffer, got);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) answer.clear();
  }
  close(ends[0]);
  return answer;
}

// A field such as `1980`, `0x0000000000000004` or `[N/A]`.
double field(const std::string &text) {
  const char *begin = text.c_str();
  while (std::isspace(static_cast<unsigned char>(*begin))) begin++;
  char *end = nullptr;
  const bool hexadecimal = std::strncmp(begin, "0x", 2) == 0;
  const double value =
      hexadecimal ? double(std::strtoull(begin, &end, 16)) : std::strtod(begin, &end);
  return end == begin ? unknown : value;
}

Health health() {
  const char *programs[] = {"/usr/bin/nvidia-smi", "/usr/local/nvidia/bin/nvidia-smi",
                            "/usr/local/bin/nvidia-smi", "/opt/bin/nvidia-smi",
                            "/usr/lib/wsl/lib/nvidia-smi", "/run/current-system/sw/bin/nvidia-smi"};
  char bus[32] = "";
  CUDA_OK(cudaDeviceGetPCIBusId(bus, sizeof bus, 0));
  for (const char *program : programs) {
    if (access(program, X_OK) != 0) continue;
    // The second name is that of drivers before 535.
    for (const char *reasons : {"clocks_event_reasons.active", "clocks_throttle_reasons.active"}) {
      const std::string answer =
          ask(program, {"-i", bus, "--format=csv,noheader,nounits",
                        std::string("--query-gpu=clocks.current.sm,clocks.current.memory,"
                                    "temperature.gpu,power.draw,") + reasons});
      std::vector<double> values;
      for (size_t from = 0; from < answer.size();) {
        const size_t comma = std::min(answer.find(',', from), answer.size());
        values.push_back(field(answer.substr(from, comma - from)));
        from = comma + 1;
      }
      if (values.size() == 5) return {values[0], values[1], values[2], values[3], values[4]};
    }
  }
  return {};
}

void report(Diagnostic &diagnostic, const char *stage, const Health &sample) {
  Record record = diagnostic.begin(stage, "candidate");
  const std::pair<const char *, double> figures[] = {{"sm_clock_mhz", sample.smClockMHz},
                                                     {"memory_clock_mhz", sample.memoryClockMHz},
                                                     {"temperature_c", sample.temperatureC},
                                                     {"power_w", sample.powerW},
                                                     {"clocks_event_reasons", sample.reasons}};
  bool any = false;
  for (const auto &[name, value] : figures) {
    if (value == unknown) continue;
    record.number(name, value);
    any = true;
  }
  if (any) diagnostic.write(record);
}

// --- The copies ----------------------------------------------------------------------------------

// GB/s of each copy, both directions counted.
std::vector<double> timeCopies(void *to, const void *from, size_t copied, int times) {
  cudaEvent_t begin, end;
  CUDA_OK(cudaEventCreate(&begin));
  CUDA_OK(cudaEventCreate(&end));
  std::vector<double> rates;
  for (int i = 0; i < warmUps + copies; i++) {
    CUDA_OK(cudaEventRecord(begin));
    for (int j = 0; j < times; j++)
      CUDA_OK(cudaMemcpyAsync(to, from, copied, cudaMemcpyDeviceToDevice));
    CUDA_OK(cudaEventRecord(end));
    CUDA_OK(cudaEventSynchronize(end));
    float milliseconds = 0;
    CUDA_OK(cudaEventElapsedTime(&milliseconds, begin, end));
    if (i >= warmUps) rates.push_back(2.0 * bytes / (milliseconds / 1e3) / 1e9);
  }
  CUDA_OK(cudaEventDestroy(begin));
  CUDA_OK(cudaEventDestroy(end));
  return rates;
}

void judgeBandwidth(Diagnostic &diagnostic, std::vector<double> rates, const Peak &peak) {
  std::sort(rates.begin(), rates.end());
  const size_t n = rates.size();
  const double median = (rates[(n - 1) / 2] + rates[n / 2]) / 2;
  double sum = 0, squares = 0;
  for (const double rate : rates) sum += rate;
  for (const double rate : rates) squares += (rate - sum / n) * (rate - sum / n);
  Record measured = diagnostic.begin("bandwidth", "candidate");
  measured.text("unit", "GB/s").number("n", n).raw("ddof", "0").number("median", median);
  measured.number("mean", sum / n).number("std", std::sqrt(squares / n));
  diagnostic.write(measured.number("min", rates.front()).number("max", rates.back()));
  if (peak.value == 0) {
    diagnostic.leaveOpen("bandwidth", "nobody says what the peak of this GPU is");
    return;
  }
  Record reference = diagnostic.begin("peak bandwidth", "reference");
  if (peak.busBits > 0) {
    reference.number("memory_clock_mhz", peak.memoryClockMHz).number("bus_bits", peak.busBits);
  }
  diagnostic.write(reference.text("unit", "GB/s").number("value", peak.value));
  // What both sides of a pair have to state is stated here once.
  Record share = diagnostic.begin("bandwidth", "candidate");
  share.text("against", "reference").number("n", n).raw("ddof", "0");
  char note[80];
  std::snprintf(note, sizeof note, "median %.0f GB/s of %.0f", median, peak.value);
  diagnostic.decide("bandwidth", share.number("share_of_peak", median / peak.value),
                    {{"missing_share", 1 - median / peak.value, 0.4},
                     {"largest_share", rates.back() / peak.value, 1}},
                    note);
}

int main(int argc, char **argv) {
  Diagnostic diagnostic(
      argc, argv, "d5-health", "memory bandwidth, clocks, temperature and throttling",
      {{"half-copied", "copy", "only the first half of the bytes is copied"},
       {"copied-twice", "bandwidth", "each copy is made twice while the clock runs"},
       {"throttled", "health", "the driver is taken to report a thermal slowdown"}});

  const Health before = health();
  const size_t count = bytes / sizeof(uint4);
  const Device<uint4> from(count), to(count);
  const Device<unsigned long long> wrong(std::vector<unsigned long long>{0});
  const Random random = diagnostic.random(1);
  fill<<<4096, threads>>>(from.data(), count, random);
  CUDA_OK(cudaGetLastError());

  const std::vector<double> rates =
      timeCopies(to.data(), from.data(), diagnostic.planted("half-copied") ? bytes / 2 : bytes,
                 diagnostic.planted("copied-twice") ? 2 : 1);
  countWrong<<<4096, threads>>>(to.data(), count, random, wrong.data());
  const double wrongWords = double(wrong.host()[0]);

  for (int i = 0; i < copiesUnderLoad; i++)
    CUDA_OK(cudaMemcpyAsync(to.data(), from.data(), bytes, cudaMemcpyDeviceToDevice));
  Health load = health();
  const bool busy = cudaStreamQuery(0) == cudaErrorNotReady;
  CUDA_OK(cudaDeviceSynchronize());
  if (diagnostic.planted("throttled")) load.reasons = 0x40;

  report(diagnostic, "health before", before);
  report(diagnostic, busy ? "health under load" : "health after load", load);
  report(diagnostic, "health after", health());
  const size_t words = bytes / sizeof(uint32_t);
  Record copied = diagnostic.begin("copy", "candidate");
  copied.text("against", "reference").number("n", words);
  diagnostic.decide("copy", copied, {{"wrong_words", wrongWords, 0}});
  judgeBandwidth(diagnostic, rates, peakOf(diagnostic.gpu()));
  if (!load.known()) {
    diagnostic.leaveOpen("health", "the driver does not say whether the clocks are held back");
    return diagnostic.finish();
  }
  Record held = diagnostic.begin("health", "candidate");
  held.text("against", "reference").number("n", 1).number("power_capped", load.powerCapped());
  diagnostic.decide("health", held, {{"slowdown_reasons", load.slowdown(), 0}});
  return diagnostic.finish();
}
