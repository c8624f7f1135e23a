/** What was learnt about a document, each finding with the line that shows it. */
import { backMatter } from './back.ts'
import { numberedSiblings, orderOf, siblingsOf, topLevel } from './siblings.ts'
import { rivals } from './versions.ts'
import type { Finding, Overrides, Section, Spec, Style } from './types.ts'

type Read = Omit<Spec, 'style'>

export function learnStyle(spec: Read, overrides: Overrides): Style {
  const sectionLevel = overrides.sectionLevel ?? topLevel(spec)
  const numbered = numberedSiblings(siblingsOf(spec, null, sectionLevel))
  const order = overrides.order ?? orderOf(numbered)
  const numbering = numbered[0]?.key.kind ?? 'none'
  const findings = [
    ...aboutFile(spec),
    ...aboutVersion(spec),
    ...aboutSections(spec, sectionLevel, numbered, order),
    ...aboutEnd(spec, sectionLevel),
    ...aboutHistory(spec),
    ...spec.refusals.map(({ what, line }) => ({ topic: 'refused', finding: what, line })),
  ]
  return { findings, sectionLevel, numbering, order }
}

function aboutFile({ eol, bom, lines, title, frontMatter, opaque }: Read): Finding[] {
  const endings = { '\n': 'LF', '\r\n': 'CRLF', '\r': 'CR' }[eol.text]
  const findings: Finding[] = [
    {
      topic: 'line endings',
      finding: `${endings}${eol.mixed ? ', mixed with others' : ''}${eol.final ? '' : ', none after the last line'}`,
      line: eol.final ? null : lines.count,
    },
  ]
  if (bom) findings.push({ topic: 'byte order mark', finding: 'kept', line: 1 })
  if (frontMatter) {
    const names = frontMatter.entries.map(({ name }) => name).join(', ')
    findings.push({ topic: 'front matter', finding: `${frontMatter.kind}: ${names}`, line: 1 })
  }
  findings.push(
    title
      ? { topic: 'title', finding: `${title.heading} (${title.form})`, line: title.line }
      : { topic: 'title', finding: 'none', line: null },
  )
  for (const { kind, line, closed } of opaque) {
    if (!closed) findings.push({ topic: 'unclosed', finding: `${kind} runs to the end`, line })
  }
  return findings
}

function aboutVersion({ version, versions, fields, banners }: Read): Finding[] {
  const findings: Finding[] = []
  const [rival] = rivals(versions)
  if (version) {
    findings.push({
      topic: 'version',
      finding: `${version.token} (${version.place})`,
      line: version.line,
    })
  } else if (rival && versions[0]) {
    const finding = `ambiguous: ${versions[0].token} or ${rival.token}`
    findings.push({ topic: 'version', finding, line: rival.line })
  } else {
    findings.push({ topic: 'version', finding: 'none', line: null })
  }
  for (const { token, place, line } of versions) {
    if (line === version?.line || place === 'history' || place === 'banner') continue
    findings.push({ topic: 'also states a version', finding: `${token} (${place})`, line })
  }
  const header = fields.filter(({ place }) => place === 'header')
  if (header[0]) {
    const finding = `${header.map(({ name }) => name).join(', ')} (${header[0].form})`
    findings.push({ topic: 'header fields', finding, line: header[0].line })
  }
  if (banners[0]) {
    const finding = `${banners.length} lines "${banners[0].label}", newest ${banners[0].version}`
    findings.push({ topic: 'banners', finding, line: banners[0].line })
  }
  return findings
}

function aboutSections(
  { contents }: Read,
  level: number,
  numbered: readonly Section[],
  order: Style['order'],
): Finding[] {
  const findings: Finding[] = [
    { topic: 'section level', finding: String(level), line: numbered[0]?.line ?? null },
  ]
  const first = numbered[0]
  const last = numbered.at(-1)
  if (first?.key && last?.key) {
    const { kind } = first.key
    const finding = `${kind}, ${written(first)} to ${written(last)}, ${order}`
    findings.push({ topic: 'section numbers', finding, line: first.line })
    const marked = numbered.filter(({ key }) => key?.mark === '§').length
    if (marked > 0) {
      const at = numbered.find(({ key }) => key?.mark === '§')?.line ?? null
      findings.push({ topic: 'section sign', finding: `${marked} of ${numbered.length}`, line: at })
    }
  } else {
    findings.push({ topic: 'section numbers', finding: 'none', line: null })
  }
  for (const { entries, line } of contents) {
    findings.push({ topic: 'contents', finding: `${entries.length} links`, line })
  }
  return findings
}

function aboutEnd(spec: Read, level: number): Finding[] {
  const { sections, closing, definitions } = backMatter(spec, level)
  const findings: Finding[] = sections.map(({ heading, line }) => ({
    topic: 'stands at the end',
    finding: heading,
    line,
  }))
  if (closing) {
    findings.push({ topic: 'stands at the end', finding: 'end marker', line: closing.line })
  }
  if (definitions) {
    findings.push({
      topic: 'stands at the end',
      finding: 'link definitions',
      line: definitions.line,
    })
  }
  return findings
}

function aboutHistory({ history }: Read): Finding[] {
  if (history === null) return [{ topic: 'history', finding: 'none', line: null }]
  const { form, order, entries, line } = history
  const newest = order === 'descending' ? entries[0] : entries.at(-1)
  const finding = `${form}, ${order}, ${entries.length} entries, newest ${newest?.version ?? 'none'}`
  return [{ topic: 'history', finding, line }]
}

function written({ key }: Section): string {
  return key ? `${key.mark}${key.written}` : ''
}
