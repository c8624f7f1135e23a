/** The picture of a bundle, as a page beside it shows it. */
import type { RootContent } from 'mdast'
import type { Bundle } from '../bundle/index.ts'
import { details, image, paragraph, plain } from '../render/markdown/index.ts'
import type { Judgement } from '../judge/types.ts'

export const plotFile = 'divergence.svg'

/** Folded away, where the bundle has the picture. */
export function plotParts(files: Bundle['files'], judgement: Judgement): RootContent[] {
  return files.has(plotFile) ? details('Plot', [plotImage(judgement)]) : []
}

export function plotImage({ sides }: Pick<Judgement, 'sides'>): RootContent {
  const alt = `Divergence of ${sides.candidate} from ${sides.reference} by stage`
  return paragraph(image(plotFile, plain(alt)))
}
