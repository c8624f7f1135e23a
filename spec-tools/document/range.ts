/** Places in a document. */

export interface Range {
  start: number
  end: number
}
