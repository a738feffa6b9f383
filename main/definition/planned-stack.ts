import { type ErrorData, isProductError } from '../../shared/errors.ts'
import type { Plan } from '../../shared/plan.ts'
import { type ProjectPaths, pathInGitRoot } from '../files/project-paths.ts'
import { answerFrom } from './compose/read-compose.ts'
import { recordedStack } from './compose/recorded-stack.ts'
import { composeName } from './devcontainer/compose-files.ts'
import type { ComposedService } from './read-project.ts'

/** What the Compose files of a version say, with the values of today. */
export interface PlannedStack {
  /** What they say of a service; undefined for one that no Compose file defines. */
  of(service: string): ComposedService | undefined
}

const NONE: PlannedStack = { of: () => undefined }

/**
 * Reads what a plan records of Compose files, with the variables and the files of today. `made`: only what was made of it
 * is used, so that a variable that is needed and has no value is no failure.
 * Errors: definition-invalid, variable-missing.
 */
export async function plannedStack(
  env: Readonly<Record<string, string | undefined>>,
  project: ProjectPaths,
  plan: Pick<Plan, 'services' | 'stack' | 'file'>,
  { made = false } = {},
): Promise<PlannedStack> {
  try {
    return await readPlanned(env, project, plan)
  } catch (error) {
    if (!made || !isProductError(error, 'variable-missing')) throw error
    // Each has another name: what is given here is not missing any more.
    const { name } = error.data as ErrorData<'variable-missing'>
    return plannedStack({ ...env, [name]: 'unknown' }, project, plan, { made })
  }
}

async function readPlanned(
  env: Readonly<Record<string, string | undefined>>,
  project: ProjectPaths,
  { services, stack: resources = {}, file }: Pick<Plan, 'services' | 'stack' | 'file'>,
): Promise<PlannedStack> {
  const recorded = services.flatMap(({ name, compose }) => (compose ? [[name, compose] as const] : []))
  if (recorded.length === 0) return NONE
  const [first] = services
  const { stack, variables } = await answerFrom(
    project,
    recordedStack(
      { file, services: Object.fromEntries(recorded), resources },
      { env, name: composeName(project), path: project.path, inRoot: pathInGitRoot(project) },
    ),
  )
  return {
    of: (name) => {
      const service = Object.hasOwn(stack.services, name) ? stack.services[name] : undefined
      return service && { service, stack, isFirst: name === first?.name, variables: variables[name] ?? [] }
    },
  }
}
