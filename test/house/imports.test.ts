import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { broken, circle, importsOf } from './imports.ts'

const imports = await importsOf(join(import.meta.dirname, '../..'))

describe('the direction of imports', () => {
  it('is kept by every file of every room', () => {
    expect(imports.flatMap((one) => broken(one) ?? [])).toEqual([])
  })

  it('was looked at in all rooms', () => {
    for (const room of ['app', 'bin', 'demo', 'kernels-runner', 'spec-tools']) {
      const inspected = imports.filter(({ file }) => file.startsWith(`${room}/`))
      expect({ room, enough: inspected.length > 10 }).toEqual({ room, enough: true })
    }
    const entry = imports.filter(({ file }) => file === 'action/index.ts')
    expect(entry.map(({ target }) => target)).toEqual([
      'action/server.ts',
      'action/amend.ts',
      'kernels-runner/action.ts',
    ])
  })

  it('goes in no circle, types included', () => {
    expect(circle(imports)).toBeNull()
    const back = { file: 'app/states.ts', target: 'app/converge/next.ts', kind: 'file' } as const
    expect(circle([...imports, back])).toContain('app/states.ts > app/converge/next.ts')
  })

  it.each([
    ['kernels-runner/run.ts', 'app/app.ts', 'file'],
    ['app/app.ts', 'kernels-runner/run.ts', 'file'],
    ['spec-tools/document/parse.ts', 'app/app.ts', 'file'],
    ['spec-tools/document/parse.ts', 'bin/main.ts', 'file'],
    ['app/app.ts', 'spec-tools/document/parse.ts', 'file'],
    ['spec-tools/document/parse.ts', 'node:fs', 'builtin'],
    ['spec-tools/document/parse.ts', 'execa', 'package'],
    ['spec-tools/evidence/facts.ts', 'spec-tools/logs/index.ts', 'file'],
    ['spec-tools/judge/judge.ts', 'spec-tools/amend/index.ts', 'file'],
    ['spec-tools/judge/judge.ts', 'test/judge/bundle.ts', 'file'],
    ['demo/stage.ts', 'test/fixtures/figures.ts', 'file'],
    ['app/app.ts', 'demo/hub/index.ts', 'file'],
    ['app/app.ts', 'action/amend.ts', 'file'],
    ['kernels-runner/run.ts', 'action/amend.ts', 'file'],
  ] as const)('would be broken by %s importing %s', (file, target, kind) => {
    expect(broken({ file, target, kind })).toBeTypeOf('string')
  })

  it.each([
    ['app/app.ts', 'spec-tools/index.ts', 'file'],
    ['spec-tools/document/parse.ts', 'spec-tools/evidence/index.ts', 'file'],
    ['bin/demo.ts', 'app/index.ts', 'file'],
    ['action/amend.ts', 'app/once.ts', 'file'],
    ['action/index.ts', 'kernels-runner/action.ts', 'file'],
    ['demo/stage.ts', 'app/index.ts', 'file'],
    ['spec-tools/judge/judge.ts', 'spec-tools/evidence/index.ts', 'file'],
    ['spec-tools/document/parse.ts', 'zod', 'package'],
  ] as const)('allows %s to import %s', (file, target, kind) => {
    expect(broken({ file, target, kind })).toBeUndefined()
  })
})
