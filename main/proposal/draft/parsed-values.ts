/** The value at a path of a parsed file; undefined if there is no own property. */
export function valueAt(value: unknown, ...keys: string[]): unknown {
  let found = value
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}

/** The same, if it is a text. */
export function textAt(value: unknown, ...keys: string[]): string | undefined {
  const found = valueAt(value, ...keys)
  return typeof found === 'string' ? found : undefined
}

/** The keys of an object at a path. */
export function keysAt(value: unknown, ...keys: string[]): string[] {
  const found = valueAt(value, ...keys)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.keys(found) : []
}

/** The texts of a list at a path. */
export function textsAt(value: unknown, ...keys: string[]): string[] {
  const found = valueAt(value, ...keys)
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : []
}
