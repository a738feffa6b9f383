import { productError } from '../../../../shared/errors.ts'
import { isNull, type Node, type Place, type Scalar, type Source, sizeOf } from '../yaml/node.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { invalidAt, nameOf, quoted, unsupportedAt } from '../yaml/problem.ts'
import type { FileAnswer, Reading } from './reading.ts'
import { isAbsolute, isRemote, leavesRepository } from './resolve-path.ts'

/** With the Compose files themselves; one that is included twice counts twice. */
const MAX_FILES = 200

/** The files that were read, in their order, each once; and where the project lies in its repository. */
export interface ReadFiles {
  inRoot: string
  files: Set<string>
  /** Those that need not be there, and are not. */
  absent: Set<string>
  /** Those of variables and labels. */
  values: Set<string>
  asked: number
  /** What files are as YAML, by their paths and the folders that their paths are meant from. */
  parsed: Map<string, Node[]>
  /** How many values were read and made so far. */
  size: number
}

/** Nothing read yet, of a project that lies at `inRoot` in its repository. */
export const newReadFiles = (inRoot: string): ReadFiles => ({
  inRoot,
  files: new Set(),
  absent: new Set(),
  values: new Set(),
  asked: 0,
  parsed: new Map(),
  size: 0,
})

/** Of all files, each time that one is read or extended: more than any stack has. */
const MOST_VALUES = 300_000

/** Counts values that were read or made. Error: definition-invalid at a place, for too many. */
export function countValues(read: ReadFiles, values: Node, place: Place): void {
  read.size += sizeOf(values)
  if (read.size <= MOST_VALUES) return
  throw invalidAt(place, `the Compose files make more than ${MOST_VALUES} values together`)
}

/** The documents of a YAML file, which is parsed once however often it is named. Error: definition-invalid. */
export function documentsOf(read: ReadFiles, source: Source, text: string): Node[] {
  const key = `${source.base}\n${source.file}`
  const known = read.parsed.get(key)
  if (known) return known
  const documents = parseYaml(source, text)
  for (const document of documents) countValues(read, document, document.place)
  read.parsed.set(key, documents)
  return documents
}

/** More than a person can look after. */
export const MAX_SERVICES = 100

/** Refuses a file with too many services before anything is made of them. Error: definition-invalid. */
export function requireFewServices(services: Node | undefined): void {
  if (services?.kind !== 'map' || services.entries.size <= MAX_SERVICES) return
  throw invalidAt(services.place, `expected at most ${MAX_SERVICES} services`)
}

/** The keys that name files of variables and labels. */
const VALUE_KEYS = ['env_file', 'label_file', 'include.env_file']

/**
 * Asks for a file that a key names; undefined where it may be missing and is. Its path is meant from the project's folder.
 * `shown`: as an error names it, where variables made it.
 * Errors: definition-invalid, definition-unsupported for one that would have to be fetched.
 */
export function* requestFile(
  read: ReadFiles,
  key: string,
  file: string,
  place: Place,
  {
    required = true,
    shown = file.replace(/^\.\//, ''),
  }: { required?: boolean; shown?: string | undefined } = {},
): Reading<string | undefined> {
  if (isRemote(file) || /^oci:/.test(file)) {
    throw unsupportedAt(place, `${key}: ${shown}`, 'no lock pins a file that is fetched from elsewhere')
  }
  if (isAbsolute(file) || file.startsWith('~') || leavesRepository(file, read.inRoot)) {
    throw invalidAt(place, `"${key}" names ${quoted(shown)}, which is not in the repository`)
  }
  count(read, place)
  const answer = yield { file, place }
  note(read, file, answer, VALUE_KEYS.includes(key))
  if (answer.kind === 'text') return answer.text
  if (answer.kind === 'absent' && !required) return undefined
  const problem = answer.kind === 'absent' ? 'there is no such file' : answer.problem
  throw invalidAt(place, `"${key}" names ${shown}: ${problem}`)
}

/** Asks for a file that no key names. Error: definition-invalid for one that is there and cannot be read. */
export function* requestUnnamed(read: ReadFiles, file: string): Reading<string | undefined> {
  const answer = yield { file }
  note(read, file, answer, true)
  if (answer.kind === 'absent') return undefined
  if (answer.kind === 'text') return answer.text
  throw productError('definition-invalid', { file: file.replace(/^\.\//, ''), problem: answer.problem })
}

function note(read: ReadFiles, file: string, { kind }: FileAnswer, hasValues: boolean): void {
  const noted = kind === 'absent' ? read.absent : read.files
  noted.add(file)
  if (hasValues && kind === 'text') read.values.add(file)
}

function count(read: ReadFiles, place: Place): void {
  read.asked += 1
  if (read.asked > MAX_FILES) throw invalidAt(place, `expected at most ${MAX_FILES} files`)
}

/** A scalar that is a text and not empty. Error: definition-invalid. */
export function requireText(node: Node, key: string): Scalar & { value: string } {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') {
    return { ...node, value: node.value }
  }
  const what = isNull(node) || (node.kind === 'scalar' && node.value === '') ? 'empty' : nameOf(node)
  throw invalidAt(node.place, `"${key}" must be a text, not ${what}`)
}
