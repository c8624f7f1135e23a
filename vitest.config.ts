import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/network.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // As `codicil serve` is started: see bin/codicil.js.
    execArgv: ['--no-memory-protection-keys'],
    // More than a small machine has cores: many tests wait for processes, leases and compilers.
    maxWorkers: 3,
    server: {
      deps: {
        inline: [
          /@actions\/languageservice/,
          /@actions\/workflow-parser/,
          /@actions\/expressions/,
          /@actions\/languageserver/,
        ],
      },
    },
  },
})
