import type { RunConfig } from '../../../shared/definition.ts'
import { substitute, substituteAll, type Variables } from './document/substitute.ts'

/**
 * A run configuration with its templates replaced, as the container is created from it. Container
 * templates of `remoteEnv` and hooks stay until the container's environment is known. An unset
 * `containerWorkspaceFolder` is taken from the configuration itself.
 */
export function resolveRun(run: RunConfig, variables: Variables): RunConfig {
  return substituteAll(run, withWorkspace(run, variables))
}

/** The same for a part of a run configuration, such as the hooks of an image. */
export function resolvePart<T>(part: T, run: Pick<RunConfig, 'workspaceFolder'>, variables: Variables): T {
  return substituteAll(part, withWorkspace(run, variables))
}

/**
 * The variables of this computer that a build may use. An image must not differ between two environments of it, so
 * their identifier is unknown to it.
 */
export function buildVariables(run: Pick<RunConfig, 'workspaceFolder'>, local: Variables): Variables {
  const { devcontainerId: _, ...known } = local
  return { ...known, containerWorkspaceFolder: substitute(run.workspaceFolder, known) }
}

/** `remoteEnv` with the container's environment filled in; `null` unsets a variable. */
export function resolveRemoteEnv(
  remoteEnv: RunConfig['remoteEnv'],
  containerEnv: Readonly<Record<string, string | undefined>>,
): RunConfig['remoteEnv'] {
  return substituteAll(remoteEnv, { containerEnv })
}

function withWorkspace(run: Pick<RunConfig, 'workspaceFolder'>, variables: Variables): Variables {
  const containerWorkspaceFolder =
    variables.containerWorkspaceFolder ?? substitute(run.workspaceFolder, variables)
  return { ...variables, containerWorkspaceFolder }
}
