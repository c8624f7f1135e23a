/** The amendments that a checkout holds: folders with an `amendment.json` beside their evidence. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { amendmentRecord, type AmendmentRecord } from '../spec-tools/index.ts'

export interface CommittedRecord {
  /** Of the evidence, relative to the checkout. */
  folder: string
  record: AmendmentRecord
}

/** Records that cannot be read are left out: they are reported where their folder is checked. */
export async function committedRecords(root: string): Promise<CommittedRecord[]> {
  const found: CommittedRecord[] = []
  for (const folder of await evidenceFolders(root)) {
    const record = await readRecord(join(root, folder, 'amendment.json'))
    if (record !== null) found.push({ folder, record })
  }
  return found
}

async function evidenceFolders(root: string): Promise<string[]> {
  const skipped = new Set(['node_modules', '.git'])
  const folders: string[] = []
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && depth < 8 && !skipped.has(entry.name)) await walk(path, depth + 1)
      else if (entry.name === 'amendment.json') folders.push(relative(root, folder))
    }
  }
  if ((await stat(root)).isDirectory()) await walk(root, 0)
  return folders.sort()
}

async function readRecord(path: string): Promise<AmendmentRecord | null> {
  const parsed = amendmentRecord.safeParse(JSON.parse(await readFile(path, 'utf8')))
  return parsed.success ? parsed.data : null
}
