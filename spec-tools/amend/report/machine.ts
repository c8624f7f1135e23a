/** Where it ran, in one line: commit, GPU, driver, and what the log says of model and batch. */
import { onlyReads, type Evidence } from '../../evidence/index.ts'
import { clip, code, type Inline } from '../../render/markdown/index.ts'
import { modelOf } from './model.ts'

export function machineLine(evidence: Evidence): Inline[] {
  const { request, machine, diagnostics } = evidence
  const { status, devices } = machine.gpu
  const [gpu] = devices
  const name = gpu && `${devices.length > 1 ? `${devices.length} × ` : ''}${gpu.name}`
  const parts: Inline[] = [
    code(request.sha.slice(0, 7)),
    onlyReads(diagnostics)
      ? 'read from files, nothing was run'
      : status === 'present' && name
        ? clip(name, 60)
        : 'CPU only, no GPU',
    ...(gpu?.driver && !onlyReads(diagnostics) ? [`driver ${clip(gpu.driver, 24)}`] : []),
    ...modelOf(evidence),
  ]
  return parts.flatMap((part, index) => (index === 0 ? [part] : [' · ', part]))
}
