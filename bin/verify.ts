import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  CodicilError,
  knownRun,
  parseEvidence,
  sealBundle,
  serialiseStatement,
} from '../spec-tools/index.ts'
import { committedBeside } from './bundle.ts'
import { UsageError, type Command } from './command.ts'
import { readFolder, sha256 } from './folder.ts'
import { knownOptions, knownTexts } from './seal.ts'

export const verify: Command = {
  name: 'verify',
  summary: 'Checks a bundle against itself, its run, and what sealed or attested it; offline.',
  usage: 'verify <bundle> [--attestation <file> --signer <workflow>] [--sha <sha>] [...]',
  options: {
    attestation: {
      type: 'string',
      value: '<file>',
      help: 'attestation.json of the artifact codicil-attestation-<request>.',
    },
    signer: {
      type: 'string',
      value: '<workflow>',
      help: 'Who has to have signed it: owner/name/.github/workflows/file.yml@ref.',
    },
    'trusted-root': {
      type: 'string',
      value: '<file>',
      help: "What `gh attestation trusted-root` prints. Default: Sigstore's public one, built in.",
    },
    statement: {
      type: 'string',
      value: '<file>',
      help: 'The unsigned statement that the run left, artifact codicil-seal-<request>.',
    },
    ...knownOptions,
  },
  example:
    'codicil verify codicil-evidence --attestation attestation.json --signer codicil/codicil/.github/workflows/attest-evidence.yml@4f0c…',

  async run({ values, positionals, cwd, out }) {
    const [folder, ...rest] = positionals
    if (folder === undefined || rest.length > 0) throw new UsageError('name one bundle')
    const read = async (name: string) => readFile(resolve(cwd, String(values[name])))
    const files = await readFolder(resolve(cwd, folder))
    for (const path of committedBeside) files.delete(path)
    const known = knownRun(knownTexts(values))
    const made = sealBundle(files, known, sha256)
    out(`${made.predicate.result}: every file has its digest, every figure stands in its log.\n`)
    if (values['statement'] !== undefined) {
      if ((await read('statement')).toString('utf8') !== serialiseStatement(made)) {
        throw new CodicilError({
          code: 'other-statement',
          where: String(values['statement']),
          what: 'is not the statement of this bundle',
          remedy:
            'Take bundle and statement from one run, and give the flags that it was sealed with',
        })
      }
      out('The statement is the one of this bundle. It is not signed.\n')
    }
    if (values['attestation'] === undefined) {
      out('Not checked: who made it. Name its attestation, and the workflow that is to sign.\n')
      return 0
    }
    if (values['signer'] === undefined) {
      throw new UsageError('name with --signer whose signature counts')
    }
    const signer = String(values['signer'])
    const roots = values['trusted-root'] === undefined ? null : await read('trusted-root')
    const on = await attested(files, await read('attestation'), roots, signer, known.server)
    out(`Attested by ${signer} on a ${on} runner; the signature holds.\n`)
    return 0
  },
}

/** What the attestation is to be of is what the bundle says of itself, held against the flags before. */
async function attested(
  files: ReadonlyMap<string, Uint8Array>,
  attestation: Uint8Array,
  roots: Uint8Array | null,
  signer: string,
  server: string,
): Promise<string> {
  // Only who verifies a signature waits for what that takes to load.
  const { pinnedRoots, readRoots, verifyAttestation } = await import('../app/attestation/index.ts')
  const name = 'evidence.json'
  const { request, run } = parseEvidence(files.get(name) ?? new Uint8Array(), name)
  if (request.repository === null || run.id === null || run.attempt === null) {
    throw new CodicilError({
      code: 'no-run',
      where: name,
      what: 'says that the bundle is of no workflow run, and nobody attests such a one',
      remedy: 'Verify it without --attestation',
    })
  }
  const wanted = {
    signer,
    server,
    repository: request.repository,
    sha: request.sha,
    run: run.id,
    attempts: { measured: run.attempt, last: null },
    workflow: null,
    files: new Map([...files].map(([path, bytes]) => [path, sha256(bytes)])),
  }
  const trusted = roots === null ? pinnedRoots() : readRoots(String(roots), 'The trusted root')
  return verifyAttestation(attestation, wanted, trusted)
}
