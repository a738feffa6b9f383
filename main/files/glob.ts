/**
 * Globs: those of Go's filepath.Match (`*`, `?`, `[a-z]`, `[^a]`, `\` escapes), and `**` if requested. They mean the
 * same on every system, as they do to the engine that builds. Matched without regular expressions: the patterns come
 * from strangers, and none may take long.
 */
export type Token =
  | { kind: 'char'; char: string }
  /** One character that is not a slash. */
  | { kind: 'any' }
  | { kind: 'set'; negated: boolean; ranges: [string, string][] }
  /** Any number of characters, but no slash. */
  | { kind: 'many' }
  /** Any number of characters. */
  | { kind: 'rest' }
  /** Nothing, or any number of whole folders with the slash after them. */
  | { kind: 'folders' }

export const hasWildcards = (text: string): boolean => /[*?[\\]/.test(text)

/** The tokens of a pattern; undefined for one that is malformed. `wide`: `**` crosses folders. */
export function globTokens(pattern: string, wide: boolean): Token[] | undefined {
  const tokens: Token[] = []
  const chars = [...pattern]
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (char === '*' && wide && chars[at + 1] === '*') {
      at++
      if (chars[at + 1] === '/') at++
      const kind = at + 1 >= chars.length ? 'rest' : 'folders'
      if (tokens.at(-1)?.kind !== kind) tokens.push({ kind })
    } else if (char === '*') {
      if (tokens.at(-1)?.kind !== 'many') tokens.push({ kind: 'many' })
    } else if (char === '?') tokens.push({ kind: 'any' })
    else if (char === '[') {
      const set = readSet(chars, at + 1)
      if (!set) return undefined
      tokens.push(set.token)
      at = set.end
    } else if (char === '\\') {
      const next = chars[++at]
      if (next === undefined) return undefined
      tokens.push({ kind: 'char', char: next })
    } else tokens.push({ kind: 'char', char })
  }
  return tokens
}

function readSet(chars: string[], from: number): { token: Token; end: number } | undefined {
  let at = from
  const negated = chars[at] === '^'
  if (negated) at++
  const ranges: [string, string][] = []
  const one = (): string | undefined => {
    let char = chars[at++]
    if (char === undefined || char === '-' || char === ']') return undefined
    if (char === '\\') char = chars[at++]
    return char
  }
  while (chars[at] !== ']' || ranges.length === 0) {
    const low = one()
    if (low === undefined || at >= chars.length) return undefined
    let high: string | undefined = low
    if (chars[at] === '-') {
      at++
      high = one()
      if (high === undefined || at >= chars.length) return undefined
    }
    ranges.push([low, high])
  }
  return { token: { kind: 'set', negated, ranges }, end: at }
}

/** Whether a whole text matches. At most quadratic: only the last `*` and the last `**` are ever tried again. */
export function globMatches(tokens: Token[], text: string): boolean {
  const chars = [...text]
  let at = 0
  let token = 0
  let many: { at: number; token: number } | undefined
  let wide: { at: number; token: number } | undefined
  while (true) {
    const current = tokens[token]
    if (current === undefined && at === chars.length) return true
    if (current?.kind === 'rest') return true
    if (current?.kind === 'folders') {
      wide = { at, token: ++token }
      many = undefined
      continue
    }
    if (current?.kind === 'many') {
      many = { at, token: ++token }
      continue
    }
    const char = chars[at]
    if (current !== undefined && char !== undefined && accepts(current, char)) {
      at++
      token++
      continue
    }
    if (many && many.at < chars.length && chars[many.at] !== '/') {
      many = { at: many.at + 1, token: many.token }
      ;({ at, token } = many)
      continue
    }
    if (!wide) return false
    const slash = chars.indexOf('/', wide.at)
    if (slash < 0) return false
    many = undefined
    wide = { at: slash + 1, token: wide.token }
    ;({ at, token } = wide)
  }
}

function accepts(token: Token, char: string): boolean {
  switch (token.kind) {
    case 'char':
      return token.char === char
    case 'any':
      return char !== '/'
    case 'set':
      return char !== '/' && token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated
    default:
      return false
  }
}
