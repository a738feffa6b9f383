import type { Expanded, Value } from './syntax/expand.ts'
import type { Instruction } from './syntax/parse-instruction.ts'
import { DockerfileProblem } from './syntax/problem.ts'
import { quotedWords } from './syntax/split-words.ts'
import { substitute, type WordContext } from './syntax/substitute.ts'
import type { Variables } from './syntax/variables.ts'

/**
 * Applies an ARG to the variables. `args` are the values given for the build; `inherited` answers
 * for an ARG without a value (the scope before the first FROM, inside a stage).
 */
export function assignArg(
  instruction: Instruction,
  scope: Variables,
  context: WordContext,
  args: Readonly<Record<string, Value>>,
  inherited: (name: string) => Value | undefined,
): void {
  for (const word of quotedWords(instruction.rest, context.escapeChar)) {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    if (name === '') throw new DockerfileProblem(context.line, 'ARG needs a name')
    const given = Object.hasOwn(args, name) ? args[name] : undefined
    const value = given ?? (equals < 0 ? inherited(name) : substitute(word.slice(equals + 1), scope, context))
    if (value !== undefined) scope.set(name, value)
  }
}

/** Applies an ENV to the variables. */
export function assignEnv(instruction: Instruction, scope: Variables, context: WordContext): void {
  // All values of one ENV are substituted with what held before it.
  const assigned = pairsOf(instruction, context).map(([name, value]) => ({
    name: substitute(name, scope, context),
    value: substitute(value, scope, context),
  }))
  for (const { name, value } of assigned) scope.set(name.text, value)
}

/** The value that a LABEL sets for a label; undefined if it does not set it. */
export function labelIn(
  instruction: Instruction,
  label: string,
  scope: Variables,
  context: WordContext,
): Expanded | undefined {
  // A label that another text makes the same is refused when the image has it.
  if (!instruction.rest.includes(label)) return undefined
  const pairs = pairsOf(instruction, context)
  const pair = pairs.findLast(([name]) => substitute(name, scope, context).text === label)
  return pair && substitute(pair[1], scope, context)
}

function pairsOf({ keyword, rest }: Instruction, { line, escapeChar }: WordContext): [string, string][] {
  const what = keyword.toUpperCase()
  const words = quotedWords(rest, escapeChar)
  if (!words[0]?.includes('=')) {
    const gap = /[\t\v\f\r ]+/.exec(rest)
    if (!gap) throw new DockerfileProblem(line, `${what} needs a name and a value`)
    return [[rest.slice(0, gap.index), rest.slice(gap.index + gap[0].length)]]
  }
  return words.map((word) => {
    const equals = word.indexOf('=')
    if (equals < 0) throw new DockerfileProblem(line, `${what}: "${word}" has no "="`)
    if (equals === 0) throw new DockerfileProblem(line, `${what} needs a name before "="`)
    return [word.slice(0, equals), word.slice(equals + 1)]
  })
}
