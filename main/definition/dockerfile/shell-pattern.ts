/**
 * The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `*` and `?`, a
 * backslash escapes them. Matched without regular expressions, so that no pattern can take long.
 */
type Token = { kind: 'any' } | { kind: 'many' } | { kind: 'char'; char: string }

function shellPattern(pattern: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '*') tokens.push({ kind: 'many' })
    else if (char === '?') tokens.push({ kind: 'any' })
    else if (char === '\\') {
      const next = pattern.charAt(at + 1)
      if (next === '}' || next === '/') continue
      if (next !== '*' && next !== '?' && next !== '\\')
        throw new SyntaxError(`invalid escape '\\${next}' in a pattern`)
      tokens.push({ kind: 'char', char: next })
      at++
    } else tokens.push({ kind: 'char', char })
  }
  return tokens
}

/** Where a match that begins at `start` ends: the nearest or the farthest end; undefined for none. */
function matchEnd(tokens: Token[], value: string, start: number, farthest: boolean): number | undefined {
  let states = new Set(closure(tokens, 0))
  let found = states.has(tokens.length) ? start : undefined
  for (let at = start; at < value.length && states.size > 0; at++) {
    if (found !== undefined && !farthest) return found
    const char = value.charAt(at)
    const next = new Set<number>()
    for (const state of states) {
      const token = tokens[state]
      if (token === undefined) continue
      if (token.kind === 'many' ? char !== '\n' : token.kind === 'any' ? char !== '\n' : token.char === char)
        for (const reached of closure(tokens, token.kind === 'many' ? state : state + 1)) next.add(reached)
    }
    states = next
    if (states.has(tokens.length)) found = at + 1
  }
  return found
}

function closure(tokens: Token[], state: number): number[] {
  const states = [state]
  while (tokens[state]?.kind === 'many') states.push(++state)
  return states
}

export function trimPrefix(pattern: string, value: string, farthest: boolean): string {
  return value.slice(matchEnd(shellPattern(pattern), value, 0, farthest) ?? 0)
}

export function trimSuffix(pattern: string, value: string, farthest: boolean): string {
  const reversed = [...value].reverse().join('')
  const end = matchEnd(shellPattern(pattern).reverse(), reversed, 0, farthest) ?? 0
  return [...reversed.slice(end)].reverse().join('')
}

export function replaceMatches(pattern: string, value: string, replacement: string, all: boolean): string {
  const tokens = shellPattern(pattern)
  let result = ''
  let at = 0
  while (at <= value.length) {
    const end = matchEnd(tokens, value, at, true)
    if (end === undefined) {
      result += value.charAt(at)
      at++
      continue
    }
    result += replacement
    if (!all) return result + value.slice(end)
    if (end === at) result += value.charAt(at)
    at = Math.max(end, at + 1)
  }
  return result
}
