/** The elements of a picture: name, attributes and text; fails where it is not well-formed. */
export function elements(svg: string) {
  const open: string[] = []
  const found: { name: string; attributes: Map<string, string>; text: string }[] = []
  const token =
    /<(\/?)([a-zA-Z]+)((?: [a-zA-Z][a-zA-Z0-9-]*="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>|((?:[^<&]|&(?:amp|lt|gt|quot);)+)/y
  for (token.lastIndex = 0; token.lastIndex < svg.length;) {
    const at = token.lastIndex
    const match = token.exec(svg)
    if (match === null) throw new Error(`Not well-formed at ${svg.slice(at, at + 60)}`)
    const [, closes, name = '', attributes = '', empty, text] = match
    if (text !== undefined) {
      const holder = found.at(-1)
      if (holder) holder.text += text.trim()
    } else if (closes) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
    } else {
      if (!empty) open.push(name)
      const pairs = [...attributes.matchAll(/ ([a-zA-Z][a-zA-Z0-9-]*)="([^"]*)"/g)]
      const values = new Map(pairs.map(([, key = '', value = '']) => [key, value]))
      found.push({ name, attributes: values, text: '' })
    }
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`)
  return found
}
