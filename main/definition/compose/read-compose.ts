import { posix } from 'node:path'
import type { Warning } from '../../../shared/definition.ts'
import { isProductError } from '../../../shared/errors.ts'
import { errorCode } from '../../files/error-code.ts'
import { type ProjectPaths, pathInGitRoot } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'
import { classifyKeys } from './classify-keys.ts'
import { withDotenv } from './load/env-file-scopes.ts'
import { loadFiles, type NamedFile } from './load/load-files.ts'
import type { FileAnswer, FileRequest, Reading } from './load/reading.ts'
import { newReadFiles } from './load/request-file.ts'
import { nameOfStack } from './load/stack-name.ts'
import { withSharedBuilds } from './load/with-shared-builds.ts'
import { aboveWarnings } from './mounts-above.ts'
import { withEnvFiles } from './read-env-files.ts'
import { type Json, recordOf } from './record.ts'
import { requireOwnPaths } from './require-own-paths.ts'
import { secretAndConfigSources } from './secret-and-config-sources.ts'
import { type ServiceVariables, variablesOfServices } from './service-variables.ts'
import { type Choice, leftOutOf, readStack } from './stack/read-stack.ts'
import type { Stack } from './stack/stack.ts'
import { type Mention, type Notes, newNotes } from './variables/notes.ts'
import { Scope } from './variables/scope.ts'
import { type Mapping, member, type Node, type Place, placeIn } from './yaml/node.ts'
import { invalidAt, quoted } from './yaml/problem.ts'

export interface ComposeOptions extends Choice {
  /** The environment of the person. */
  env: Readonly<Record<string, string | undefined>>
  /** The value of `COMPOSE_PROJECT_NAME`. */
  name: string
}

/** What the rule does not find out: the whole path of the project's folder, and where it lies in its repository. */
export interface ProjectPlace {
  path: string
  inRoot: string
}

/** What Compose files define. */
export interface ComposeReading {
  stack: Stack
  /** The name that the project gives the stack, where a value depends on it; absent where that is the folder's. */
  givenName?: string
  /** The stack as it is the same on every computer. */
  record: Json
  /** The variables that it names, also those that no value is needed of. */
  variables: Mention[]
  /** Those of this computer that each service gets, by its name. */
  serviceVariables: Record<string, ServiceVariables>
  /** Every file that was read, relative to the project's folder. */
  files: string[]
  /** Files whose values are not in `record`: with variables and labels, and those that secrets and configs are made of. */
  valueFiles: string[]
  /** The variables that decide what the version is, with the env files that give their values. */
  deciding: { variable: string; file: string }[]
  /** Files that would be read if they were there. */
  absent: string[]
  warnings: Warning[]
  /** Where a value stands, or the nearest that is around it. */
  at(path: readonly string[]): Place
  /** The text of a value as an error quotes it, where variables made it: their values may be secret. */
  shown(path: readonly string[]): string | undefined
}

/**
 * Reads Compose files of a project, in their order; each is relative to the project's folder. Relative paths in them are
 * meant from the folder of the first. Only reads: nothing is fetched or run.
 * Errors: definition-invalid, definition-unsupported, variable-missing.
 */
export async function readCompose(
  project: ProjectPaths,
  files: readonly NamedFile[],
  options: ComposeOptions,
): Promise<ComposeReading> {
  const reading = composeReading(files, { path: project.path, inRoot: pathInGitRoot(project) }, options)
  const { tree, ...read } = await answerFrom(project, reading)
  const leftOut = leftOutOf(read.stack)
  requireOwnPaths(tree, leftOut)
  return { ...read, warnings: [...classifyKeys(tree, leftOut), ...read.warnings] }
}

/**
 * Carries out a reading with the files of a project. `kept` gives what counts instead of a file of today: its content, or
 * that there is none.
 * Errors: those of the reading.
 */
export async function answerFrom<T>(
  project: ProjectPaths,
  reading: Reading<T>,
  kept: (file: string) => Buffer | 'absent' | undefined = () => undefined,
): Promise<T> {
  let step = reading.next()
  while (!step.done) {
    const older = kept(step.value.file)
    if (older === undefined) step = reading.next(await answer(project, step.value))
    else if (older === 'absent') step = reading.next({ kind: 'absent' })
    else step = reading.next({ kind: 'text', text: older.toString('utf8') })
  }
  return step.value
}

