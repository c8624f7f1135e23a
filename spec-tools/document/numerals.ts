/** Numbers as headings write them: 十二, XIV, １２, ①, 나. */

export const HAN_DIGITS = /^[一二三四五六七八九十百]+$/
const HAN_ONES = '零一二三四五六七八九'

/** 1 to 999 as they are counted in Chinese and Japanese: 十二, 二十, 一百零三. */
export function toHan(value: number): string {
  const [hundreds, tens, ones] = [Math.floor(value / 100), Math.floor(value / 10) % 10, value % 10]
  const hundred = hundreds === 0 ? '' : `${HAN_ONES[hundreds]}百`
  const gap = hundreds > 0 && tens === 0 && ones > 0 ? '零' : ''
  const ten = tens === 0 ? '' : `${tens === 1 && hundreds === 0 ? '' : HAN_ONES[tens]}十`
  return hundred + gap + ten + (ones === 0 ? '' : HAN_ONES[ones])
}

export function fromHan(written: string): number | null {
  const value = Array.from({ length: 999 }, (_, at) => at + 1).find((one) => toHan(one) === written)
  return value ?? null
}

const ROMANS: [string, number][] = [
  ['C', 100],
  ['XC', 90],
  ['L', 50],
  ['XL', 40],
  ['X', 10],
  ['IX', 9],
  ['V', 5],
  ['IV', 4],
  ['I', 1],
]

export function toRoman(value: number): string {
  let rest = value
  let written = ''
  for (const [numeral, amount] of ROMANS) {
    while (rest >= amount) {
      written += numeral
      rest -= amount
    }
  }
  return written
}

export function fromRoman(written: string): number | null {
  let value = 0
  let rest = written
  for (const [numeral, amount] of ROMANS) {
    while (rest.startsWith(numeral)) {
      value += amount
      rest = rest.slice(numeral.length)
    }
  }
  return rest === '' && toRoman(value) === written ? value : null
}

const KOREAN = '가나다라마바사아자차카타파하'

/** Position of a letter in its alphabet, from 1. */
export function letterOf(letter: string): number {
  const korean = KOREAN.indexOf(letter)
  return korean === -1 ? letter.toUpperCase().charCodeAt(0) - 64 : korean + 1
}

/** The letter of a position, in the alphabet and the case of `model`. */
export function toLetter(value: number, model: string): string {
  if (KOREAN.includes(model.charAt(0))) return KOREAN.charAt(value - 1)
  const letter = String.fromCharCode(64 + value)
  return /^[a-z]/.test(model) ? letter.toLowerCase() : letter
}

/** `12` as `１２`, or as `⑫` up to 20; null where the model is written in plain digits. */
export function toWide(value: number, model: string): string | null {
  if (/^[①-⑳]$/.test(model) && value <= 20) return String.fromCodePoint(0x245f + value)
  if (!/^[０-９]+$/.test(model)) return null
  return String(value).replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
}
