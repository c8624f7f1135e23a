/** Thrown by a step that must be tried again after a while, though nothing is wrong with it. */
export class Later extends Error {
  override readonly name = 'Later'
  readonly seconds: number

  constructor(seconds: number, reason: string) {
    super(reason)
    this.seconds = seconds
  }
}
