import { defineConfig } from 'vitest/config'

/** Tests of the pure core: they share a process, and what it has loaded. */
const pure = [
  'amend',
  'corpus',
  'document',
  'evidence',
  'judge',
  'lint',
  'logs',
  'render',
  'seal',
  'settings',
].map((room) => `test/${room}/**/*.test.ts`)

export default defineConfig({
  test: {
    setupFiles: ['test/network.ts', 'test/seed.ts'],
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
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: pure } },
    ],
  },
})
