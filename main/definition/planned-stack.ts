import { type ErrorData, isProductError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import { type ProjectPaths, pathFromProject, pathInGitRoot } from '../files/project-paths.ts'
import type { Home } from '../store/home.ts'
import { answerFrom } from './compose/read-compose.ts'
import { recordedStack } from './compose/recorded-stack.ts'
import type { Stack } from './compose/stack/stack.ts'
import { composeName } from './devcontainer/compose-files.ts'
import type { ComposedService } from './read-project.ts'
import { VersionFiles } from './version-files.ts'

/** What the Compose files of a version say, with the variables of today. */
export interface PlannedStack {
  /** What they say of a service; undefined for one that no Compose file defines. */
  of(service: string): ComposedService | undefined
}

const NONE: PlannedStack = { of: () => undefined }

/** What is needed of this computer. */
interface PlannedContext {
  env: Readonly<Record<string, string | undefined>>
  home: Home
}

/**
 * Reads what a plan records of Compose files, with the variables of today, and with the files that the version has where git
 * tracked them and their contents are kept: `files`, if these are open already, which then name those of today. `made`: only what was made of it is used, so that
 * a variable that is needed and has no value is no failure.
 * Errors: definition-invalid, variable-missing.
 */
export async function plannedStack(
  context: PlannedContext,
  project: ProjectPaths,
  version: PlannedVersion,
  { made = false, files: opened }: { made?: boolean; files?: VersionFiles } = {},
): Promise<PlannedStack> {
  const { id, plan } = version
  if (plan.services.every(({ compose }) => !compose)) return NONE
  const files = opened ?? (await VersionFiles.open(context, project, id, plan.inputs))
  try {
    return await readPlanned(context.env, project, plan, files)
  } catch (error) {
    if (!made || !isProductError(error, 'variable-missing')) throw error
    // Each has another name: what is given here is not missing any more.
    const { name } = error.data as ErrorData<'variable-missing'>
    const env = { ...context.env, [name]: 'unknown' }
    return plannedStack({ ...context, env }, project, version, { made, files })
  }
}

async function readPlanned(
  env: PlannedContext['env'],
  project: ProjectPaths,
  { services, stack: resources = {}, file }: PlannedVersion['plan'],
  files: VersionFiles,
): Promise<PlannedStack> {
  const recorded = services.flatMap(({ name, compose }) => (compose ? [[name, compose] as const] : []))
  const [first] = services
  const { stack, variables } = await answerFrom(
    project,
    recordedStack(
      { file, services: Object.fromEntries(recorded), resources },
      { env, name: composeName(project), path: project.path, inRoot: pathInGitRoot(project) },
    ),
    (name) => files.kept(name),
  )
  const contents = (some: Stack['secrets']): Stack['secrets'] =>
    Object.fromEntries(
      Object.entries(some).map(([key, one]) => {
        const name = one.kind === 'file' ? pathFromProject(project, one.file) : undefined
        const kept = name === undefined ? undefined : files.kept(name)
        return [key, one.kind === 'file' && kept && kept !== 'absent' ? { ...one, kept } : one]
      }),
    )
  const asKept = { ...stack, secrets: contents(stack.secrets), configs: contents(stack.configs) }
  // Nothing can be written into a container that is read-only: there the file of today is mounted.
  const isReadOnly = (name: string): boolean =>
    stack.services[name]?.readOnly === true ||
    services.some((one) => one.name === name && one.run.sealed === true)
  for (const service of Object.values(stack.services).filter(({ name }) => isReadOnly(name)))
    for (const file of [
      ...service.secrets.map(({ source }) => asKept.secrets[source]),
      ...service.configs.map(({ source }) => asKept.configs[source]),
    ])
      if (file?.kind === 'file' && file.kept)
        files.today.add(pathFromProject(project, file.file) ?? file.file)
  return {
    of: (name) => {
      const service = Object.hasOwn(stack.services, name) ? stack.services[name] : undefined
      return (
        service && {
          ...{ service, isFirst: name === first?.name, variables: variables[name] ?? [] },
          stack: isReadOnly(name) ? stack : asKept,
        }
      )
    },
  }
}

interface PlannedVersion {
  id: VersionId
  plan: Pick<Plan, 'services' | 'stack' | 'file' | 'inputs'>
}
