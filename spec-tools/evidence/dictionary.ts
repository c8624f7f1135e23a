/**
 * A table that is asked by words from outside. An object literal would answer `constructor` or
 * `__proto__` with what it inherits; this one inherits nothing.
 */
export function dictionary<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(emptyRecord<T>(), entries)
}

/** A record for keys from outside, where `__proto__` is a key like any other. */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>
}
