/** What a task of the core may take. */

export interface CoreLimits {
  /** Milliseconds for one task, its waiting left out. */
  milliseconds: number
  /** MiB of a process's heap; the bytes of a bundle's files come on top. */
  heap: number
  /** Tasks that run at once. */
  processes: number
  /** Milliseconds after which a process without work is ended. */
  idle: number
}

export const coreLimits: CoreLimits = {
  milliseconds: 60_000,
  heap: 1024,
  processes: 2,
  idle: 30_000,
}
