import type { Reading } from './load/reading.ts'
import { type ReadFiles, requestFile } from './load/request-file.ts'
import { requireFreeLabel } from './stack/require-free-label.ts'
import type { Stack, StackService } from './stack/stack.ts'
import { newNotes } from './variables/notes.ts'
import { parseDotenv, parseRawEnv } from './variables/parse-dotenv.ts'
import { Scope } from './variables/scope.ts'
import { itemsOf, type Mapping, member, type Place } from './yaml/node.ts'

/**
 * Reads the files that services take variables and labels from. A value in an env file may name variables of the stack,
 * of the service and of the files before it. `variables` gets those of the stack that the files of each service name.
 * Errors: definition-invalid, definition-unsupported, variable-missing.
 */
export function* withEnvFiles(
  stack: Stack,
  tree: Mapping,
  scope: Scope,
  read: ReadFiles,
  variables: Map<string, Set<string>> = new Map(),
): Reading<Stack> {
  const services: Stack['services'] = {}
  for (const [name, service] of Object.entries(stack.services)) {
    const node = member(member(tree, 'services'), name)
    const named = itemsOf(member(node, 'env_file')).map((file) => ({
      place: file.place,
      shown: member(file, 'path')?.template,
    }))
    const ofFiles = new Set<string>()
    variables.set(name, ofFiles)
    const withVariables = yield* envFilesOf(service, named, scope.naming(ofFiles), read)
    const files = itemsOf(member(node, 'label_file')).map((file) => ({
      file: file.kind === 'scalar' ? String(file.value) : '',
      place: file.place,
      shown: file.template,
    }))
    services[name] = { ...withVariables, labels: yield* labelsOf(service, files, read) }
  }
  return { ...stack, services }
}

function* envFilesOf(
  service: StackService,
  named: { place: Place; shown: string | undefined }[],
  scope: Scope,
  read: ReadFiles,
): Reading<StackService> {
  const own = new Map(
    Object.entries(service.environment).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
  const envFiles: StackService['envFiles'] = []
  for (const [i, envFile] of service.envFiles.entries()) {
    const from = named[i]
    if (from === undefined) continue
    const { place, shown } = from
    const { required } = envFile
    const text = yield* requestFile(read, 'env_file', envFile.path, place, { required, shown })
    if (text === undefined) {
      envFiles.push(envFile)
      continue
    }
    const source = { file: envFile.path.replace(/^\.\//, ''), base: place.source.base }
    const variables =
      envFile.format === 'raw'
        ? parseRawEnv(source, text, scope)
        : parseDotenv(source, text, scope, (name) => own.get(name))
    for (const [name, value] of variables) if (!own.has(name)) own.set(name, value)
    envFiles.push({ ...envFile, variables: Object.fromEntries(variables) })
  }
  return { ...service, envFiles }
}

/** The variables that a service's container is made with: of its files in their order, then its own. */
export function environmentOf(service: StackService): Record<string, string | null> {
  return Object.assign({}, ...service.envFiles.map(({ variables = {} }) => variables), service.environment)
}

function* labelsOf(
  service: StackService,
  files: { file: string; place: Place; shown: string | undefined }[],
  read: ReadFiles,
): Reading<Record<string, string>> {
  const labels = new Map<string, string>()
  // Nothing of this computer or of the stack gets into labels.
  const nothing = new Scope({ notes: newNotes(), computer: {} })
  for (const { file, place, shown } of files) {
    const text = yield* requestFile(read, 'label_file', file, place, { shown })
    const source = { file: file.replace(/^\.\//, ''), base: place.source.base }
    for (const [name, value] of parseDotenv(source, text ?? '', nothing, (name) => labels.get(name))) {
      requireFreeLabel(name, `label_file: ${name}`, place)
      labels.set(name, value)
    }
  }
  return { ...Object.fromEntries(labels), ...service.labels }
}
