import type { Bundle } from '../../bundle/index.ts'
import type { Judgement } from '../../judge/types.ts'
import type { Figures } from '../figures.ts'
import type { Ground } from '../ground/index.ts'
import type { Origin } from '../types.ts'

/** What a section is about. */
export interface Subject {
  bundle: Bundle
  judgement: Judgement
  ground: Ground
  origin: Origin
  /** Folder of the committed evidence, with a final slash. */
  folder: string
  figures: Figures
}
