/** The story of a site: each amendment is read once, drawn, and remembered in a few words. */
import { BundleError, readSpec, type AmendmentRecord, type Bundle } from '../spec-tools/index.ts'
import { amendmentPages, findingOf } from './amendment.ts'
import { ledgerPages } from './ledger.ts'
import { amendmentList, frontPage } from './lists.ts'
import { Measured } from './measured.ts'
import { measurementPages } from './measurements.ts'
import { Names } from './names.ts'
import type { Page } from './page.ts'
import { style } from './style.ts'
import type { Listed, Site, SiteAmendment, SiteInput } from './types.ts'

const navigation = [
  { path: 'index.html', name: 'Overview' },
  { path: 'amendments/index.html', name: 'Amendments' },
  { path: 'ledger.html', name: 'Ledger' },
  { path: 'measurements/index.html', name: 'Measurements' },
]

export async function* drawSite(input: SiteInput): AsyncGenerator<Page> {
  const styleDigest = input.sha256Base64(style)
  const site: Site = {
    input,
    specs: new Map([...input.specs].map(([path, text]) => [path, readSpec(text)])),
    frame: (path, title) => ({ path, title, site: input.name, styleDigest, navigation }),
  }
  const names = new Names()
  const measured = new Measured()
  const listed: Listed[] = []
  const inOrder = input.amendments.toSorted((a, b) => (a.record.date < b.record.date ? -1 : 1))
  for (const amendment of inOrder) {
    const { record, folder } = amendment
    const name = names.give(folder.split('/').findLast((part) => part !== '') ?? '')
    const own = { path: `amendments/${name}.html`, ledger: `amendments/${name}.ledger.html` }
    const evidence = await opened(amendment)
    if (typeof evidence === 'string') {
      listed.push(damaged(record, folder, own, evidence))
      continue
    }
    const { bundle, comment } = evidence
    const { startedAt } = bundle.evidence.run
    const finding = findingOf(bundle, comment, record)
    const gpu = gpuOf(bundle)
    const one = { record, folder, ...own, finding, gpu, startedAt, damaged: null }
    listed.push(one)
    measured.add(bundle.evidence, one)
    yield* amendmentPages(site, one, bundle, comment)
  }
  const newestFirst = listed.toReversed()
  yield* measurementPages(site, measured)
  yield* amendmentList(site, newestFirst)
  yield* ledgerPages(site, newestFirst)
  yield frontPage(site, newestFirst)
}

async function opened(
  amendment: SiteAmendment,
): Promise<Awaited<ReturnType<SiteAmendment['open']>> | string> {
  try {
    return await amendment.open()
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    return error.message
  }
}

function damaged(
  record: AmendmentRecord,
  folder: string,
  own: { path: string; ledger: string },
  why: string,
): Listed {
  const finding = 'Its evidence cannot be shown'
  return { record, folder, ...own, finding, gpu: '', startedAt: record.date, damaged: why }
}

/** Names of the GPUs, each once; `CPU` for a run without one. */
function gpuOf({ evidence }: Bundle): string {
  const names = new Set(evidence.machine.gpu.devices.map(({ name }) => name))
  return [...names].join(', ') || 'CPU'
}
