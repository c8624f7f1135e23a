/** The app's errors that mean something to whoever catches them. */
import { CodicilError } from '../spec-tools/index.ts'

/** Thrown by a step that must be tried again after a while, though nothing is wrong with it. */
export class RetryLater extends Error {
  override readonly name: string = 'RetryLater'
  readonly seconds: number

  constructor(seconds: number, reason: string) {
    super(reason)
    this.seconds = seconds
  }
}

/** GitHub has set a limit: until it ends nothing is asked, whatever happens meanwhile. */
export class LimitReached extends RetryLater {
  override readonly name = 'LimitReached'
}

/**
 * What was given cannot be used, and whoever gave it can mend it: settings, a bundle, a document.
 * Such an error becomes a reply; any other is the app's own trouble, to be tried again and logged.
 */
export class InvalidInput extends CodicilError {
  override readonly name: string = 'InvalidInput'

  constructor(code: string, what: string, options?: ErrorOptions) {
    super({ code, what, ...options })
  }
}
