/** Sealing: a bundle is checked against itself and against what is known of its run, then stated. */
import { compareFindings } from '../amend/index.ts'
import { readBundle, rereadMeasurements } from '../bundle/index.ts'
import type { Evidence } from '../evidence/index.ts'
import { judge } from '../judge/index.ts'
import type { KnownRun } from './known.ts'
import { SealRefusal } from './refusal.ts'
import { stateResult, type Statement } from './statement.ts'

/**
 * @param files the bundle: path in it -> bytes
 * @param sha256 gives the digest in lower-case hex
 * @throws BundleError for a bundle that does not agree with its sums, SealRefusal for one that is of
 *   another run or whose figures or pages do not follow from its logs
 */
export function sealBundle(
  files: ReadonlyMap<string, Uint8Array>,
  known: KnownRun,
  sha256: (bytes: Uint8Array) => string,
): Statement {
  const bundle = readBundle(files, sha256)
  refuseOther(bundle.evidence, known)
  const judgement = judge(bundle)
  refuseUnfounded([
    ...rereadMeasurements(bundle).map(({ id, what }) => `figure ${id}: ${what}`),
    ...compareFindings(bundle, judgement).map(
      ({ where }) => `${where} is not what follows from it`,
    ),
  ])
  return stateResult(bundle, judgement, known.artifact, known.server, sha256)
}

/** A bundle is written by whoever ran the diagnostics; what it says of its run is held against GitHub's. */
function refuseOther({ request, run }: Evidence, known: KnownRun): void {
  const claims: [what: string, claimed: string | number | null, is: string | number | null][] = [
    ['commit', request.sha, known.sha],
    ['repository', request.repository?.name ?? null, known.repository],
    ['workflow run', run.id, known.run],
  ]
  for (const [what, claimed, is] of claims) {
    if (is !== null && claimed !== is) {
      throw new SealRefusal(
        'other-run',
        `The bundle says that it is of the ${what} ${claimed ?? 'none'}, but this is ${is}. Seal it with the run that it came from.`,
      )
    }
  }
  if (known.attempt !== null && (run.attempt ?? Infinity) > known.attempt) {
    throw new SealRefusal(
      'other-run',
      `The bundle says that it is of attempt ${run.attempt ?? 'none'}, but this is attempt ${known.attempt}.`,
    )
  }
}

function refuseUnfounded(problems: readonly string[]): void {
  if (problems.length === 0) return
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : ''
  throw new SealRefusal(
    'does-not-follow',
    `The bundle is not what its logs give: ${problems.slice(0, 5).join('; ')}${more}. Take it from the run again; codicil check names everything.`,
  )
}
