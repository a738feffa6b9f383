import { basename, resolve } from 'node:path'
import type { Definition } from '../../../shared/definition.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'
import { throughLinksInFiles } from '../../git/links-in-files.ts'
import type { FindFeature } from '../features/feature-content.ts'
import { requireKnownUsers } from '../features/known-users.ts'
import { readFeatures } from '../features/read-features.ts'
import { dockerfileDefinition } from './bare-dockerfile.ts'
import { checkKeys } from './document/check-keys.ts'
import { readSecrets } from './document/declared-secrets.ts'
import { readHostRequirements } from './document/host-requirements.ts'
import { parseJsonc } from './document/jsonc.ts'
import { localVariables } from './document/local-variables.ts'
import { readSettings } from './document/pristine-settings.ts'
import { DevcontainerJson } from './document/schema.ts'
import { invalid } from './document/source-position.ts'
import { environmentVariablesIn, substitute } from './document/substitute.ts'
import { validate } from './document/validate.ts'
import { definitionWarnings, repeatedKeys } from './document/warnings.ts'
import { findCompose, findDefinition } from './find-definition.ts'
import { readImageSource } from './image-source.ts'
import { KNOWN_LOCKFILES } from './known-lockfiles.ts'
import { buildVariables, resolveRun } from './resolve-run.ts'
import { readRunConfig } from './run/run-config.ts'

/** In Linux, with the byte that ends it. */
const LONGEST_PATH = 4095

export interface ReadOptions {
  /** Which definition, relative to the project's folder, where there are several. */
  choice?: string
  env: Readonly<Record<string, string | undefined>>
  /** Finds features that are not in the repository. Without it they are left out. */
  findFeature?: FindFeature | undefined
}

/**
 * Reads a project's definition and normalises it. Only reads: nothing is run, no link is followed out of
 * the project. Every fault names its file, line and column.
 * Errors: those of `findDefinition` and `readFeatures`; definition-invalid, definition-unsupported.
 */
export async function readDefinition(project: ProjectPaths, options: ReadOptions): Promise<Definition> {
  const { kind, file } = await findDefinition(project, options.choice)
  if (kind === 'dockerfile') {
    const compose = await findCompose(project)
    const message = `${compose} is not read yet: the environment is what ${file} says.`
    const warnings = compose === undefined ? [] : [{ code: 'compose-ignored', message }]
    return { ...dockerfileDefinition(project, file), warnings }
  }

  const document = parseJsonc(file, await readText(project, await throughLinksInFiles(project, file)))
  const { value } = document
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(document, [], 'expected an object')
  }
  const unknownKeys = checkKeys(value, document)
  const json = validate(DevcontainerJson, value, document)
  const settings = readSettings(json.customizations?.pristine, document)
  const { run, warnings } = readRunConfig(json, settings, project, document)
  requireKnownUsers(json, run, document)

  const local = localVariables(project, file, options.env)
  const resolved = resolveRun(run, local)
  // It stands in for a variable that may be used any number of times.
  if (resolved.workspaceFolder.length > LONGEST_PATH) {
    throw invalid(document, ['workspaceFolder'], '"workspaceFolder" is longer than a path can be')
  }

  const { source, warnings: ofBuild } = await readImageSource(
    json,
    document,
    project,
    buildVariables(run, local),
    run.workspaceFolder,
  )
  const { features, warnings: remarks } = await readFeatures(json, document, project, options.findFeature)
  const { image, build, dockerFile, context } = json
  // An argument may name a variable without saying so: `--build-arg NAME`.
  const hostArgs = source.kind === 'build' ? source.hostArgs : {}
  const variables = environmentVariablesIn([image, build, dockerFile, context, hostArgs])
  const hostRequirements = readHostRequirements(json.hostRequirements)
  return {
    kind,
    file,
    name: json.name === undefined ? basename(resolve(project.path)) : substitute(json.name, local),
    services: [{ name: 'app', source, run, variables, ...(features.length > 0 && { features }) }],
    secrets: readSecrets(json, document),
    inputs: [...new Set([...KNOWN_LOCKFILES, ...settings.inputs])],
    keep: settings.keep,
    apply: settings.apply,
    ...(hostRequirements && { hostRequirements }),
    ...(json.shutdownAction === 'stopContainer' && { stopsWithApp: true as const }),
    warnings: [
      ...repeatedKeys(document),
      ...unknownKeys,
      ...warnings,
      ...ofBuild,
      ...definitionWarnings(json),
      ...remarks,
    ],
  }
}
