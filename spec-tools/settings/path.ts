/** Which paths of a repository may be written to or read as a spec. */

/** Why a repository path may not be used, or null. */
export function unsafePath(path: string): string | null {
  if (/^[A-Za-z]:/.test(path) || path.startsWith('/')) return 'it must be relative'
  if (/[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) {
    return 'it must not hold backslashes, control or invisible characters'
  }
  // Decoding can be applied twice on the way to a server, so no escape is let through at all.
  if (path.includes('%')) return 'it must not hold percent escapes'
  const segments = path.split('/')
  for (const segment of segments) {
    if (segment === '') return 'it must not hold empty segments'
    if (/^\.+$/.test(segment)) return 'it must not climb or stand still ("." and "..")'
    if (/[. ]$/.test(segment)) return 'a segment must not end with a dot or a blank'
    if (/^\.git$/i.test(segment) || /^git~\d+$/i.test(segment)) return 'it must not enter .git'
  }
  if (/^\.github\/workflows(?:\/|$)/i.test(path)) return 'it must not enter .github/workflows'
  return null
}

/** Why a template such as `evidence/{slug}-{date}/` may not name the evidence folder, or null. */
export function unsafeTemplate(template: string): string | null {
  const path = template.replace(/\/$/, '')
  const unknown = [...path.matchAll(/\{[^}]*\}?/g)].find(
    ([part]) => part !== '{slug}' && part !== '{date}',
  )
  if (unknown) return `it may use {slug} and {date}, not ${unknown[0]}`
  const filled = path.replaceAll('{slug}', 'slug').replaceAll('{date}', '2000-01-01')
  const unsafe = unsafePath(filled)
  if (unsafe !== null) return unsafe
  const odd = filled.split('/').find((segment) => !/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(segment))
  if (odd !== undefined) {
    return 'its segments must be plain: letters, digits, "_", "-" and inner dots'
  }
  return null
}
