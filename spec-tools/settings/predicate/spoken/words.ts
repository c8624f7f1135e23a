/** Words that stand for signs, and words, numbers and units that are one. */
import { isSign, refuse, token, type Token } from './tokens.ts'

const phrases: readonly (readonly [words: string, sign: string])[] = [
  ['is at least', '>='],
  ['is at most', '<='],
  ['at least', '>='],
  ['at most', '<='],
  ['no more than', '<='],
  ['not more than', '<='],
  ['no less than', '>='],
  ['not less than', '>='],
  ['is more than', '>'],
  ['is less than', '<'],
  ['more than', '>'],
  ['greater than', '>'],
  ['larger than', '>'],
  ['less than', '<'],
  ['fewer than', '<'],
  ['smaller than', '<'],
  ['is above', '>'],
  ['is over', '>'],
  ['is below', '<'],
  ['is under', '<'],
  ['above', '>'],
  ['below', '<'],
  ['under', '<'],
  ['is equal to', '=='],
  ['equal to', '=='],
  ['is exactly', '=='],
  ['is not', '!='],
  ['equals', '=='],
  ['is within', 'within'],
  ['is between', 'between'],
  ['is', '=='],
  ['and', '&&'],
  ['or', '||'],
  ['not', 'not'],
  ['within', 'within'],
  ['between', 'between'],
  ['of', 'of'],
  ['times', '*'],
  ['percent', '%'],
]

const conditions = /^(?:where|when|if|for)$/i
const relative = /^(?:faster|slower|higher|lower|better|worse|quicker|longer|shorter)$/i

/** Tokens in which every word is a name: what is said in words has become a sign. */
export function wordsToSigns(tokens: readonly Token[]): Token[] {
  const found: Token[] = []
  for (let at = 0; at < tokens.length;) {
    const one = tokens[at]!
    const phrase = one.kind === 'word' ? phraseAt(tokens, at) : undefined
    if (one.kind === 'word' && relative.test(one.text) && !isSign(tokens[at + 1], '(')) {
      throw refuse(
        one,
        'this does not say what is divided by what',
        'Write it as a ratio, `tok_s(new) >= 1.3 * tok_s(old)`, or `change(latency, new / old) <= -20 %`',
      )
    }
    if (
      one.kind === 'word' &&
      conditions.test(one.text) &&
      at > 0 &&
      tokens[at + 1]?.kind === 'word'
    ) {
      throw refuse(
        one,
        'a condition does not stand behind a predicate',
        'Write it in braces, `loss({step: 5000})`, or as a key of the hypothesis: `where: { step: 5000 }`; `for all sizes` stands at the end',
      )
    }
    if (phrase === undefined) found.push(one)
    else found.push(token('sign', phrase[1], one))
    at += phrase === undefined ? 1 : phrase[0].split(' ').length
  }
  return found
}

function phraseAt(tokens: readonly Token[], at: number) {
  return phrases.find(([words]) => {
    const parts = words.split(' ')
    const same = parts.every((part, index) => tokens[at + index]?.text.toLowerCase() === part)
    // A figure may be called so: `within(a, b, 1 %)`, `over(x)`.
    return (
      same && !(isSign(tokens[at + parts.length], '(') && !/^(?:and|or|not|of|is)$/.test(words))
    )
  })
}

const perTime = /^(?:s|sec|second|min|h)$/

