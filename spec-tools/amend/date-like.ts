/** A date as a document writes its own, where it can be told: `27.04.2026`, `2026/04/27`, `2026年4月27日`. */
export function dateLike(model: string, date: string): string {
  const [year, month, day] = date.split('-')
  const sign = /^\d{4}([/.])\d{1,2}\1\d{1,2}$/.exec(model)?.[1]
  if (sign !== undefined) return [year, month, day].join(sign)
  if (/^\d{2}\.\d{2}\.\d{4}$/.test(model)) return `${day}.${month}.${year}`
  if (/^\d{4}年\d{1,2}月\d{1,2}日$/.test(model)) {
    return `${year}年${Number(month)}月${Number(day)}日`
  }
  return date
}
