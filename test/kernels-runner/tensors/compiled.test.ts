import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the compiled kernel and its worker are what their sources give', async () => {
  const tool = join(import.meta.dirname, '../../../tools/build-wasm.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [tool, '--check'])
  expect(stdout).toContain('up to date')
})
