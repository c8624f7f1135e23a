/** What an operation answers. `body` is JSON unless it is bytes. */
export interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const created = (body: unknown): Reply => ({ status: 201, body })
export const noContent = (): Reply => ({ status: 204 })

/** An answer in GitHub's error form: `{message, documentation_url, status}`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reply: Reply

  constructor(status: number, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.reply = {
      status,
      body: {
        message,
        ...details,
        documentation_url: 'https://docs.github.com/rest',
        status: String(status),
      },
    }
  }
}

export const notFound = () => new Refusal(404, 'Not Found')

/** A 422 whose `errors` name the resource, as GitHub's validation does. */
export function invalid(resource: string, message: string, field?: string): Refusal {
  return new Refusal(422, 'Validation Failed', {
    errors: [{ resource, code: 'custom', ...(field && { field }), message }],
  })
}

/** Cuts the page that was asked for and links to the others, with GitHub's limits. */
export function page<Item>(
  url: URL,
  items: readonly Item[],
  body: (page: Item[]) => unknown = (cut) => cut,
): Reply {
  const size = bounded(url.searchParams.get('per_page'), 30, 100)
  const number = bounded(url.searchParams.get('page'), 1, Number.MAX_SAFE_INTEGER)
  const last = Math.max(1, Math.ceil(items.length / size))
  const link = (rel: string, to: number) => {
    const target = new URL(url)
    target.searchParams.set('page', String(to))
    return `<${target.href}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [link('prev', number - 1)] : []),
    ...(number < last ? [link('next', number + 1), link('last', last)] : []),
    ...(number > 1 ? [link('first', 1)] : []),
  ]
  return {
    status: 200,
    body: body(items.slice((number - 1) * size, number * size)),
    ...(links.length > 0 && { headers: { link: links.join(', ') } }),
  }
}

function bounded(text: string | null, otherwise: number, most: number): number {
  const value = Number(text)
  return text !== null && Number.isInteger(value) && value >= 1 ? Math.min(value, most) : otherwise
}
