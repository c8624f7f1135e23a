/**
 * What was given cannot be used, and whoever gave it can mend it: settings, a bundle, a document.
 * Such an error becomes a reply; any other is the app's own trouble, to be tried again and logged.
 */
export class Unusable extends Error {
  override readonly name: string = 'Unusable'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Takes a step of the pure core. It does no input or output, so what it throws with a code is about
 * what it was given, and was written for its reader.
 */
export function given<T>(step: () => T): T {
  try {
    return step()
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (!(error instanceof Error) || typeof code !== 'string' || code.startsWith('ERR_'))
      throw error
    throw new Unusable(code, error.message, { cause: error })
  }
}
