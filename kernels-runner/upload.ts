/** Uploads a bundle as an artifact of the workflow run. Loaded only when it is needed. */
import { CodicilError } from '../spec-tools/index.ts'
import { DefaultArtifactClient } from '@actions/artifact'
import { join } from 'node:path'
import { refuseChanged } from './bundle/write.ts'

export interface Uploaded {
  id: number | null
  /** `sha256:` and hex, of the archive as the server has it. */
  digest: string | null
}

export class UploadFailed extends CodicilError<'upload-failed'> {
  override readonly name = 'UploadFailed'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'upload-failed', what, ...options })
  }
}

/**
 * @throws BundleNotWritten if a file is not what was written any more, UploadFailed if the server
 *   cannot be reached or refuses.
 */
export async function uploadBundle(
  name: string,
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Uploaded> {
  await refuseChanged(folder, files)
  const client = new DefaultArtifactClient()
  // What an earlier attempt of this run left under the name would stand in the way.
  await client.deleteArtifact(name).catch(() => undefined)
  const paths = [...files.keys()].map((path) => join(folder, path))
  const { id, digest } = await client.uploadArtifact(name, paths, folder).catch((error: Error) => {
    throw new UploadFailed(
      `The bundle is in ${folder}, but could not be uploaded as ${name}: ${error.message}`,
      { cause: error },
    )
  })
  return { id: id ?? null, digest: digest ? `sha256:${digest.replace(/^sha256:/, '')}` : null }
}
