/** What the command line uses of the runner: the same run as the Action's, without GitHub. */
export { cacheFolder } from './environment.ts'
export { readDeclarations } from './declarations.ts'
export { usualPaths as nvidiaSmiPaths } from './gpu/probe.ts'
export { plainLog } from './job-log.ts'
export { builtins, kernelCache, kernelSources, namedBuiltins } from './kernels/suite.ts'
export { runDiagnostics } from './run.ts'
