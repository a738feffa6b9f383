import { posix } from 'node:path'
import type { Scope } from '../variables/scope.ts'
import { withVariables } from '../variables/with-variables.ts'
import {
  type Entry,
  isNull,
  isSame,
  itemsOf,
  type Mapping,
  mapping,
  member,
  membersOf,
  type Node,
  type Place,
} from '../yaml/node.ts'
import { invalidAt, nameOf } from '../yaml/problem.ts'
import { checkKnown } from './check-known.ts'
import { dotenvOf, type EnvFile, withVariablesOf } from './env-file-scopes.ts'
import { withExtends } from './extends.ts'
import { merge, settled } from './merge.ts'
import type { Reading } from './reading.ts'
import {
  countValues,
  documentsOf,
  type ReadFiles,
  requestFile,
  requireFewServices,
  requireText,
} from './request-file.ts'
import { fromFolder, isAbsolute, isRemote } from './resolve-path.ts'
import { toLongSyntax } from './to-long-syntax.ts'
import { withContexts } from './with-contexts.ts'
import { withEnvironment } from './with-environment.ts'

/** A Compose file to read; `place` is where it is named. */
export interface NamedFile {
  file: string
  key: string
  place: Place
  /** As errors name it, where variables made it. */
  shown?: string | undefined
}

/**
 * Reads Compose files, each put over those before it, with what they include and extend. `base`: the folder that their
 * relative paths are meant from. `chain`: the files that include these.
 * Errors: definition-invalid, definition-unsupported, variable-missing.
 */
export function* loadFiles(
  files: readonly NamedFile[],
  base: string,
  scope: Scope,
  read: ReadFiles,
  chain: readonly string[] = [],
): Reading<Mapping | undefined> {
  let stack: Node | undefined
  for (const { file, key, place, shown } of files) {
    if (chain.includes(file)) {
      const circle = [...chain.slice(chain.indexOf(file)), file].map((step) => step.replace(/^\.\//, ''))
      throw invalidAt(place, `the file includes itself: ${circle.join(' -> ')}`)
    }
    const source = { file: file.replace(/^\.\//, ''), base }
    const text = yield* requestFile(read, key, file, place, { shown })
    for (const document of documentsOf(read, source, text ?? '')) {
      const tree = yield* loadDocument(requireMapping(document), scope, read, [...chain, file])
      stack = settled(stack === undefined ? tree : merge(stack, tree))
    }
  }
  return stack?.kind === 'map' ? withContexts(stack, base) : undefined
}

function* loadDocument(
  document: Mapping,
  scope: Scope,
  read: ReadFiles,
  chain: readonly string[],
): Reading<Mapping> {
  requireFewServices(member(document, 'services'))
  const shaped = withEnvironment(toLongSyntax(withVariables(document, scope)), scope)
  countValues(read, shaped, document.place)
  checkKnown(shaped)
  if (shaped.kind !== 'map') return document
  const included = yield* withIncludes(shaped, scope, read, chain)
  return yield* withExtends(included, read, scope)
}

/** A file over those that it includes. */
function* withIncludes(
  tree: Mapping,
  scope: Scope,
  read: ReadFiles,
  chain: readonly string[],
): Reading<Mapping> {
  const include = member(tree, 'include')
  if (include === undefined || isNull(include)) return withoutInclude(tree)
  let below: Node | undefined
  for (const item of requireList(include)) {
    const one = yield* loadInclude(item, scope, read, chain)
    if (one && below) requireNoConflict(below, one)
    if (one) below = below === undefined ? one : merge(below, one)
  }
  const own = withoutInclude(tree)
  if (below?.kind !== 'map') return own
  const shared = new Map<string, Entry>([...below.entries].filter(([key]) => SHARED.includes(key)))
  const whole = merge(mapping(shared, own), own)
  return whole.kind === 'map' ? whole : own
}

function withoutInclude(tree: Mapping): Mapping {
  const entries = new Map(tree.entries)
  entries.delete('include')
  return mapping(entries, tree)
}

/** Two included files may define the same, but not each something else. Error: definition-invalid. */
function requireNoConflict(before: Node, more: Node): void {
  for (const key of SHARED) {
    for (const [name, { place, value }] of membersOf(member(more, key))) {
      const other = membersOf(member(before, key)).find(([known]) => known === name)?.[1]
      if (!other || isSame(other.value, value)) continue
      const { source, line } = other.place
      const problem = `"${key}.${name}" is defined in two included files, here and otherwise in ${source.file}:${line}`
      throw invalidAt(place, problem)
    }
  }
}

/** What an included file brings; its name and the rest are its own. */
const SHARED = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models']

function* loadInclude(
  item: Node,
  scope: Scope,
  read: ReadFiles,
  chain: readonly string[],
): Reading<Mapping | undefined> {
  const named = item.kind === 'map' ? member(item, 'path') : item
  if (named === undefined) throw invalidAt(item.place, '"include" must name a "path"')
  const files = textsOf(named, 'include.path').map(({ value, place, template }) => ({
    file: pathFrom(place.source.base, value),
    key: 'include',
    place,
    shown: template,
  }))
  const [first] = files
  if (!first) throw invalidAt(named.place, '"include" must name a "path"')
  const folder = member(item, 'project_directory')
  const base =
    folder === undefined
      ? posix.dirname(first.file)
      : pathFrom(folder.place.source.base, requireText(folder, 'include.project_directory').value)
  const inner = yield* includeScope(member(item, 'env_file'), base, scope, read)
  return yield* loadFiles(files, base, inner, read, chain)
}

/** The variables of an included file: those of the one that includes it, and of its own env files. */
function* includeScope(named: Node | undefined, base: string, scope: Scope, read: ReadFiles): Reading<Scope> {
  const files: EnvFile[] = []
  if (named === undefined) files.push(yield* dotenvOf(base, read))
  for (const { value, place, template: shown } of named === undefined
    ? []
    : textsOf(named, 'include.env_file')) {
    if (value === '/dev/null') continue
    const file = pathFrom(place.source.base, value)
    const text = yield* requestFile(read, 'include.env_file', file, place, { shown })
    files.push({ source: { file: posix.normalize(file), base }, text })
  }
  const inner = withVariablesOf(files, scope)
  const names = files.map(({ source }) => source.file)
  // One that lies beside the file that includes it has no others.
  return names.every((name) => scope.hasFile(name)) ? inner : inner.inIncluded(names)
}

const pathFrom = (base: string, written: string): string =>
  isAbsolute(written) || isRemote(written) || written.startsWith('oci:') ? written : fromFolder(base, written)

function requireList(node: Node): Node[] {
  if (node.kind === 'list') return node.items
  throw invalidAt(node.place, '"include" must be a list of files')
}

const textsOf = (node: Node, key: string) =>
  (node.kind === 'list' ? itemsOf(node) : [node]).map((item) => requireText(item, key))

/** The mapping that a document is. Error: definition-invalid. */
function requireMapping(document: Node): Mapping {
  if (document.kind === 'map') return document
  throw invalidAt(document.place, `expected a mapping with "services", not ${nameOf(document)}`)
}
