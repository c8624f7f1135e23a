/**
 * The picture of the evidence in a comment or a pull request. The text that was drafted names the file
 * beside it; here that becomes an address which a reader's own session may open, so that the picture
 * is shown for private repositories, too.
 */
import { plotFile } from '../spec-tools/index.ts'

/** @param url the repository's page */
export function withPicture(
  text: string,
  { commit, folder }: { commit: string; folder?: string },
  url: string,
): string {
  if (folder === undefined) return text.replace(pictured, '')
  const path = folder.split('/').map(encoded).join('/')
  return text.replace(pictured, (_, alt: string) => {
    return `![${alt}](${url}/blob/${commit}/${path}${plotFile}?raw=true)`
  })
}

const pictured = new RegExp(`^!\\[([^\\]\\n]*)\\]\\(${RegExp.escape(plotFile)}\\)$`, 'm')

/** Brackets, too, which would end the address. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll('(', '%28').replaceAll(')', '%29')
}
