import { basename, resolve } from 'node:path'
import type { Definition, Warning } from '../../../shared/definition.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { type ComposeReading, readCompose } from '../compose/read-compose.ts'
import type { StackService } from '../compose/stack/stack.ts'
import { invalidAt } from '../compose/yaml/problem.ts'
import { composeName, usualComposeFiles } from './compose-files.ts'
import { readSettings } from './document/pristine-settings.ts'
import { KNOWN_LOCKFILES } from './known-lockfiles.ts'
import { readRunConfig } from './run/run-config.ts'
import { fixedParts, stackOf, stackServices } from './stack-services.ts'

/**
 * The definition of a project that has only Compose files, or of which a person chose one. All services without a profile
 * run; a person works in the one that `entryOf` finds. Errors: those of `readCompose`; definition-invalid where no service runs.
 */
export async function composeDefinition(
  project: ProjectPaths,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ definition: Definition; compose: ComposeReading }> {
  const usual = await usualComposeFiles(project)
  const names = usual[0] === file ? usual : [file]
  const files = names.map((name) => ({
    file: name.startsWith('../') ? name : `./${name}`,
    key: 'file',
    place: { source: { file: name, base: '.' }, line: 1, column: 1 },
  }))
  const compose = await readCompose(project, files, { env, name: composeName(project) })
  const { entry, warnings } = entryOf(compose)
  const origin = { file, at: () => ({}) }
  const settings = readSettings({}, origin)
  const { user, workingDir, targets } = fixedParts(compose, entry)
  const workspaceFolder = mountedProject(entry, targets) ?? workingDir ?? '/'
  const { run } = readRunConfig({ workspaceFolder }, settings, project, origin, {
    init: entry.init ?? false,
    user,
    services: [],
  })
  const parts = { entry: entry.name, run }
  const definition: Definition = {
    kind: 'compose',
    file,
    name: basename(resolve(project.path)),
    services: await stackServices(compose, parts, project),
    stack: stackOf(compose),
    secrets: [],
    inputs: [...KNOWN_LOCKFILES],
    keep: settings.keep,
    apply: settings.apply,
    warnings: [...compose.warnings, ...warnings],
  }
  return { definition, compose }
}

/**
 * The service that a person works in: the only one, or else the only one that is built, or else the only one that mounts a
 * folder of the project. Where none of these shows it, of those that are built, or of all, one that publishes a port, one that no
 * other needs, and then the first; a warning says which. Error: definition-invalid where no service runs.
 */
function entryOf(compose: ComposeReading): { entry: StackService; warnings: Warning[] } {
  const services = Object.values(compose.stack.services)
  const built = services.filter(({ build }) => build !== undefined)
  const mounting = services.filter((service) => projectMounts(service).length > 0)
  const [only] = [services, built, mounting].find((some) => some.length === 1) ?? []
  if (only) return { entry: only, warnings: [] }
  const needed = new Set(services.flatMap(({ dependsOn }) => Object.keys(dependsOn)))
  const published = preferred(
    preferred(services, ({ build }) => build !== undefined),
    ({ ports }) => ports.length > 0,
  )
  const [first] = preferred(published, ({ name }) => !needed.has(name))
  if (first) {
    const message = `The Compose file does not show in which service you work: it is ${first.name}. "dockerComposeFile" and "service" of a devcontainer.json name another one.`
    return { entry: first, warnings: [{ code: 'service-chosen', message }] }
  }
  const problem =
    'every service has a profile, so none would run; a devcontainer.json names the service in which you work ("dockerComposeFile" and "service")'
  throw invalidAt(compose.at(['services']), problem)
}

/** Those of a list for which something holds, or all where it holds for none. */
function preferred<T>(list: T[], holds: (one: T) => boolean): T[] {
  const some = list.filter(holds)
  return some.length > 0 ? some : list
}

/** Mounts of the project's folders that can be written. */
const projectMounts = ({ mounts }: StackService) =>
  mounts
    .filter((mount) => mount.kind === 'bind')
    .filter(({ source, readOnly }) => /^\.\.?(?:\/|$)/.test(source) && !readOnly)

/** Where the project's folder is mounted, if that is among these places. */
const mountedProject = (service: StackService, targets: readonly string[]): string | undefined =>
  projectMounts(service).find((mount) => mount.source === '.' && targets.includes(mount.target))?.target