/** The same as a rule over the files' texts, and without judging what Pristine does not do. `tree`: what they are together. */
export function* composeReading(
  files: readonly NamedFile[],
  { path, inRoot }: ProjectPlace,
  { env, name, profiles = [], services = [], only }: ComposeOptions,
): Reading<ComposeReading & { tree: Mapping }> {
  const [first] = files
  if (!first) throw new TypeError('There are no Compose files to read.')
  const read = newReadFiles(inRoot)
  const notes = newNotes()
  const base = posix.dirname(first.file)
  // docker-compose is run in the project's folder, where a shell has it as `PWD`.
  const outer = new Scope({ notes, own: { PWD: path }, computer: env })
  const unnamed = yield* withDotenv(base, outer, read)
  const given = yield* nameOfStack(files, base, unnamed, read)
  const scope = unnamed.called(given, name)
  const loaded = yield* loadFiles(files, base, scope, read)
  if (!loaded) throw invalidAt(first.place, `${first.file.replace(/^\.\//, '')} is empty`)
  const tree = withSharedBuilds(loaded)
  // Not by the variable of this computer: nobody would see why an environment differs.
  const chosen = (scope.deciding('COMPOSE_PROFILES') ?? '').split(',').filter(Boolean)
  const choice = { services, profiles: [...profiles, ...chosen], ...(only && { only }) }
  const plain = readStack(tree, choice)
  const ofFiles = new Map<string, Set<string>>()
  const stack = yield* withEnvFiles(plain, tree, scope, read, ofFiles)
  return {
    stack,
    tree,
    ...(given !== undefined && notes.usesName && { givenName: given }),
    record: recordOf(tree, { leftOut: leftOutOf(stack), base }),
    variables: [...notes.mentions.values()],
    serviceVariables: variablesOfServices(tree, stack, notes, ofFiles),
    files: [...read.files].map(plainPath),
    valueFiles: [
      ...new Set([
        ...[...read.values].map(plainPath),
        ...secretAndConfigSources(tree, stack, scope, { path, inRoot }),
      ]),
    ],
    deciding: [...notes.deciding].flatMap(([variable, files]) =>
      [...files].map((file) => ({ variable, file })),
    ),
    absent: [...read.absent].map(plainPath),
    warnings: [
      ...unsetWarnings(notes),
      ...notCountedWarnings(notes),
      ...unreadWarnings(scope),
      ...portWarnings(stack),
      ...aboveWarnings(stack, inRoot),
      ...ownerWarnings(stack),
    ],
    at: (path) => placeIn(tree, path),
    shown: (path) => {
      const node = path.reduce(member, tree as Node | undefined)
      return node?.template === undefined ? undefined : quoted(node.template)
    },
  }
}

const plainPath = (file: string): string => file.replace(/^\.\//, '')

/** A file of this computer has the owner and the mode that it has there. */
const ownerWarnings = ({ services, secrets, configs }: Stack): Warning[] =>
  Object.values(services).flatMap((service) =>
    [
      ...service.secrets.map((use) => ({ key: 'secrets', use, file: secrets[use.source] })),
      ...service.configs.map((use) => ({ key: 'configs', use, file: configs[use.source] })),
    ].flatMap(({ key, use, file }) => {
      if (file?.kind !== 'file' || (use.uid ?? use.gid ?? use.mode) === undefined) return []
      const message = `"uid", "gid" and "mode" of ${use.source} are ignored in "${key}" (${service.name}): the file is mounted as it is.`
      return [{ code: 'ignored', message }]
    }),
  )

/** Ports that are not published: of a container without a network of its own, of SCTP, and a port of a container again. */
const portWarnings = ({ services }: Stack): Warning[] =>
  Object.values(services).flatMap(({ name, network, ports }) => {
    const ignored = (message: string): Warning => ({ code: 'ignored', message })
    const isElsewhere = network.kind === 'mode' && /^(?:host$|none$|service:|container:)/.test(network.mode)
    if (ports.length > 0 && isElsewhere)
      return [ignored(`"ports" is ignored (${name}): with its "network_mode" none can be published.`)]
    return [...Map.groupBy(ports, ({ target, protocol }) => `${target}/${protocol}`)].flatMap(
      ([port, { length }]) => {
        if (port.endsWith('/sctp'))
          return [ignored(`"ports": ${port} is ignored (${name}): only TCP and UDP are published.`)]
        if (length === 1) return []
        return [
          ignored(`"ports": ${port} is published once (${name}); the first of its ${length} entries counts.`),
        ]
      },
    )
  })

/** Settings of Compose in `.env` that would have other files read. */
const unreadWarnings = (scope: Scope): Warning[] =>
  ['COMPOSE_FILE', 'COMPOSE_ENV_FILES']
    .filter((name) => scope.ofProject(name) !== undefined)
    .map((name) => ({
      code: 'ignored',
      message: `${name} in the file .env is ignored: "dockerComposeFile" of a devcontainer.json names the files that are read.`,
    }))

function notCountedWarnings({ notCounted }: Notes): Warning[] {
  return [...notCounted].map(([name, { source, line }]) => ({
    code: 'variable-not-counted',
    message:
      `${name} of your environment does not count in ${source.file}:${line}, which decides what is built: the same commit is ` +
      'the same version on every computer. Set it in the file .env of the project.',
  }))
}

function unsetWarnings({ unset }: Notes): Warning[] {
  return [...unset].map(([name, { source, line }]) => ({
    code: 'variable-unset',
    message: `The variable ${name} is not set, so it is empty in ${source.file}:${line}; \${${name}:-value} gives it a value.`,
  }))
}

async function answer(project: ProjectPaths, { file }: FileRequest): Promise<FileAnswer> {
  const path = posix.normalize(file)
  try {
    return { kind: 'text', text: await readText(project, await throughLinksInFiles(project, path)) }
  } catch (error) {
    if (!isProductError(error, 'definition-invalid')) throw error
    const code = errorCode(error.cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' }
    return { kind: 'problem', problem: error.why }
  }
}
