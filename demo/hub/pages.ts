import { defineMdastPlugin, markdownToHtml } from 'satteri'
import type { Reply } from './reply.ts'
import { entryAt } from './git/index.ts'
import { pullFiles } from './figures.ts'
import type { CheckRun, Comment, PullRequest, Repository, User, WorkflowRun } from './model.ts'
import { timestamp } from './represent/users.ts'
import { resolveCommit } from './routes/commits.ts'
import type { Stage } from './stage.ts'

/**
 * Pages for a person who looks at what the demo did. All text is escaped, and the pages allow no
 * scripts and no pictures but the repository's own: what a pull request says stays text.
 */
export async function renderPage(stage: Stage, url: URL): Promise<Reply> {
  const [owner = '', name = '', kind, ...rest] = url.pathname.split('/').slice(1).map(decode)
  if (owner === '') return html('Stand-in of GitHub', frontPage(stage))
  const repository = stage.world.repository(owner, name)
  if (!repository || repository.private) return missing()
  const title = `${owner}/${name}`
  if (kind === undefined || kind === '') return html(title, await repositoryPage(repository))
  if (kind === 'pull') {
    const pull = repository.pulls.get(Number.parseInt(rest[0] ?? '', 10))
    return pull ? html(`${pull.title} · ${title}`, await pullPage(pull)) : missing()
  }
  if (kind === 'actions' && rest[0] === 'runs') {
    const run = repository.runs.get(Number(rest[1]))
    return run ? html(`${run.displayTitle} · ${title}`, runPage(run)) : missing()
  }
  if (kind === 'runs') {
    const check = repository.checks.get(Number(rest[0]))
    return check
      ? html(`${check.name} · ${title}`, `<h1>Check</h1>${checkPart(check, 'h2')}`)
      : missing()
  }
  if (kind === 'blob' || kind === 'raw') return filePage(repository, kind, rest)
  return missing()
}

/** As GitHub shows it: a comment of 838 px, tables that scroll in a box of their own, light and dark. */
const style = `:root{color-scheme:light dark;--ink:#1f2328;--faint:#59636e;--paper:#fff;--soft:#f6f8fa;--line:#d1d9e0;--link:#0969da;--new:#dafbe1;--gone:#ffebe9}
@media (prefers-color-scheme:dark){:root{--ink:#f0f6fc;--faint:#9198a1;--paper:#0d1117;--soft:#151b23;--line:#3d444d;--link:#4493f8;--new:#12361f;--gone:#3c1618}}
body{font:14px/1.5 -apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans','Liberation Sans',Helvetica,Arial,sans-serif;max-width:872px;margin:1.5rem auto;padding:0 1rem;color:var(--ink);background:var(--paper);overflow-wrap:break-word}
a{color:var(--link)}h1{font-size:1.6rem}h2{font-size:1.3rem}h3{font-size:1.1rem}h4{font-size:1rem}
pre,code{font-family:ui-monospace,monospace;background:var(--soft)}
pre{padding:.8rem;overflow:auto;font-size:.85rem;white-space:pre-wrap;overflow-wrap:anywhere}code{font-size:85%;padding:.1em .3em}pre code{padding:0}
table{border-collapse:collapse;display:block;width:max-content;max-width:100%;overflow:auto;margin-bottom:1rem}
td,th{border:1px solid var(--line);padding:6px 13px}tr:nth-child(2n){background:var(--soft)}
img{max-width:100%}summary{cursor:pointer}
.post{border:1px solid var(--line);border-radius:6px;padding:0 16px;margin:1rem 0}
.post>.by{font-size:14px;margin:0 -16px 1rem;padding:.5rem 16px;background:var(--soft);border-bottom:1px solid var(--line);border-radius:6px 6px 0 0}
small{color:var(--faint)}ins{background:var(--new);text-decoration:none}del{background:var(--gone);text-decoration:none}
.button{border:1px solid var(--line);border-radius:6px;padding:.2rem .7rem;background:var(--soft)}`

