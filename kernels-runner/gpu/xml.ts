import { CodicilError } from '../../spec-tools/index.ts'

/**
 * A strict reader of the plain XML that nvidia-smi prints: elements, attributes, text. A document type
 * is skipped and never fetched, entities are none but the five that XML predefines, and everything is
 * bounded. What does not fit is refused as a whole, and the caller asks for another format.
 */

export interface Element {
  name: string
  attributes: Readonly<Record<string, string>>
  /** Text directly inside, without blanks around it. */
  text: string
  children: Element[]
}

export class NotXml extends CodicilError<'not-xml'> {
  override readonly name = 'NotXml'

  constructor(what: string, options?: ErrorOptions) {
    super({ code: 'not-xml', what, ...options })
  }
}

const most = { characters: 4 * 1024 * 1024, elements: 200_000, depth: 32 }

const prolog = /^\uFEFF?\s*(?:<\?xml[^?<>]*\?>\s*)?(?:<!DOCTYPE[^[\]<>]*>\s*)?/
const name = String.raw`[A-Za-z_][\w.:-]*`
const token = new RegExp(
  String.raw`<(?<close>/?)(?<name>${name})(?<attributes>(?:\s+${name}="[^"<]*")*)\s*(?<empty>/?)>|<!--(?:(?!--)[^])*-->|(?<text>[^<]+)`,
  'y',
)

/**
 * @returns the outermost element
 * @throws NotXml that says where reading ended
 */
export function readXml(text: string): Element {
  if (text.length > most.characters) throw new NotXml(`It has ${text.length} characters.`)
  const document: Element = { name: '', attributes: {}, text: '', children: [] }
  const open = [document]
  let elements = 0
  token.lastIndex = prolog.exec(text)?.[0].length ?? 0
  for (let at = token.lastIndex; at < text.length; at = token.lastIndex) {
    const groups = token.exec(text)?.groups
    const top = open.at(-1)
    if (groups === undefined || top === undefined) throw broken(text, at)
    if (groups['text'] !== undefined) top.text += groups['text']
    else if (groups['close'] === '/') {
      if (open.length < 2 || top.name !== groups['name']) throw broken(text, at)
      top.text = resolved(top.text.trim())
      open.pop()
    } else if (groups['name'] !== undefined) {
      if (++elements > most.elements || open.length > most.depth) throw broken(text, at)
      const element = started(groups['name'], groups['attributes'] ?? '')
      top.children.push(element)
      if (groups['empty'] === '') open.push(element)
    }
  }
  const [root, second] = document.children
  if (
    root === undefined ||
    second !== undefined ||
    open.length > 1 ||
    document.text.trim() !== ''
  ) {
    throw new NotXml('It is not one element.')
  }
  return root
}

/** The elements at a path such as `clocks/sm_clock` below one, of all that are named so. */
export function elementsAt(element: Element, path: string): Element[] {
  return path
    .split('/')
    .reduce<Element[]>(
      (found, step) =>
        found.flatMap(({ children }) => children.filter((child) => child.name === step)),
      [element],
    )
}

function started(tag: string, attributes: string): Element {
  const pairs = [...attributes.matchAll(/([\w.:-]+)="([^"]*)"/g)]
  return {
    name: tag,
    attributes: Object.fromEntries(pairs.map(([, key, value = '']) => [key, resolved(value)])),
    text: '',
    children: [],
  }
}

const predefined: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
}

/** Names of processes come as they are, so that another `&` is just that. */
function resolved(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => predefined[entity] ?? entity)
}

function broken(text: string, offset: number): NotXml {
  const line = text.slice(0, offset).split('\n').length
  return new NotXml(
    `Line ${line} cannot be read: ${JSON.stringify(text.slice(offset, offset + 60))}`,
  )
}
