/** Findings as SARIF 2.1.0, the form that GitHub's code scanning and editors read. */
import { rules } from './rules/index.ts'
import type { Finding } from './types.ts'

/** One run of one tool over the files given, as a SARIF log. */
export function toSarif(
  files: readonly { path: string; findings: readonly Finding[] }[],
  version: string,
): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'codicil',
            version,
            rules: rules.map(({ name, about }) => ({
              id: name,
              shortDescription: { text: about },
            })),
          },
        },
        // Our columns are indices into UTF-16 text.
        columnKind: 'utf16CodeUnits',
        results: files.flatMap(({ path, findings }) => findings.map((one) => result(path, one))),
      },
    ],
  }
}

function result(
  path: string,
  { rule, severity, message, line, column, fix, start, end }: Finding,
): object {
  const artifactLocation = { uri: path.split('/').map(encodeURIComponent).join('/') }
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ name }) => name === rule),
    level: severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          region: {
            startLine: line,
            startColumn: column,
            charOffset: start,
            charLength: end - start,
          },
        },
      },
    ],
    ...(fix && {
      fixes: [
        {
          description: { text: 'The one change that is certain.' },
          artifactChanges: [
            {
              artifactLocation,
              replacements: [
                {
                  deletedRegion: { charOffset: fix.start, charLength: fix.end - fix.start },
                  insertedContent: { text: fix.text },
                },
              ],
            },
          ],
        },
      ],
    }),
  }
}
