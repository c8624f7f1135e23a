import { execa } from 'execa'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'
import { importsOf } from './imports.ts'

const root = join(import.meta.dirname, '../..')

/** What a program prints that holds nothing but what it uses of the pure core. */
async function printedByBundle(program: string): Promise<string> {
  const bundle = await rolldown({
    cwd: root,
    input: 'program',
    platform: 'node',
    treeshake: { moduleSideEffects: (id) => (id.includes('/spec-tools/') ? false : undefined) },
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === 'program' ? join(root, 'program.ts') : null),
        load: (id) => (id === join(root, 'program.ts') ? program : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const { stdout } = await execa(process.execPath, ['--input-type=module'], {
    input: output[0].code,
  })
  return stdout
}

describe('schemas', () => {
  it('take zod from one place, so that there is one of it', async () => {
    const users = (await importsOf(root)).filter(({ target }) => /^zod(?:\/|$)/.test(target))
    expect(users).toEqual([{ file: 'spec-tools/schema.ts', target: 'zod/mini', kind: 'package' }])
  })

  it.each([
    ["import { commitSha as schema } from './spec-tools/evidence/schema.ts'"],
    ["import { settings as schema } from './spec-tools/settings/schema.ts'"],
    ["import { investigation as schema } from './spec-tools/settings/investigation.ts'"],
  ])('say what is wrong when bundled too: %s', async (program) => {
    const print = 'console.log(schema.safeParse(5).error.issues[0].message)'
    expect(await printedByBundle(`${program}\n${print}`)).toMatch(
      /^Invalid input: expected (?:string|object), received number$/,
    )
  })
})
