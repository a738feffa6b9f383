import path from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import { type ErrorData, isProductError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import { isBelow } from '../data/workspace-mount.ts'
import { type ProjectPaths, pathFromProject, pathInGitRoot } from '../files/project-paths.ts'
import type { Home } from '../store/home.ts'
import { configTarget, secretTarget } from './compose/file-targets.ts'
import { answerFrom } from './compose/read-compose.ts'
import { recordedStack } from './compose/recorded-stack.ts'
import type { FileUse, Stack, StackService } from './compose/stack/stack.ts'
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
  const stackOf = (service: StackService): Stack => {
    const planned = services.find(({ name }) => name === service.name)?.run
    const isReadOnly = service.readOnly === true || planned?.sealed === true
    const places = placesOf(service, planned)
    // What is written below a mount goes to what is mounted, such as the person's folder; there today's file is mounted, too.
    const isWritten = (target: string) =>
      !isReadOnly && !places.some((place) => isBelow(resolved(target), place))
    const settled = (kind: 'secrets' | 'configs', targetOf: (use: FileUse) => string): Stack['secrets'] => {
      const ofToday = service[kind].filter((use) => !isWritten(targetOf(use))).map(({ source }) => source)
      return Object.fromEntries(
        Object.entries(asKept[kind]).map(([key, one]) => {
          if (one.kind !== 'file' || !one.kept || !ofToday.includes(key)) return [key, one]
          files.today.add(pathFromProject(project, one.file) ?? one.file)
          const { kept: _, ...today } = one
          return [key, today]
        }),
      )
    }
    return { ...stack, secrets: settled('secrets', secretTarget), configs: settled('configs', configTarget) }
  }
  const stacks = new Map(
    Object.values(stack.services).map((service) => [service.name, { service, stack: stackOf(service) }]),
  )
  return {
    of: (name) => {
      const found = stacks.get(name)
      return found && { ...found, isFirst: name === first?.name, variables: variables[name] ?? [] }
    },
  }
}

/** Where a service has mounts, as far as its definition says so. */
const placesOf = ({ mounts, tmpfs }: StackService, run: RunConfig | undefined): string[] =>
  [
    ...mounts.map(({ target }) => target),
    ...tmpfs.map((text) => text.split(':')[0] ?? ''),
    ...(run?.mounts ?? []).map(({ target }) => target),
  ].map(resolved)

const resolved = (target: string): string => path.posix.resolve('/', target)

interface PlannedVersion {
  id: VersionId
  plan: Pick<Plan, 'services' | 'stack' | 'file' | 'inputs'>
}
