/** The site of a repository's evidence: data to pages, no files and no network. */
export { drawSite } from './draw.ts'
export type { Page } from './page.ts'
export type { SiteAmendment, SiteInput } from './types.ts'
