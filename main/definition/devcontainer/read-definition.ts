import { basename, resolve } from 'node:path'
import type { Definition, Feature, RunConfig, Service, Warning } from '../../../shared/definition.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'
import type { ComposeReading } from '../compose/read-compose.ts'
import type { FindFeature } from '../features/feature-content.ts'
import { requireKnownUsers } from '../features/known-users.ts'
import { readFeatures } from '../features/read-features.ts'
import { composeDefinition } from './bare-compose.ts'
import { dockerfileDefinition } from './bare-dockerfile.ts'
import { checkKeys } from './document/check-keys.ts'
import { freezeByService } from './document/data-settings.ts'
import { readSecrets } from './document/declared-secrets.ts'
import { readHostRequirements } from './document/host-requirements.ts'
import { type Document, parseJsonc } from './document/jsonc.ts'
import { localVariables } from './document/local-variables.ts'
import { readSettings, type Settings } from './document/pristine-settings.ts'
import { DevcontainerJson } from './document/schema.ts'
import { invalid } from './document/source-position.ts'
import { environmentVariablesIn, substitute, type Variables } from './document/substitute.ts'
import { validate } from './document/validate.ts'
import { definitionWarnings, repeatedKeys } from './document/warnings.ts'
import { findCompose, findDefinition } from './find-definition.ts'
import { readImageSource } from './image-source.ts'
import { KNOWN_LOCKFILES } from './known-lockfiles.ts'
import { readStackOf } from './read-stack-of.ts'
import { buildVariables, resolveRun } from './resolve-run.ts'
import { readRunConfig } from './run/run-config.ts'
import { stackOf, stackServices } from './stack-services.ts'

/** In Linux, with the byte that ends it. */
const LONGEST_PATH = 4095

export interface ReadOptions {
  /** Which definition, relative to the project's folder, where there are several. */
  choice?: string
  env: Readonly<Record<string, string | undefined>>
  /** Finds features that are not in the repository. Without it they are left out. */
  findFeature?: FindFeature | undefined
}

/** A definition, and what its Compose files say on this computer, where it has some. */
export interface ReadDefinition {
  definition: Definition
  compose?: ComposeReading
}

/**
 * Reads a project's definition and normalises it. Only reads: nothing is run, no link is followed out of
 * the project. Every fault names its file, line and column.
 * Errors: those of `findDefinition`, `readCompose` and `readFeatures`; definition-invalid, definition-unsupported.
 */
export async function readDefinition(project: ProjectPaths, options: ReadOptions): Promise<ReadDefinition> {
  const { kind, file } = await findDefinition(project, options.choice)
  switch (kind) {
    case 'dockerfile': {
      const compose = await findCompose(project)
      const message = `${compose} is not read: the environment is what ${file} says.`
      const warnings = compose === undefined ? [] : [{ code: 'compose-ignored', message }]
      return { definition: { ...dockerfileDefinition(project, file), warnings } }
    }
    case 'compose':
      return composeDefinition(project, file, options.env)
    case 'devcontainer':
      return readDevcontainer(project, file, options)
  }
}

async function readDevcontainer(
  project: ProjectPaths,
  file: string,
  { env, findFeature }: ReadOptions,
): Promise<ReadDefinition> {
  const document = parseJsonc(file, await readText(project, await throughLinksInFiles(project, file)))
  const { value } = document
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(document, [], 'expected an object')
  }
  const unknownKeys = checkKeys(value, document)
  const json = validate(DevcontainerJson, value, document)
  const settings = readSettings(json.customizations?.pristine, document)
  const local = localVariables(project, file, env)
  const stack = await readStackOf(json, document, project, local, env)
  const { run, warnings } = readRunConfig(json, settings, project, document, stack?.ofEntry)
  requireKnownUsers(json, run, document)
  const resolved = resolveRun(run, local)
  // It stands in for a variable that may be used any number of times.
  if (resolved.workspaceFolder.length > LONGEST_PATH) {
    throw invalid(document, ['workspaceFolder'], '"workspaceFolder" is longer than a path can be')
  }
  const { features, warnings: remarks } = await readFeatures(json, document, project, findFeature)
  const made = stack
    ? { services: await stackServices(stack.compose, { ...stack, run, features }, project), warnings: [] }
    : await imageService(json, document, project, { run, local, features })
  const hostRequirements = readHostRequirements(json.hostRequirements)
  const definition: Definition = {
    kind: 'devcontainer',
    file,
    name: json.name === undefined ? basename(resolve(project.path)) : substitute(json.name, local),
    services: withFreeze(made.services, settings, document, stack?.ofEntry.services),
    ...(stack && { stack: stackOf(stack.compose) }),
    secrets: readSecrets(json, document),
    inputs: [...new Set([...KNOWN_LOCKFILES, ...settings.inputs])],
    keep: settings.keep,
    apply: settings.apply,
    ...(hostRequirements && { hostRequirements }),
    ...(json.shutdownAction && {
      stopsWithApp: json.shutdownAction === (stack ? 'stopCompose' : 'stopContainer'),
    }),
    warnings: [
      ...repeatedKeys(document),
      ...unknownKeys,
      ...warnings,
      ...made.warnings,
      ...definitionWarnings(json, stack?.ofEntry.services),
      ...remarks,
      ...(stack?.compose.warnings ?? []),
    ],
  }
  return { definition, ...(stack && { compose: stack.compose }) }
}

/** Services with the commands that complete their data. Errors: definition-invalid. */
function withFreeze(
  services: Service[],
  { data }: Settings,
  document: Document,
  names: readonly string[] | undefined,
): Service[] {
  const entry = services[0]?.name ?? ''
  const freeze = freezeByService(data, document, { entry, services: names })
  return services.map((service) => {
    const command = Object.hasOwn(freeze, service.name) ? freeze[service.name] : undefined
    return command === undefined ? service : { ...service, run: { ...service.run, freeze: command } }
  })
}

/** The service of a definition with an image or a Dockerfile. */
async function imageService(
  json: DevcontainerJson,
  document: Document,
  project: ProjectPaths,
  { run, local, features }: { run: RunConfig; local: Variables; features: Feature[] },
): Promise<{ services: Service[]; warnings: Warning[] }> {
  const { source, warnings } = await readImageSource(
    json,
    document,
    project,
    buildVariables(run, local),
    run.workspaceFolder,
  )
  const { image, build, dockerFile, context } = json
  // An argument may name a variable without saying so: `--build-arg NAME`.
  const hostArgs = source.kind === 'build' ? source.hostArgs : {}
  const variables = environmentVariablesIn([image, build, dockerFile, context, hostArgs])
  return {
    services: [{ name: 'app', source, run, variables, ...(features.length > 0 && { features }) }],
    warnings,
  }
}
