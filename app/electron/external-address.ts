/** Longer than any address that a person opens. */
const LONGEST = 2000
const LOCAL = new Set(['127.0.0.1', 'localhost'])

/**
 * An address that may be given to the person's browser, in its canonical form, or undefined: https of anywhere, and http
 * of this computer where an environment published that port. Nothing that names a program, a file or a person.
 */
export function externalAddress(text: string, published: ReadonlySet<number>): string | undefined {
  // What URL would repair silently (spaces, control characters, backslashes) is not repaired but refused.
  if (text.length > LONGEST || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text)) return undefined
  const url = parse(text)
  if (url?.username !== '' || url.password !== '' || url.hostname === '') return undefined
  if (url.protocol === 'https:') return url.href
  const port = Number(url.port || 80)
  return LOCAL.has(url.hostname) && published.has(port) ? url.href : undefined
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
