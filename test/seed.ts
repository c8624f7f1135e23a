/** Property tests try the same cases in every run; with another `FUZZ_SEED`, by hand, others. */
import * as fc from 'fast-check'

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  seed: Number(process.env['FUZZ_SEED'] ?? 20_261_130),
})
