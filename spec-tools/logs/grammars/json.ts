/** JSON: a text that is under way, a measurement of the published schema, or a text that begins. */
import { takeStated } from '../explicit.ts'
import type { Grammar } from '../grammar.ts'
import { mayBeJson } from '../json-text.ts'
import { Kind } from '../outline.ts'

/** The next line of a text that has begun. */
export const jsonUnderWay: Grammar = {
  name: 'JSON under way',
  take: (line, { json }) => (json.open && json.take(line) ? 'figures' : null),
}

export const json: Grammar = {
  name: 'JSON',
  take(line, { json: text, outline, collector }) {
    const { first, indent } = line
    if (mayBeJson(line.text, first)) {
      outline.enter(indent, Kind.plain)
      const whole = line.text.slice(first).trimEnd()
      if (/^\{.*\}$/.test(whole) && whole.includes('"stage"')) {
        if (takeStated(whole, collector, outline) === null) return 'figures'
      }
      text.begin()
      if (text.take(line)) return 'figures'
    }
    return null
  },
}
