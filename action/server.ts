/** GitHub Enterprise Server has neither the artifacts nor the runs' facts that the loop rests on. */

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Why nothing is begun on the server of this job; null on github.com and *.ghe.com, and where a run
 * uploads nothing.
 */
export function refusalOfServer(env: Environment): string | null {
  const server = env['GITHUB_SERVER_URL'] ?? ''
  const host = URL.parse(server)?.hostname.toLowerCase() ?? ''
  const known = host === '' || /^(?:github\.com|.+\.ghe\.com|127\.0\.0\.1|localhost)$/.test(host)
  const uploads = env['INPUT_MODE'] === 'amend' || env['INPUT_UPLOAD']?.trim() !== 'false'
  if (known || !uploads) return null
  return (
    `${server} is GitHub Enterprise Server, which is not supported: the artifacts of runs cannot be ` +
    'uploaded there. github.com and *.ghe.com are.'
  )
}
