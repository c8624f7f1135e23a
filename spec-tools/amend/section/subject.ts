import type { Bundle } from '../../evidence/index.ts'
import type { Judgement } from '../../measure/types.ts'
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
