import { silentRanges, within } from '../../document/prose.ts'
import type { Section, Spec } from '../../document/index.ts'
import type { EvidencedSection, Problem, Rule } from '../types.ts'

/** Evidence that the document names is in the repository. */
export const evidenceExists: Rule = {
  name: 'evidence-exists',
  about: 'Evidence folders and files that the document names exist in the repository.',
  check(spec, { exists }) {
    if (exists === undefined) return []
    const pattern = /(?<![\w./-])((?:[\w.-]+\/)*evidence\/[\w.-]+(?:\/[\w.-]+)*\/?)(?![\w/{<*…-])/g
    const fences = spec.opaque
    return [...spec.text.matchAll(pattern)].flatMap((match): Problem[] => {
      const path = (match[1] ?? '').replace(/\.$/, '')
      if (within(fences, match.index) || exists(path)) return []
      const start = match.index
      return [{ start, end: start + path.length, message: `${path} is not in the repository.` }]
    })
  },
}

/** In a section that rests on evidence, every figure is one of the bundle's. */
export const figuresResolve: Rule = {
  name: 'figures-resolve',
  about: 'Each figure of a section with evidence is in its bundle, or is marked as quoted.',
  check(spec, { evidence }) {
    const silent = silentRanges(spec)
    return evidence.flatMap((one) => {
      const section = sectionOf(spec, one.section)
      return section === undefined ? [] : strangers(spec, section, one, silent)
    })
  },
}

function sectionOf({ sections }: Spec, name: string): Section | undefined {
  return sections.find(({ key, heading }) => key?.written === name || heading === name)
}

/**
 * Figures are numbers with a decimal point or of at least three digits; smaller whole numbers count
 * things. Code and quotations show what somebody else wrote and are marked by that.
 */
function strangers(
  spec: Spec,
  section: Section,
  { folder, figures }: EvidencedSection,
  silent: ReturnType<typeof silentRanges>,
): Problem[] {
  const { start, end } = section.subtree
  const quotes = spec.blocks.filter(({ kind }) => kind === 'quote')
  const headings = spec.sections.map(({ headingRange }) => headingRange)
  const pattern =
    /(?<![\w§#./:-])[-−+]?(?:\d+\.\d+(?:e[-+]?\d+)?|\.\d+|\d{3,})(?:%| %)?(?![\w-]|\.\d|:\d|→)/g
  return [...spec.text.slice(start, end).matchAll(pattern)].flatMap((match): Problem[] => {
    const at = start + match.index
    const written = match[0].replace(/\s?%$/, '')
    const skip =
      within(silent, at) ||
      within(quotes, at) ||
      within(headings, at) ||
      // `v2`, and the numbers of names such as `RFC 9110`.
      /(?:\bv|\b[A-Z]{2,}[ -])$/.test(spec.text.slice(Math.max(0, at - 8), at)) ||
      figures.has(written) ||
      figures.has(match[0])
    if (skip) return []
    return [
      {
        start: at,
        end: at + match[0].length,
        message: `${match[0]} is no figure of ${folder}. Take it from there, or mark it as quoted (\`${match[0]}\`, or a quotation).`,
      },
    ]
  })
}
