import type { Access, Permissions } from '../model.ts'
import type { PermissionSetting } from '../workflows/workflow.ts'

/** What GitHub gives a job that asks for nothing, where the repository's default is restricted. */
const defaultPermissions: Permissions = { contents: 'read', metadata: 'read', packages: 'read' }

const scopes =
  'actions attestations checks contents deployments discussions id-token issues models packages pages pull-requests repository-projects security-events statuses'.split(
    ' ',
  )

/** Permissions as a job's token has them: asked for, else the default; never beyond the caller's. */
export function permissionsOf(
  setting: PermissionSetting | undefined,
  allowed: Permissions | undefined,
  name: string,
): Permissions {
  if (setting === undefined) return allowed ?? defaultPermissions
  const asked =
    typeof setting === 'string'
      ? Object.fromEntries(scopes.map((scope) => [scope, setting.replace('-all', '')]))
      : setting
  const permissions: Permissions = { metadata: 'read' }
  for (const [scope, access] of Object.entries(asked)) {
    if (access === 'none') continue
    const held = scope.replaceAll('-', '_')
    const most = allowed?.[held]
    if (allowed && (most === undefined || (access === 'write' && most === 'read'))) {
      throw new Error(
        `The nested job '${name}' is requesting '${scope}: ${access}', but is only allowed '${scope}: ${most ?? 'none'}'.`,
      )
    }
    permissions[held] = access as Access
  }
  return permissions
}
