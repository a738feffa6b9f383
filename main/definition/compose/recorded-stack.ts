import type { ComposeRecord } from '../../../shared/definition.ts'
import { withDotenv, withIncluded } from './load/env-file-scopes.ts'
import type { Reading } from './load/reading.ts'
import { newReadFiles } from './load/request-file.ts'
import { toLongSyntax } from './load/to-long-syntax.ts'
import { withEnvironment } from './load/with-environment.ts'
import { withEnvFiles } from './read-env-files.ts'
import type { Json } from './record.ts'
import { variablesOfServices } from './service-variables.ts'
import { readStack } from './stack/read-stack.ts'
import type { Stack } from './stack/stack.ts'
import { hasVariables } from './variables/evaluate.ts'
import { newNotes } from './variables/notes.ts'
import { Scope } from './variables/scope.ts'
import { withVariables } from './variables/with-variables.ts'
import type { Entry, Node, Place } from './yaml/node.ts'

/** What a plan records of Compose files. */
export interface RecordedStack {
  /** The definition's file, for errors. */
  file: string
  /** By their names. */
  services: Record<string, ComposeRecord>
  /** Networks, volumes, secrets and configs, and the folder that relative paths with variables are meant from. */
  resources: ComposeRecord
}

interface RecordedOptions {
  /** The environment of the person. */
  env: Readonly<Record<string, string | undefined>>
  /** The value of `COMPOSE_PROJECT_NAME` of a stack without a name of its own. */
  name: string
  /** The project's folder, absolute. */
  path: string
  inRoot: string
}

/**
 * The stack that a plan records, with the values that its variables and files have today, and the variables of this computer
 * that each service gets when it runs. What a service is built from is planned by value, and is not in it. Asks for files as the reading of Compose files does.
 * Errors: definition-invalid, variable-missing.
 */
export function* recordedStack(
  { file, services, resources }: RecordedStack,
  { env, name, path, inRoot }: RecordedOptions,
): Reading<{ stack: Stack; variables: Record<string, string[]> }> {
  const { [FOLDER]: folder, name: given, ...others } = resources
  const base = typeof folder === 'string' ? folder : '.'
  const read = newReadFiles(inRoot)
  const notes = newNotes()
  // A stack may have a name of its own.
  const own = { COMPOSE_PROJECT_NAME: typeof given === 'string' ? given : name, PWD: path }
  const outer = new Scope({ notes, own, computer: env })
  const scope = yield* withIncluded([services, others], yield* withDotenv(base, outer, read), read)
  const named = Object.entries(services).map(([key, record]): [string, Json] => [
    key,
    { ...withoutLeftOut(record, services), image: IMAGE },
  ])
  const tree = nodeOf({ services: Object.fromEntries(named), ...others }, { file, base })
  const shaped = withEnvironment(toLongSyntax(withVariables(tree, scope)), scope)
  if (shaped.kind !== 'map') throw new TypeError('A recorded stack is a mapping.')
  const ofFiles = new Map<string, Set<string>>()
  const plain = yield* withEnvFiles(readStack(shaped), shaped, scope, read, ofFiles)
  const withValues = (some: Stack['secrets']) =>
    Object.fromEntries(
      Object.entries(some).map(([key, one]) => [
        key,
        one.kind === 'variable' ? { ...one, value: scope.peek(one.variable) } : one,
      ]),
    )
  const stack = { ...plain, secrets: withValues(plain.secrets), configs: withValues(plain.configs) }
  const used = Object.entries(variablesOfServices(shaped, stack, notes, ofFiles))
  return { stack, variables: Object.fromEntries(used.map(([key, { run }]) => [key, run])) }
}

/** The key of `resources` with the folder that relative paths with variables are meant from; absent for the project's. */
export const FOLDER = 'folder'
/** In the place of what a service runs from. */
const IMAGE = 'planned'

/** The record of a service without dependencies that took no part. */
function withoutLeftOut(record: ComposeRecord, services: RecordedStack['services']): { [key: string]: Json } {
  const needs = record['depends_on']
  if (!isMembers(needs)) return record
  const there = Object.entries(needs).filter(([name]) => Object.hasOwn(services, name))
  return { ...record, depends_on: Object.fromEntries(there) }
}

const isMembers = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A recorded value. Paths without variables are recorded as they are meant from the project's folder, those with variables as
 * written: from the folder `base`, or from the one that is recorded with them.
 */
function nodeOf(value: Json, from: { file: string; base: string }): Node {
  const base = typeof value === 'string' && hasVariables(value) ? from.base : '.'
  const place: Place = { source: { file: from.file, base }, line: 1, column: 1 }
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => nodeOf(item, from)), place }
  if (!isMembers(value)) return { kind: 'scalar', value, place }
  const { folder, text, ...more } = value
  if (typeof folder === 'string' && typeof text === 'string' && Object.keys(more).length === 0)
    return nodeOf(text, { ...from, base: folder })
  const entries = Object.entries(value).map(([key, one]): [string, Entry] => [
    key,
    { place, value: nodeOf(one, from) },
  ])
  return { kind: 'map', entries: new Map(entries), place }
}
