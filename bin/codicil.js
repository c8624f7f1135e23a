#!/usr/bin/env node
// The launcher of the command line: plain JavaScript, so that it works before installation.
import { fileURLToPath } from 'node:url'
import { runOnNode24 } from '../tools/node24.js'

await runOnNode24(fileURLToPath(new URL('main.ts', import.meta.url)), process.argv.slice(2))
