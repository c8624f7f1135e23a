/** Makes calls fail: before they take effect, or after they did and only the answer is lost. */
export interface Fault {
  match: {
    method?: string
    /** Tested against what the call is about, with its query; a string must be the whole of it. */
    path?: RegExp | string
    /** GitHub's operation id, such as `pulls/create`. */
    operation?: string
  }
  when: 'before' | 'after'
  /** An HTTP status; `reset` cuts the connection; `hang` never answers; `held` waits for `held`. */
  status: number | 'reset' | 'hang' | 'held'
  /** What the call waits for, before it takes effect or after; then it is answered as ever. */
  held?: () => Promise<unknown>
  /** Headers of the answer, such as `retry-after`. */
  headers?: Record<string, string>
  body?: unknown
  /** How many calls fail; once, unless told. */
  times?: number
  /** How many matching calls pass first. */
  skip?: number
}

interface Armed extends Fault {
  times: number
  skip: number
}

export class Faults {
  #armed: Armed[] = []
  /** Faults that happened, in order. */
  readonly fired: Fault[] = []

  /** @returns takes the fault away again */
  add(fault: Fault): () => void {
    const armed = { ...fault, times: fault.times ?? 1, skip: fault.skip ?? 0 }
    this.#armed.push(armed)
    return () => {
      this.#armed = this.#armed.filter((each) => each !== armed)
    }
  }

  clear(): void {
    this.#armed = []
  }

  /** The fault that this call meets, counted; asked once a call. */
  meet(call: { method: string; path: string; operation?: string | undefined }): Fault | undefined {
    const fault = this.#armed.find((each) => each.times > 0 && fits(each.match, call))
    if (!fault) return undefined
    if (fault.skip > 0) {
      fault.skip -= 1
      return undefined
    }
    fault.times -= 1
    this.fired.push(fault)
    return fault
  }
}

function fits(
  { method, path, operation }: Fault['match'],
  call: { method: string; path: string; operation?: string | undefined },
): boolean {
  if (method !== undefined && method.toUpperCase() !== call.method) return false
  if (operation !== undefined && operation !== call.operation) return false
  if (path === undefined) return true
  return typeof path === 'string' ? path === call.path : path.test(call.path)
}