function html(title: string, body: string, status = 200): Reply {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>
<style>${style}</style><body><main>${body}</main></body></html>`
  return {
    status,
    body: Buffer.from(page),
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
    },
  }
}

function missing(): Reply {
  return html('Not found', '<h1>Not found</h1><p><a href="/">All repositories</a></p>', 404)
}

function frontPage({ world }: Stage): string {
  const repositories = [...world.repositories.values()].filter((each) => !each.private)
  return `<h1>Stand-in of GitHub</h1>${list(repositories.map((each) => link(path(each), path(each).slice(1))))}`
}

async function repositoryPage(repository: Repository): Promise<string> {
  const pulls = [...repository.pulls.values()].map((pull) =>
    link(
      `${path(repository)}/pull/${pull.number}`,
      `#${pull.number} ${pull.title} (${pull.state})`,
    ),
  )
  const runs = [...repository.runs.values()].map((run) =>
    link(
      `${path(repository)}/actions/runs/${run.id}`,
      `${run.displayTitle} (${run.conclusion ?? run.status})`,
    ),
  )
  const refs = await repository.git.refs('refs/heads/')
  const branches = refs.map(({ ref }) => escape(ref.replace('refs/heads/', '')))
  return `<h1>${escape(path(repository).slice(1))}</h1>
<h2>Pull requests</h2>${list(pulls)}<h2>Runs</h2>${list(runs)}<h2>Branches</h2>${list(branches)}`
}

async function pullPage(pull: PullRequest): Promise<string> {
  const { repository } = pull
  const comments = [...repository.comments.values()].filter((each) => each.number === pull.number)
  const checks = [...repository.checks.values()].filter((each) => each.headSha === pull.head.sha)
  const files = await pullFiles(pull)
  const state = pull.merged ? 'merged' : pull.draft ? `${pull.state}, draft` : pull.state
  const changes = files.map((file) => {
    const counts = `+${file.additions} −${file.deletions}`
    const at = `${path(repository)}/blob/${pull.head.sha}/${file.path}`
    return `<h3>${link(at, file.path)} <small>${file.status} ${counts}</small></h3>${diff(file.patch)}`
  })
  return `<h1>${escape(pull.title)} <small>#${pull.number}</small></h1>
<p>${escape(state)}: ${escape(pull.author.login)} wants to merge
<code>${escape(pull.head.owner.login)}:${escape(pull.head.ref)}</code> (${pull.head.sha.slice(0, 7)})
into <code>${escape(pull.base.ref)}</code>.
Labels: ${pull.labels.map((label) => escape(label.name)).join(', ') || 'none'}</p>
${post(pull.author, pull.createdAt, pull.body ?? '')}
${comments.map(({ author, createdAt, body }: Comment) => post(author, createdAt, body)).join('')}
<h2>Checks</h2>${checks.map((check) => checkPart(check)).join('') || '<p>None.</p>'}
<h2>Files</h2>${changes.join('')}`
}

function checkPart(check: CheckRun, level: 'h2' | 'h3' = 'h3'): string {
  const { title, summary, text } = check.output
  const buttons = check.actions.map(({ label }) => `<span class="button">${escape(label)}</span>`)
  return `<section class="post"><${level}>${escape(check.name)}: ${escape(check.conclusion ?? check.status)}</${level}>
<p><b>${escape(title ?? '')}</b></p>${markdown(summary ?? '')}${markdown(text ?? '')}<p>${buttons.join(' ')}</p></section>`
}

function runPage(run: WorkflowRun): string {
  const jobs = run.jobs.map(
    (
      job,
    ) => `<section class="post"><h2>${escape(job.name)}: ${escape(job.conclusion ?? job.status)}</h2>
${markdown(job.summary)}<pre>${escape(job.log)}</pre></section>`,
  )
  return `<h1>${escape(run.displayTitle)} <small>${escape(run.conclusion ?? run.status)}</small></h1>
<p>${escape(run.workflow.path)} at ${run.headSha.slice(0, 7)}, by ${escape(run.actor.login)}</p>${jobs.join('')}`
}

