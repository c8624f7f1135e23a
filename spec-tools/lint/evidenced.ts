/** What a section may state, from the record and the bundle of its amendment. */
import type { AmendmentRecord } from '../amend/record.ts'
import type { Bundle } from '../bundle/index.ts'
import type { EvidencedSection } from './types.ts'

const number = /[-−+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?/gi

export function evidencedSection(record: AmendmentRecord, bundle: Bundle): EvidencedSection {
  const derived = record.figures.flatMap(({ text }) => text.match(number) ?? [])
  const printed = bundle.evidence.measurements.flatMap(({ figures }) =>
    Object.values(figures).map((figure) => figure.printed),
  )
  const { section } = record.ground
  return {
    section: section?.number ?? section?.heading ?? '',
    folder: record.folder,
    figures: new Set([...derived, ...printed]),
  }
}
