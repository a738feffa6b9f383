import { basename, posix } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** What the variables of a definition stand for; what is absent here is not known yet. */
export interface Variables {
  localEnv?: Environment
  containerEnv?: Environment
  localWorkspaceFolder?: string
  containerWorkspaceFolder?: string
  devcontainerId?: string
  /** Pristine's own: the root of the git working tree that holds the project. */
  localGitRoot?: string
}

/**
 * Replaces the variables of the Dev Containers specification (`${localEnv:NAME:default}`, `${containerWorkspaceFolder}`
 * …) by their values. Unknown variables stay as written. One pass: a value that looks like a variable is not replaced
 * again.
 */
export function substitute(text: string, variables: Variables): string {
  let result = ''
  let done = 0
  for (const { start, end, expression } of findVariables(text)) {
    result += text.slice(done, start) + (valueFor(expression, variables) ?? text.slice(start, end))
    done = end
  }
  return result + text.slice(done)
}

/** The same for every string inside a JSON value; keys stay as they are. */
export function substituteAll<T>(value: T, variables: Variables): T {
  return mapStrings(value, (text) => substitute(text, variables)) as T
}

/** The variables a text mentions, as written between `${` and `}`. */
export function variablesIn(text: string): string[] {
  return [...findVariables(text)].map((found) => found.expression)
}

/** The variables that strings anywhere in a value mention. */
export function variablesInside(value: unknown): string[] {
  if (typeof value === 'string') return variablesIn(value)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(variablesInside) : []
}

/** The names of the variables of this computer's environment that strings anywhere in a value mention. */
export const environmentVariablesIn = (value: unknown): string[] =>
  variablesInside(value).flatMap((found) => /^(?:localEnv|env):([^:]+)/.exec(found)?.[1] ?? [])

/** Whether a variable, as written between `${` and `}`, has a value that this computer gives. */
export const isLocalVariable = (expression: string): boolean => LOCAL.test(expression)

const LOCAL =
  /^(?:(?:localEnv|env):|(?:localWorkspaceFolder|localWorkspaceFolderBasename|localGitRoot|localGitRootBasename|devcontainerId)$)/

/** Whether the specification knows a variable, such as `localEnv:HOME`. */
export function isVariable(expression: string): boolean {
  const [name = '', argument] = expression.split(':')
  return NAMED.includes(name) ? Boolean(argument) : PLAIN.includes(name) && argument === undefined
}

const NAMED = ['localEnv', 'env', 'containerEnv']
const PLAIN = [
  'localWorkspaceFolder',
  'localWorkspaceFolderBasename',
  'containerWorkspaceFolder',
  'containerWorkspaceFolderBasename',
  'devcontainerId',
  'localGitRoot',
  'localGitRootBasename',
]

/** Scans by hand, because a pattern would be quadratic on hostile text such as a million `${`. */
function* findVariables(text: string): Generator<{ start: number; end: number; expression: string }> {
  let from = 0
  for (;;) {
    const start = text.indexOf('${', from)
    const close = start < 0 ? -1 : text.indexOf('}', start)
    if (close < 0) return
    yield { start, end: close + 1, expression: text.slice(start + 2, close) }
    from = close + 1
  }
}

function valueFor(expression: string, variables: Variables): string | undefined {
  if (!isVariable(expression)) return undefined
  const [name = '', argument = '', ...rest] = expression.split(':')
  switch (name) {
    case 'localEnv':
    case 'env':
      return lookUp(variables.localEnv, argument, rest)
    case 'containerEnv':
      return lookUp(variables.containerEnv, argument, rest)
    case 'localWorkspaceFolder':
      return variables.localWorkspaceFolder
    case 'localWorkspaceFolderBasename':
      return map(variables.localWorkspaceFolder, basename)
    case 'containerWorkspaceFolder':
      return variables.containerWorkspaceFolder
    case 'containerWorkspaceFolderBasename':
      return map(variables.containerWorkspaceFolder, posix.basename)
    case 'devcontainerId':
      return variables.devcontainerId
    case 'localGitRoot':
      return variables.localGitRoot
    default:
      return map(variables.localGitRoot, basename)
  }
}

/** An unset variable is its default (which may hold colons), or empty, as in a shell. */
function lookUp(environment: Environment | undefined, name: string, rest: string[]): string | undefined {
  if (environment === undefined) return undefined
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined
  return value ?? rest.join(':')
}

const map = (value: string | undefined, change: (value: string) => string): string | undefined =>
  value === undefined ? undefined : change(value)

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]))
}