/** The commit's name may hold slashes: the shortest name that is one wins. */
async function filePage(
  repository: Repository,
  kind: 'blob' | 'raw',
  parts: string[],
): Promise<Reply> {
  for (let length = 1; length < parts.length; length++) {
    const commit = await resolveCommit(repository, parts.slice(0, length).join('/'))
    if (!commit) continue
    const file = parts.slice(length).join('/')
    const entry = await entryAt(repository.git, commit.tree, file)
    const blob = entry && (await repository.git.read(entry.id))
    if (blob?.type !== 'blob') return missing()
    if (kind === 'raw') {
      const headers = {
        'content-type': file.endsWith('.svg') ? 'image/svg+xml' : 'text/plain; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'x-content-type-options': 'nosniff',
      }
      return { status: 200, body: blob.content, headers }
    }
    const text = blob.content.toString()
    const shown = file.endsWith('.md') ? markdown(text) : `<pre>${escape(text)}</pre>`
    return html(file, `<h1>${escape(file)}</h1>${shown}`)
  }
  return missing()
}

function post(author: User, at: Date, body: string): string {
  return `<section class="post"><h2 class="by">${escape(author.login)} <small>${timestamp(at)}</small></h2>${markdown(body)}</section>`
}

function diff(patch: string | undefined): string {
  if (patch === undefined) return '<p>No text to show.</p>'
  const tags: Record<string, string> = { '+': 'ins', '-': 'del' }
  const lines = patch.split('\n').map((line) => {
    const tag = tags[line[0] ?? '']
    return tag ? `<${tag}>${escape(line)}</${tag}>` : escape(line)
  })
  return `<pre>${lines.join('\n')}</pre>`
}

/** HTML within Markdown is shown as the text that it is; folds alone are let through, comments go. */
const plainHtml = defineMdastPlugin({
  name: 'html-as-text',
  html(node, context) {
    const value = node.value.replaceAll(/<!--[^]*?-->/g, '').trim()
    if (fold.test(value) && value === node.value.trim()) return
    context.replaceNode(node, { type: 'text', value })
  },
})

const fold = /^(?:<\/details>|<details(?: open)?>\s*<summary>[^<>]*<\/summary>)$/

/** Pictures of the repository's own files are shown, as the address of their page says. */
const picture = /<img src="([^"]*)"( alt="[^"]*")?[^>]*>/g

function markdown(text: string): string {
  const { html: rendered } = markdownToHtml(text, { mdastPlugins: [plainHtml] })
  return rendered
    .replaceAll('<table>', '<table tabindex="0">')
    .replaceAll(/<th([^>]*)><\/th>/g, '<td$1></td>')
    .replaceAll('<input type="checkbox" ', '<input type="checkbox" aria-label="done" ')
    .replace(/(href|src)="\s*(javascript|data|vbscript):[^"]*"/gi, '$1="#"')
    .replace(picture, (_, source: string, alt = '') => {
      const own = /\/[^/]+\/[^/]+\/blob\/[0-9a-f]{40}\/[^?"]+\.svg(?=\?raw=true$)/.exec(source)?.[0]
      return own ? `<img src="${own.replace('/blob/', '/raw/')}"${alt}>` : `<span>[picture]</span>`
    })
}

function list(items: string[]): string {
  return items.length > 0
    ? `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
    : '<p>None.</p>'
}

function link(to: string, text: string): string {
  return `<a href="${to.split('/').map(encodeURIComponent).join('/')}">${escape(text)}</a>`
}

function path(repository: Repository): string {
  return `/${repository.owner.login}/${repository.name}`
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
