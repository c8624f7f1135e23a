import { describe, expect, it } from 'vitest'
import { amendBytes, decodeSpec } from '../../spec-tools/amend/bytes.ts'
import { applyEdits, invertEdits, readSpec, Refusal } from '../../spec-tools/document/index.ts'
import { PARAGRAPH, probeIntent } from './probe.ts'
import { corpusIsHere, realSpecs } from './shared.ts'

const specs = corpusIsHere ? realSpecs() : []
const amended = specs.filter(({ expect: wanted }) => wanted !== 'refuse')
const refused = specs.filter(({ expect: wanted }) => wanted === 'refuse')

/** Where the probe stands in each document: the headings on either side, looked at by eye. */
const places: Record<string, [before: string, heading: string, after: string | null]> = {
  '03': ['## Risks & open questions', '## Probe', '## References'],
  '04': ['## §14. References', '## §15. Probe', '## Appendix A: Exit Codes'],
  '08': ['## Status: 166/166 Complete', '## Probe', null],
  '09': ['### 17.6 Implementation', '## 18. Probe', null],
  '12': ['### Safety Requirements', '## 17. Probe', '## Appendix A: Glossary'],
  '15': ['## 12. Revision History', '## 13. Probe', null],
  '28': ['## 12.24 Boolean expressions', '## 12.25 Probe', null],
  '44': ['## Textual content', '# Probe', '# Appendix: A parsing strategy'],
  '52': ['## 5. References', '## 6. Probe', null],
  '73': ['### 7.6. Chaining Trust with `https_spiffe`', '## 8. Probe', null],
}

describe.skipIf(!corpusIsHere)('a real living spec', () => {
  it('has been looked for in the corpus', () => {
    expect([amended.length, refused.length]).toEqual([33, 5])
  })

  it.each(amended)(
    '$file takes a section and a version, and no other byte changes',
    ({ bytes }) => {
      const { text, encode } = decodeSpec(bytes)
      expect(Buffer.from(encode(text)).equals(bytes)).toBe(true)
      const spec = readSpec(text)
      const intent = probeIntent(spec)
      const applied = amendBytes(bytes, intent)

      const placed = new Set(applied.placed.map(({ part }) => part))
      expect(placed.has('section')).toBe(true)
      expect(placed.has('version')).toBe(spec.version !== null)
      expect(applyEdits(text, applied.edits)).toBe(applied.text)
      const removed = applied.edits.map(({ start, end }) => text.slice(start, end))
      expect(removed.filter((one) => one.trim() !== '')).toEqual(
        spec.version
          ? applied.placed.filter(({ part }) => part === 'version').map(() => spec.version?.token)
          : [],
      )

      const after = readSpec(applied.text)
      const probe = after.sections.find(({ heading }) => heading === intent.sections?.[0]?.heading)
      expect(after.sections.length).toBe(spec.sections.length + 1)
      expect(applied.text.slice(probe?.own.start, probe?.own.end)).toContain(PARAGRAPH)
      expect(after.version?.token ?? null).toBe(intent.version)
    },
  )

  it.each(amended)('$file is the same again once the probe is taken back', ({ bytes }) => {
    const { text, encode } = decodeSpec(bytes)
    const applied = amendBytes(bytes, probeIntent(readSpec(text)))
    const back = encode(applyEdits(applied.text, invertEdits(text, applied.edits)))
    expect(Buffer.from(back).equals(bytes)).toBe(true)
  })

  it.each(amended)('$file does not take the same probe twice', ({ bytes }) => {
    const { text } = decodeSpec(bytes)
    const intent = probeIntent(readSpec(text))
    const once = amendBytes(bytes, intent)
    expect(amendBytes(once.bytes, intent).edits).toEqual([])
  })

  it.each(Object.entries(places))(
    '%s… has the probe where a reader looks for it',
    (prefix, place) => {
      const spec = specs.find(({ file }) => file.startsWith(prefix))
      const { text } = decodeSpec(spec?.bytes ?? new Uint8Array())
      const { sections } = readSpec(
        amendBytes(spec?.bytes ?? new Uint8Array(), probeIntent(readSpec(text))).text,
      )
      const at = sections.findIndex(({ name }) => name === 'Probe')
      const shown = [sections[at - 1], sections[at], sections[at + 1]].map((section) => {
        return section ? `${'#'.repeat(section.level)} ${section.heading}` : null
      })
      expect(shown).toEqual(place)
    },
  )

  it.each(refused)('$file is refused with its line and a remedy', ({ bytes }) => {
    const { text } = decodeSpec(bytes)
    const amend = () => amendBytes(bytes, probeIntent(readSpec(text)))
    const explained = expect.objectContaining({
      line: expect.any(Number),
      remedy: expect.stringMatching(/./),
    })
    expect(amend).toThrow(Refusal)
    expect(amend).toThrow(explained)
  })
})
