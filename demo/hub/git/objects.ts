import { execa } from 'execa'
import { gitEnvironment } from './run-git.ts'

export type GitType = 'blob' | 'tree' | 'commit' | 'tag'

export interface GitObject {
  id: string
  type: GitType
  content: Buffer
}

/** Who and when, as a commit records it. */
export interface GitIdentity {
  name: string
  email: string
  date: Date
}

export interface ParsedCommit {
  id: string
  tree: string
  parents: string[]
  author: GitIdentity
  committer: GitIdentity
  message: string
}

export interface TreeEntry {
  mode: string
  name: string
  id: string
}

/**
 * Reads objects through one long-lived `git cat-file --batch`: answers come in the order of the
 * questions. Loose objects and references that appear meanwhile are seen.
 */
export class ObjectReader {
  readonly #process
  readonly #waiting: Array<(object: GitObject | undefined) => void> = []
  #received = Buffer.alloc(0)

  constructor(directory: string) {
    this.#process = execa('git', ['--git-dir', directory, 'cat-file', '--batch'], {
      env: gitEnvironment,
      extendEnv: false,
      encoding: 'buffer',
      buffer: false,
      reject: false,
    })
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#answer()
    })
  }

  /** @param name an object id or a full reference name; anything else must not come here */
  read(name: string): Promise<GitObject | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#process.stdin.write(`${name}\n`)
    })
  }

  async close(): Promise<void> {
    this.#process.stdin.end()
    await this.#process
  }

  #answer(): void {
    for (;;) {
      const lineEnd = this.#received.indexOf(10)
      if (lineEnd < 0) return
      const header = this.#received.subarray(0, lineEnd).toString()
      const [, id, type, size] = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(header) ?? []
      if (!id) {
        this.#received = this.#received.subarray(lineEnd + 1)
        this.#waiting.shift()?.(undefined)
        continue
      }
      const start = lineEnd + 1
      const end = start + Number(size)
      if (this.#received.length < end + 1) return
      const content = Buffer.from(this.#received.subarray(start, end))
      this.#received = this.#received.subarray(end + 1)
      this.#waiting.shift()?.({ id, type: type as GitType, content })
    }
  }
}

export function parseCommit({ id, content }: GitObject): ParsedCommit {
  const text = content.toString()
  const headerEnd = text.indexOf('\n\n')
  const headers = text.slice(0, headerEnd).split('\n')
  const all = (key: string) =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
  return {
    id,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: parseIdentity(all('author')[0] ?? ''),
    committer: parseIdentity(all('committer')[0] ?? ''),
    message: text.slice(headerEnd + 2),
  }
}

/** A commit object's bytes; identity dates are written in UTC. */
export function serialiseCommit(commit: Omit<ParsedCommit, 'id'>): string {
  return [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${serialiseIdentity(commit.author)}`,
    `committer ${serialiseIdentity(commit.committer)}`,
    '',
    commit.message,
  ].join('\n')
}

export function parseTree({ content }: GitObject): TreeEntry[] {
  const entries: TreeEntry[] = []
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at)
    const nul = content.indexOf(0, space)
    entries.push({
      mode: content.subarray(at, space).toString().padStart(6, '0'),
      name: content.subarray(space + 1, nul).toString(),
      id: content.subarray(nul + 1, nul + 21).toString('hex'),
    })
    at = nul + 21
  }
  return entries
}

/** A tree object's bytes: in git's order, where a folder sorts as if its name ended in a slash. */
export function serialiseTree(entries: TreeEntry[]): Buffer {
  const key = ({ mode, name }: TreeEntry) => Buffer.from(mode === '040000' ? `${name}/` : name)
  const ordered = entries.toSorted((a, b) => Buffer.compare(key(a), key(b)))
  const parts = ordered.map(({ mode, name, id }) =>
    Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(id, 'hex')]),
  )
  return Buffer.concat(parts)
}

export function typeOfMode(mode: string): 'blob' | 'tree' | 'commit' {
  if (mode === '040000') return 'tree'
  return mode === '160000' ? 'commit' : 'blob'
}

function parseIdentity(line: string): GitIdentity {
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line) ?? []
  return { name, email, date: new Date(Number(seconds) * 1000) }
}

function serialiseIdentity({ name, email, date }: GitIdentity): string {
  // eslint-disable-next-line no-control-regex
  const plain = (text: string) => text.replace(/[<>\u0000-\u001f]/g, '')
  return `${plain(name)} <${plain(email)}> ${Math.floor(date.getTime() / 1000)} +0000`
}
