/** A run whose machine could not be measured on: nobody's fault, and to be asked for again. */
import { environmentOf, infraReason, type Bundle } from '../../spec-tools/index.ts'
import type { Problem } from '../jobs/request.ts'

/** What is said of such a run; null for a run whose machine was sound. */
export function infraProblem({ evidence }: Pick<Bundle, 'evidence'>): Problem | null {
  const environment = environmentOf(evidence)
  const reason = infraReason(environment)
  if (!reason) return null
  const others = environment.findings.filter((one) => one.voids && one !== reason)
  return {
    code: 'infra',
    message:
      `${reason.detail} ${reason.advice} This says nothing about the pull request, and ` +
      'nothing was concluded. When the machine is free and well, take the label off and give it again.',
    details: others.map(({ detail, advice }) => `${detail} ${advice}`),
  }
}
