/** What a text with variables is made of. */
export type Part = { kind: 'text'; text: string } | Variable

interface Variable {
  kind: 'variable'
  name: string
  /** Only in what Pristine records: the env files of an included file that count there, as `env-file-groups.ts` writes them. */
  of?: string
  use?: { operator: Operator; argument: Part[] }
}

/** What stands after a variable's name; with a colon, an empty value counts as none. */
type Operator = ':-' | '-' | ':?' | '?' | ':+' | '+'

/** More braces inside each other than any text needs. */
const MAX_DEPTH = 20

const NAME = /[_a-z][_a-z0-9]*/iy
const OF = /@(?:[\w.,;]|%[0-9A-F]{2})+/y
const OPERATOR = /:?[-?+]/y

/**
 * Reads the variables of a text, as the Compose specification has them: `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME:?words}`, `${NAME:+other}`, the same without the colon, and `$$` for a dollar. A dollar before anything else
 * stays. Returns the problem where `${` begins none of these.
 */
export function parseTemplate(text: string, depth = 0): Part[] | string {
  if (depth > MAX_DEPTH) return 'its variables are nested too deep'
  const parts: Part[] = []
  const lastClose = text.lastIndexOf('}')
  let plain = ''
  let at = 0
  const add = (part: Part) => {
    if (plain !== '') parts.push({ kind: 'text', text: plain })
    plain = ''
    parts.push(part)
  }
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar < 0) break
    plain += text.slice(at, dollar)
    at = dollar + 1
    const next = text.charAt(at)
    if (next === '$') {
      plain += '$'
      at += 1
    } else if (next === '{') {
      const close = at < lastClose ? closingBrace(text, at) : -1
      if (close < 0) return `"$\{" has no end; write "$$" for a dollar`
      const part = braced(text.slice(at + 1, close), depth)
      if (typeof part === 'string') return part
      add(part)
      at = close + 1
    } else {
      const name = matchAt(NAME, text, at)
      if (name === undefined) plain += '$'
      else add({ kind: 'variable', name })
      at += name?.length ?? 0
    }
  }
  plain += text.slice(at)
  if (plain !== '') parts.push({ kind: 'text', text: plain })
  return parts
}

function braced(inside: string, depth: number): Part | string {
  const name = matchAt(NAME, inside, 0)
  const files = name === undefined ? undefined : matchAt(OF, inside, name.length)
  const begin = (name?.length ?? 0) + (files?.length ?? 0)
  const operator = name === undefined ? undefined : matchAt(OPERATOR, inside, begin)
  const rest = inside.slice(begin + (operator?.length ?? 0))
  if (name === undefined || (operator === undefined && rest !== '')) {
    return `"$\{${shortened(inside)}}" is not a variable; write "$$" for a dollar`
  }
  const variable = { kind: 'variable', name, ...(files && { of: files.slice(1) }) } as const
  if (operator === undefined) return variable
  const argument = parseTemplate(rest, depth + 1)
  if (typeof argument === 'string') return argument
  return { ...variable, use: { operator: operator as Operator, argument } }
}

/** The text that such parts are read from. */
export const templateText = (parts: readonly Part[]): string =>
  parts
    .map((part) => {
      if (part.kind === 'text') return part.text.replaceAll('$', () => '$$')
      const { name, of, use } = part
      const rest = use ? use.operator + templateText(use.argument) : ''
      return `\${${name}${of === undefined ? '' : `@${of}`}${rest}}`
    })
    .join('')

function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '{') depth += 1
    if (char === '}') depth -= 1
    if (depth === 0) return at
  }
  return -1
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** Whether a text has a variable or an escaped dollar. */
export const mayHaveVariables = (text: string): boolean => text.includes('$')