/** Joins what is one: `20 ms`, `30 tok/s`, `5 %`, `peak memory`. */
export function joined(tokens: readonly Token[]): Token[] {
  const found: Token[] = []
  const calls: boolean[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const one = tokens[at]!
    const last = found.at(-1)
    const [next, after] = [tokens[at + 1], tokens[at + 2]]
    if (isSign(one, '(')) calls.push(last?.kind === 'word' && last.text !== 'abs')
    if (isSign(one, ')')) calls.pop()
    const inCall = calls.at(-1) === true
    if (last?.kind === 'number' && isSign(one, '%') && !isOperand(next)) {
      found[found.length - 1] = token('share', `${last.text} %`, last)
    } else if (last?.kind === 'number' && one.kind === 'word' && !isSign(next, '(')) {
      if (inCall && !one.apart) {
        found[found.length - 1] = token('text', JSON.stringify(last.text + one.text), last)
      } else if (/^x$/i.test(one.text)) {
        if (isOperand(next)) found.push(token('sign', '*', one))
      } else {
        const rate = isSign(next, '/') && after?.kind === 'word' && perTime.test(after.text)
        if (rate) at += 2
        const unit = rate ? `${one.text}/${after.text}` : one.text
        found[found.length - 1] = token('quantity', `${last.text} ${unit}`, last)
      }
    } else if (last?.kind === 'word' && one.kind === 'number' && one.apart && inCall) {
      found[found.length - 1] = token('text', JSON.stringify(`${last.text} ${one.text}`), last)
    } else if (inCall && last?.text.startsWith('"') && one.kind === 'word') {
      found[found.length - 1] = token(
        'text',
        JSON.stringify(`${JSON.parse(last.text)} ${one.text}`),
        last,
      )
    } else if (last?.kind === 'word' && one.kind === 'number' && one.apart) {
      throw refuse(
        one,
        'a number stands behind a name',
        'Write a place in braces, `loss({step: 5000})`, or compare: `loss < 2`',
      )
    } else if (last?.kind === 'word' && one.kind === 'word') {
      found[found.length - 1] = token('word', `${last.text}_${one.text}`, last)
    } else found.push(one)
  }
  return found
}

/** Names with signs in them: `latency.p99`, `t/s`, `#wrong`, and in brackets `q-out` and `gemm/256`. */
export function glued(tokens: readonly Token[]): Token[] {
  const found: Token[] = []
  const calls: boolean[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const one = tokens[at]!
    const last = found.at(-1)
    const next = tokens[at + 1]
    if (isSign(one, '(')) calls.push(last?.kind === 'word' && last.text !== 'abs')
    if (isSign(one, ')')) calls.pop()
    const inCall = calls.at(-1) === true
    const isUnit = found.at(-2)?.kind === 'number'
    const isNamed = last?.kind === 'word' && !isUnit && !one.apart && next?.apart === false
    if (isSign(one, '#') && next?.kind === 'word') continue
    const isCalled = isSign(next, '(') && next?.apart === false
    if (one.kind === 'text' && isCalled && !inCall) {
      // What a log calls it, as a predicate can write it: other signs are as good as `_`.
      const name = one.text.slice(1, -1).replaceAll(/[^\p{L}\p{N}]+/gu, '_')
      found.push(token('word', name.replaceAll(/^_+|_+$/g, ''), one))
    } else if (isNamed && isGlue(one, next, tokens[at + 2], inCall)) {
      found[found.length - 1] = token('word', `${last.text}_${next.text}`, last)
      at += 1
    } else if (isNamed && isNumbered(one, next, tokens[at + 2])) {
      found[found.length - 1] = token('word', `${last.text}_${next.text}`, last)
      at += 1
    } else if (isNamed && inCall && isSign(one, '/') && next.kind === 'number') {
      found[found.length - 1] = token('text', JSON.stringify(`${last.text}/${next.text}`), last)
      at += 1
    } else found.push(one)
  }
  return found
}

/** `fft/1024(new)`: nothing can be divided by a call of a number. */
function isNumbered(one: Token, next: Token, after: Token | undefined): boolean {
  const isCall = isSign(after, '(') && after?.apart === false
  return isSign(one, '/') && next.kind === 'number' && isCall
}

function isGlue(one: Token, next: Token, after: Token | undefined, inCall: boolean): boolean {
  if (next.kind !== 'word') return false
  if (isSign(one, '.')) return true
  if (isSign(one, '/')) {
    return perTime.test(next.text) && isSign(after, '(', ')', ',', '<', '<=', '>', '>=')
  }
  return isSign(one, '-') && inCall
}

function isOperand(one: Token | undefined): boolean {
  return one !== undefined && (one.kind !== 'sign' || one.text === '(')
}
