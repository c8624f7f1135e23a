// What diagnostics write and decide, without a GPU: records, verdicts and random numbers.
#include "kernels.cuh"

using namespace codicil;

// The stages of a diagnostic, by the name of a plant: what each fault must lead to.
int judgeStages(int argc, char **argv) {
  Diagnostic diagnostic(argc, argv, "stages", "stages that pass and fail",
                        {{"off", "second", "one element is beyond its bound"},
                         {"nan", "second", "one element is NaN"},
                         {"empty", "second", "there are no elements"},
                         {"unjudged", "second", "there is no criterion"},
                         {"nan-criterion", "second", "a criterion is NaN"},
                         {"sizes", "second", "the sides have different sizes"},
                         {"twice", "second", "a criterion has the name of a figure"}},
                        [] { return Gpu{"a stand-in", "sm_0"}; });
  const auto judge = [&](const char *name, bool faulty) {
    const auto planted = [&](const char *plant) { return faulty && diagnostic.planted(plant); };
    Stage stage{name, {1, 2, 3.5}, {1, 2, 3}, {0, 0, 0.5}, {}, shaped({3})};
    if (planted("off")) stage.candidate[1] = 2.25;
    if (planted("nan")) stage.candidate[1] = std::nan("");
    if (planted("empty")) stage = {name, {}, {}, {}, {{"error", 0, 1}}, shaped({0})};
    if (planted("unjudged")) stage.bound = {};
    if (planted("nan-criterion")) stage.criteria = {{"sigmas", std::nan(""), 6}};
    if (planted("twice")) stage.criteria = {{"violations", 0, 0}};
    if (planted("sizes")) stage.reference.pop_back();
    diagnostic.judge(stage);
  };
  judge("first", false);
  judge("second", true);
  judge("third", true);
  return diagnostic.finish();
}

int printRecords() {
  Record awkward;
  awkward.text("stage", "a \"quoted\" \\ stage\twith a tab").text("side", "candidate");
  awkward.number("n", 3).number("mean", 0.1).number("std", std::nan(""));
  awkward.number("min", -INFINITY).number("max", INFINITY).number("large", 123456789.25);
  std::fputs(awkward.line().c_str(), stdout);

  // Moments of the numbers that the diagnostics draw, and the first of them, which must stay.
  const Random random{20240607, 1};
  double sum = 0, squares = 0;
  const int count = 1 << 16;
  for (int i = 0; i < count; i++) {
    sum += random.bell(i);
    squares += double(random.bell(i)) * random.bell(i);
  }
  Record drawn;
  drawn.text("stage", "drawn").number("n", count).number("mean", sum / count);
  drawn.number("std", std::sqrt(squares / count - sum / count * sum / count));
  drawn.number("first", random.bell(0)).number("uniform", random.uniform(0));
  std::fputs(drawn.line().c_str(), stdout);
  return 0;
}

int main(int argc, char **argv) {
  const bool records = argc == 2 && std::strcmp(argv[1], "--records") == 0;
  return records ? printRecords() : judgeStages(argc, argv);
}
