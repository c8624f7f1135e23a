/**
 * What a run shows as an in-toto statement with the predicate "test result", which policy engines
 * and GitHub's attestations understand.
 *
 * Fields as in https://github.com/in-toto/attestation: `spec/v1/statement.md`,
 * `spec/v1/resource_descriptor.md` and `spec/predicates/test-result.md`.
 */
import type { Bundle } from '../bundle/index.ts'
import type { Diagnostic } from '../evidence/index.ts'
import { artifactName, runName } from '../evidence/index.ts'
import { type DivergenceRow, type Judgement, verdicts } from '../judge/index.ts'

export const statementType = 'https://in-toto.io/Statement/v1'
export const testResultType = 'https://in-toto.io/attestation/test-result/v0.1'

export interface ResourceDescriptor {
  name?: string
  uri?: string
  /** Algorithm -> lower-case hex; `gitCommit` is the name of a commit. */
  digest: Readonly<Record<string, string>>
}

export interface TestResult {
  result: 'PASSED' | 'WARNED' | 'FAILED'
  configuration: ResourceDescriptor[]
  url?: string
  passedTests: string[]
  warnedTests: string[]
  failedTests: string[]
}

export interface Statement {
  _type: typeof statementType
  subject: ResourceDescriptor[]
  predicateType: typeof testResultType
  predicate: TestResult
}

/** The artifact that a bundle came in, where it came in one. */
export interface SealedArtifact {
  id: number | null
  /** SHA-256 of its bytes, 64 hex digits. */
  sha256: string
}

/**
 * The statement about a bundle that was read and checked.
 *
 * Subjects are the commit that was tested, as the predicate asks, then every file of the bundle and
 * the artifact.
 *
 * @param server address of GitHub's pages, without a final `/`
 * @param sha256 gives the digest in lower-case hex
 */
export function stateResult(
  bundle: Bundle,
  judgement: Judgement,
  artifact: SealedArtifact | null,
  server: string,
  sha256: (bytes: Uint8Array) => string,
): Statement {
  const { request } = bundle.evidence
  const page = request.repository && `${server}/${request.repository.name}`
  const run =
    bundle.evidence.run.id === null ? null : `${page}/actions/runs/${bundle.evidence.run.id}`
  const files = [...bundle.files].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    _type: statementType,
    subject: [
      ofCommit(page, request.sha),
      ...files.map(([name, bytes]) => ({ name, digest: { sha256: sha256(bytes) } })),
      ...(artifact ? [describeArtifact(artifact, request.id, page && run)] : []),
    ],
    predicateType: testResultType,
    predicate: predicate(bundle, judgement, page, page && run),
  }
}

/** JSON with a final line feed; the same statement gives the same bytes. */
export function serialiseStatement(statement: Statement | TestResult): string {
  return `${JSON.stringify(statement, null, 2)}\n`
}

function ofCommit(page: string | null, sha: string): ResourceDescriptor {
  return { ...(page && { uri: `git+${page}` }), digest: { gitCommit: sha } }
}

function describeArtifact(
  { id, sha256 }: SealedArtifact,
  request: string,
  run: string | null,
): ResourceDescriptor {
  return {
    name: `${artifactName(request)}.zip`,
    ...(run !== null && id !== null && { uri: `${run}/artifacts/${id}` }),
    digest: { sha256 },
  }
}

/** The commit is named among the configuration, too: who attests gives the subjects by name alone. */
function predicate(
  { evidence }: Bundle,
  judgement: Judgement,
  page: string | null,
  run: string | null,
): TestResult {
  const { request, settings, investigation, diagnostics, partial } = evidence
  const tests = [...diagnostics.map(ofDiagnostic), ...judgement.rows.map(ofStage)]
  const named = (outcome: TestResult['result']) =>
    tests.filter((test) => test.outcome === outcome).map(({ name }) => name)
  const [passedTests, warnedTests, failedTests] = [
    named('PASSED'),
    named('WARNED'),
    named('FAILED'),
  ]
  const sound = partial.length === 0 && judgement.environment.status === 'sound'
  const clean = sound && warnedTests.length === 0 && passedTests.length > 0
  return {
    result: failedTests.length > 0 ? 'FAILED' : clean ? 'PASSED' : 'WARNED',
    configuration: [
      ofCommit(page, request.sha),
      ...[settings, ...(investigation ? [investigation] : [])].map(({ file, sha256 }) => ({
        name: file,
        digest: { sha256 },
      })),
    ],
    ...(run !== null && { url: withAttempt(run, evidence.run.attempt) }),
    passedTests,
    warnedTests,
    failedTests,
  }
}

function withAttempt(run: string, attempt: number | null): string {
  return attempt === null ? run : `${run}/attempts/${attempt}`
}

interface Test {
  name: string
  outcome: TestResult['result']
}

function ofDiagnostic({ id, repeat, exit }: Diagnostic): Test {
  const well = exit.code === 0 && !exit.timedOut
  return { name: `diagnostic ${runName(id, repeat ?? 0)}`, outcome: well ? 'PASSED' : 'FAILED' }
}

/** Sides that were not compared have neither passed nor failed. */
function ofStage({ stage, cell }: DivergenceRow): Test {
  return { name: `stage ${stage}`, outcome: verdicts[cell.verdict].test }
}
