/**
 * The base of every error that is written for a person: a code for programs, what happened, where,
 * and what to do. Whatever is not of this class is a defect and keeps its stack.
 */
export interface ErrorDetails<Code extends string = string> {
  /** In lower case with hyphens: `missing-file`. */
  code: Code
  /** What happened, as a clause or a sentence. */
  what: string
  /** File, followed by the place in it: `evidence.json:12:3`. */
  where?: string | undefined
  /** What was found there, shortened. */
  received?: string | undefined
  /** What the reader can do about it, as sentences. */
  remedy?: string | undefined
  cause?: unknown
}

export class CodicilError<Code extends string = string> extends Error {
  override readonly name: string = 'CodicilError'
  readonly code: Code
  readonly what: string
  readonly where: string | undefined
  readonly received: string | undefined
  readonly remedy: string | undefined

  /** @param message instead of the sentence that the details make up */
  constructor(details: ErrorDetails<Code>, message = sentence(details)) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = details.code
    this.what = details.what
    this.where = details.where
    this.received = details.received
    this.remedy = details.remedy
  }
}

/** `file:3: what (received this). Do that.` */
function sentence({ where, what, received, remedy }: ErrorDetails): string {
  const place = where === undefined ? '' : `${where}: `
  const got = received === undefined ? '' : ` (received ${received})`
  return `${place}${what}${got}${remedy === undefined ? '' : `. ${remedy}`}`
}

/** What Node adds to the error of a failed system call. */
interface SystemError extends Error {
  code?: string
  syscall?: string
  path?: string
  address?: string
  port?: number
}

/** What a failed system call means to the person who named the path or address. */
const systemErrors: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no ${path}. Check the path.`,
  ENOTDIR: (path) => `${path} is not a folder. Check the path.`,
  EISDIR: (path) => `${path} is a folder, and a file is needed. Name the file.`,
  EACCES: (path) => `${path} may not be read or written by this user. Change its permissions.`,
  EPERM: (path) => `${path} may not be changed by this user. Change its permissions.`,
  EROFS: (path) => `${path} lies on a read-only file system. Choose another place.`,
  ENOSPC: (path) => `No space is left for ${path}. Free some, or choose another place.`,
  EEXIST: (path) => `${path} already exists. Choose another name, or remove it.`,
  EADDRINUSE: (address) => `Another program listens on ${address}. Choose another port.`,
  ECONNREFUSED: (address) => `Nothing answers at ${address}. Check the address, or start it.`,
}

/**
 * What to tell a person about an error, or null for a defect, which is to be shown with its stack.
 * A failed call on a path or an address counts as explained: somebody named that place.
 */
export function explained(error: unknown): string | null {
  if (error instanceof CodicilError) return error.message
  if (!(error instanceof Error)) return null
  const { code = '', syscall, path, address, port } = error as SystemError
  const explain = Object.hasOwn(systemErrors, code) ? systemErrors[code] : undefined
  const place = path ?? (address === undefined ? undefined : `${address}:${port}`)
  return explain === undefined || syscall === undefined || place === undefined
    ? null
    : explain(place)
}
