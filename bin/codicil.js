#!/usr/bin/env node
// The launcher of the command line: plain JavaScript, so that it works before installation.
import { fileURLToPath } from 'node:url'
import { runOnNode24 } from '../tools/node24.js'

const args = process.argv.slice(2)
// The app has WebAssembly beside worker threads, which ends V8 13 now and then where the processor has
// memory protection keys (nodejs/node#64500).
const flags = ['serve', 'demo'].includes(args[0]) ? ['--no-memory-protection-keys'] : []
await runOnNode24(fileURLToPath(new URL('main.ts', import.meta.url)), args, flags)
