import type { ReadingBudget } from './reading-budget.ts'

/**
 * The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `*` and `?`, a
 * backslash escapes them. Matched by whole characters and without regular expressions, so that every step counts.
 */
type Token = { kind: 'any' } | { kind: 'many' } | { kind: 'char'; char: string }

function shellPattern(pattern: string): Token[] {
  const tokens: Token[] = []
  const chars = [...pattern]
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (char === '*') {
      if (tokens.at(-1)?.kind !== 'many') tokens.push({ kind: 'many' })
    } else if (char === '?') tokens.push({ kind: 'any' })
    else if (char === '\\') {
      const next = chars[at + 1] ?? ''
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
function matchEnd(
  tokens: Token[],
  value: string[],
  start: number,
  farthest: boolean,
  budget: ReadingBudget,
): number | undefined {
  let states = new Set(tokens[0]?.kind === 'many' ? [0, 1] : [0])
  let found = states.has(tokens.length) ? start : undefined
  for (let at = start; at < value.length && states.size > 0; at++) {
    if (found !== undefined && !farthest) return found
    budget.spend(states.size)
    const char = value[at]
    const next = new Set<number>()
    for (const state of states) {
      const token = tokens[state]
      if (token === undefined) continue
      if (token.kind === 'char' ? token.char !== char : char === '\n') continue
      const reached = token.kind === 'many' ? state : state + 1
      next.add(reached)
      if (tokens[reached]?.kind === 'many') next.add(reached + 1)
    }
    states = next
    if (states.has(tokens.length)) found = at + 1
  }
  return found
}

export function trimPrefix(pattern: string, value: string, farthest: boolean, budget: ReadingBudget): string {
  const chars = [...value]
  return chars.slice(matchEnd(shellPattern(pattern), chars, 0, farthest, budget) ?? 0).join('')
}

export function trimSuffix(pattern: string, value: string, farthest: boolean, budget: ReadingBudget): string {
  const chars = [...value].reverse()
  const end = matchEnd(shellPattern(pattern).reverse(), chars, 0, farthest, budget) ?? 0
  return chars.slice(end).reverse().join('')
}

export function replaceMatches(
  pattern: string,
  value: string,
  replacement: string,
  all: boolean,
  budget: ReadingBudget,
): string {
  const tokens = shellPattern(pattern)
  const chars = [...value]
  let result = ''
  let at = 0
  while (at <= chars.length) {
    const end = matchEnd(tokens, chars, at, true, budget)
    if (end === undefined) {
      result += chars[at] ?? ''
      at++
      continue
    }
    budget.spend(replacement.length)
    result += replacement
    if (!all) return result + chars.slice(end).join('')
    if (end === at) result += chars[at] ?? ''
    at = Math.max(end, at + 1)
  }
  return result
}
