import { execa } from 'execa'

/**
 * The environment of every git process: none of the person's own settings, hooks or identity, so
 * that the same calls make the same objects on every machine.
 */
export const gitEnvironment = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

interface GitRun {
  directory: string
  args: string[]
  /** Exit codes that are an answer, not a failure; 0 always is. */
  allow?: number[]
}

export interface GitAnswer {
  exitCode: number
  stdout: Buffer
}

/** Runs one git command in a bare repository; stdout as bytes. Throws on other exit codes. */
export async function runGit({ directory, args, allow = [] }: GitRun): Promise<GitAnswer> {
  const result = await execa('git', ['--git-dir', directory, ...args], {
    env: gitEnvironment,
    extendEnv: false,
    stdin: 'ignore',
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
  })
  const exitCode = result.exitCode ?? -1
  if (exitCode !== 0 && !allow.includes(exitCode)) {
    const complaint = Buffer.from(result.stderr ?? '').toString() || result.message
    throw new Error(`git ${args.join(' ')} failed in ${directory}: ${complaint}`)
  }
  return { exitCode, stdout: Buffer.from(result.stdout ?? '') }
}
