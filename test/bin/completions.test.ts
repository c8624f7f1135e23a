import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { commands } from '../../bin/commands.ts'
import { completionsOf } from '../../bin/completions.ts'

async function scriptFor(shell: string): Promise<string> {
  let text = ''
  const out = (part: string | Uint8Array) => void (text += String(part))
  const io = { values: {}, positionals: [shell], out, err: out, cwd: '.', env: {} }
  expect(await completionsOf(commands).run(io)).toBe(0)
  return text
}

const completed = (script: string, ...words: string[]) =>
  execFileSync(
    'bash',
    [
      '-c',
      `${script}\nCOMP_WORDS=(${words.join(' ')})\nCOMP_CWORD=${words.length - 1}\n_codicil\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter((line) => line !== '')

it('bash completes commands, and the flags of each', async () => {
  const script = await scriptFor('bash')
  expect(completed(script, 'codicil', 'pl')).toEqual(['plot', 'plan'])
  expect(completed(script, 'codicil', 'blame', '--a')).toEqual(['--all'])
  expect(completed(script, 'codicil', 'replay', '--str')).toEqual(['--strict'])
})

it('zsh and fish are told of every command', async () => {
  const [zsh, fish] = [await scriptFor('zsh'), await scriptFor('fish')]
  for (const name of Object.keys(commands)) {
    expect(zsh).toContain(`'${name}:`)
    expect(fish).toContain(`-a ${name} -d '`)
  }
})

it('another shell is refused', async () => {
  await expect(scriptFor('csh')).rejects.toThrow('bash, zsh or fish')
})
