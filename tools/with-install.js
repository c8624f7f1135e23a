#!/usr/bin/env node
// node tools/with-install.js <script> [argument ...]: runs a script of this repository on Node 24
// after making sure that what it needs is installed.
import { runOnNode24 } from './node24.js'

const [script, ...args] = process.argv.slice(2)
await runOnNode24(script, args)
