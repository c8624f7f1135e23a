/** Names of stages under the axis: turned where they are long, left out where they would collide. */

/** Rough width of a character as a share of the font size; East Asian ones are as wide as high. */
const narrow = 0.58

/** Width of a text in user units, roughly: nothing here knows the font. */
export function widthOf(text: string, size: number): number {
  let width = 0
  for (const character of text) width += (character.codePointAt(0) ?? 0) < 0x1100 ? narrow : 1
  return width * size
}

/** The text with its middle left out, because names of stages differ at both ends. */
export function shortened(text: string, most: number): string {
  const characters = [...text]
  if (characters.length <= most) return text
  const tail = Math.ceil((most - 1) * 0.6)
  return `${characters.slice(0, most - 1 - tail).join('')}…${characters.slice(-tail).join('')}`
}

/**
 * Which of many evenly spaced labels to show: those that must be seen, then as many others as leave
 * room between any two.
 *
 * @param spacing from one label to the next
 * @param room that a label needs
 * @param first indices in the order of their weight
 */
export function chosenLabels(
  count: number,
  spacing: number,
  room: number,
  first: readonly number[],
): Set<number> {
  const stride = Math.max(1, Math.ceil(room / spacing))
  const chosen = new Set<number>()
  const free = (index: number) => {
    for (let near = index - stride + 1; near < index + stride; near++) {
      if (chosen.has(near)) return false
    }
    return true
  }
  const regular = Array.from({ length: Math.ceil(count / stride) }, (_, step) => step * stride)
  for (const index of [...first, 0, count - 1, ...regular]) {
    if (index >= 0 && index < count && free(index)) chosen.add(index)
  }
  return chosen
}
