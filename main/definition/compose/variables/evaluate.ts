import { type Part, parseTemplate } from './template.ts'

/** The value of a variable, or of one `of` an included file; undefined where it is not set. */
export type LookUp = (name: string, of?: string) => string | undefined

/**
 * A text with its variables replaced; or the variable that it cannot do without, and the words that it has for it; or that
 * it becomes longer than any value.
 */
export type Evaluated =
  | { kind: 'value'; value: string }
  | { kind: 'missing'; name: string; words: string }
  | { kind: 'too-long' }

/** More text than any value has; variables in variables could make any amount of it. */
const LONGEST_VALUE = 1 << 20

/** Replaces the variables of a text. One that is not set and has no default is empty, and is given to `unset`. */
export function evaluate(parts: Part[], lookUp: LookUp, unset: (name: string) => void): Evaluated {
  let text = ''
  for (const part of parts) {
    if (part.kind === 'text') {
      text += part.text
      continue
    }
    const found = variable(part, lookUp, unset)
    if (found.kind !== 'value') return found
    text += found.value
    if (text.length > LONGEST_VALUE) return { kind: 'too-long' }
  }
  return { kind: 'value', value: text }
}

function variable(
  { name, of, use }: Extract<Part, { kind: 'variable' }>,
  lookUp: LookUp,
  unset: (name: string) => void,
): Evaluated {
  const value = lookUp(name, of)
  if (use === undefined) {
    if (value === undefined) unset(name)
    return { kind: 'value', value: value ?? '' }
  }
  const given = use.operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  switch (use.operator) {
    case ':-':
    case '-':
      return given ? { kind: 'value', value: value ?? '' } : evaluate(use.argument, lookUp, unset)
    case ':+':
    case '+':
      return given ? evaluate(use.argument, lookUp, unset) : { kind: 'value', value: value ?? '' }
    case ':?':
    case '?': {
      if (given) return { kind: 'value', value: value ?? '' }
      const words = evaluate(use.argument, lookUp, unset)
      return words.kind === 'value' ? { kind: 'missing', name, words: words.value } : words
    }
  }
}

/** The names of the variables in a text, those of defaults too. */
export const variablesOf = (parts: Part[]): string[] =>
  parts.flatMap((part) =>
    part.kind === 'text' ? [] : [part.name, ...(part.use ? variablesOf(part.use.argument) : [])],
  )

/** Whether variables decide what a text is. */
export function hasVariables(text: string): boolean {
  const parts = parseTemplate(text)
  return typeof parts === 'string' || variablesOf(parts).length > 0
}

/** The names of the variables in a text as it is written; none in one that is malformed. */
export function namesInText(text: string): string[] {
  const parts = parseTemplate(text)
  return typeof parts === 'string' ? [] : variablesOf(parts)
}

/** Which env files of included files variables of a text are of, as it is recorded. */
export function includedOf(parts: Part[]): string[] {
  return parts.flatMap((part) =>
    part.kind === 'text'
      ? []
      : [...(part.of === undefined ? [] : [part.of]), ...(part.use ? includedOf(part.use.argument) : [])],
  )
}
