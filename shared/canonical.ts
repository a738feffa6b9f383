import canonicalize from 'canonicalize'

/**
 * The canonical JSON text of a value (RFC 8785): equal values give equal text on every machine.
 * `undefined` members are left out. The value must be JSON (no functions, no NaN).
 */
export function canonical(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('Only a JSON value has a canonical form.')
  return text
}
