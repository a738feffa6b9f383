import { posix } from 'node:path'
import { groupsOf } from '../variables/env-file-groups.ts'
import { includedOf } from '../variables/evaluate.ts'
import { parseDotenv } from '../variables/parse-dotenv.ts'
import type { FixedValue, Scope } from '../variables/scope.ts'
import { parseTemplate } from '../variables/template.ts'
import type { Source } from '../yaml/node.ts'
import type { Reading } from './reading.ts'
import { type ReadFiles, requestUnnamed } from './request-file.ts'
import { fromFolder } from './resolve-path.ts'

/** With the variables of the file `.env` in a folder, where there is one. Errors: definition-invalid, variable-missing. */
export function* withDotenv(base: string, scope: Scope, read: ReadFiles): Reading<Scope> {
  return withVariablesOf([yield* dotenvOf(base, read)], scope)
}

/**
 * With the scopes of the included files of which the texts in a record have variables. Errors: definition-invalid,
 * variable-missing.
 */
export function* withIncluded(record: unknown, scope: Scope, read: ReadFiles): Reading<Scope> {
  const included = new Map<string, Scope>()
  for (const of of new Set(includedIn(record))) {
    let inner = scope
    for (const group of groupsOf(of)) {
      const files: EnvFile[] = []
      for (const file of group) {
        const text = yield* requestUnnamed(read, file)
        files.push({ source: { file, base: posix.dirname(file) }, text })
      }
      inner = withVariablesOf(files, inner)
    }
    included.set(of, inner)
  }
  return scope.withIncluded(included)
}

function includedIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const parts = value.includes('@') ? parseTemplate(value) : []
    return typeof parts === 'string' ? [] : includedOf(parts)
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(includedIn) : []
}

/** An env file, and its text if it is there. */
export interface EnvFile {
  source: Source
  text: string | undefined
}

/** The file `.env` in a folder. Error: definition-invalid for one that is there and cannot be read. */
export function* dotenvOf(base: string, read: ReadFiles): Reading<EnvFile> {
  const file = fromFolder(base, '.env')
  const text = yield* requestUnnamed(read, file)
  return { source: { file: file.replace(/^\.\//, ''), base }, text }
}

/** With the variables of env files, of which later ones count more. Errors: definition-invalid, variable-missing. */
export function withVariablesOf(files: readonly EnvFile[], scope: Scope): Scope {
  const variables = new Map<string, string>()
  const fixed = new Map<string, FixedValue>()
  for (const { source, text = '' } of files) {
    for (const [name, one] of parseDotenv(source, text, scope, (name) => variables.get(name)))
      variables.set(name, one)
    const before = (name: string) => fixed.get(name)?.value
    for (const [name, value] of parseDotenv(source, text, scope.onlyProject(), before))
      fixed.set(name, { value, file: source.file })
  }
  return scope.with(
    variables,
    fixed,
    files.map(({ source }) => source.file),
  )
}
