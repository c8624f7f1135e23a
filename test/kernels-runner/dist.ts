/** The built Action; loading this fails where it is not what the sources give. */
import { execa } from 'execa'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const { failed, stderr } = await execa(process.execPath, ['tools/build-action.ts', '--check'], {
  cwd: root,
  reject: false,
})
if (failed) throw new Error(`A test of an old build says nothing. ${stderr}`)

/** Its folder. */
export const dist = join(root, 'dist')
