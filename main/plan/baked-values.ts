import { createHash } from 'node:crypto'
import type { Warning } from '../../shared/definition.ts'
import type { Baked } from '../../shared/plan.ts'
import { CONTENT_HOOKS, contentHooks, hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import {
  substitute,
  type Variables,
  variablesInside,
} from '../definition/devcontainer/document/substitute.ts'
import { resolveRun } from '../definition/devcontainer/resolve-run.ts'
import type { Merged } from '../definition/read-project.ts'

/** Variables of a definition whose values this computer gives. */
const LOCAL =
  /^(?:(?:localEnv|env):|(?:localWorkspaceFolder|localWorkspaceFolderBasename|localGitRoot|localGitRootBasename|devcontainerId)$)/

/**
 * What a service's hooks are baked for: the folders in the container, and the values of this computer that the hooks are
 * given, because what they make may hold them. A value is kept as its hash: it may be secret. Undefined where nothing is
 * baked.
 */
export function bakedValues(merged: Merged, local: Variables): Baked | undefined {
  if (!hasContentHooks(merged.hooks)) return undefined
  const { workspaceFolder, workspaceMount } = resolveRun(merged.run, local)
  const hash = (name: string): string =>
    createHash('sha256')
      .update(substitute(`\${${name}}`, local))
      .digest('hex')
  return {
    workspaceFolder,
    ...(workspaceMount && { workspaceMount: workspaceMount.target }),
    values: Object.fromEntries(variablesGiven(merged).map((name) => [name, hash(name)])),
  }
}

/** The variables of this computer that hooks are given: in their own texts, in the environment, as users, names and places. */
function variablesGiven({ run, ...merged }: Merged): string[] {
  const { mounts, containerEnv, remoteEnv, containerUser, remoteUser, options } = run
  const hooks = CONTENT_HOOKS.map((hook) => merged.hooks[hook])
  const targets = mounts.map(({ target }) => target)
  const given = [hooks, targets, containerEnv, remoteEnv, containerUser, remoteUser, options]
  return [...new Set(variablesInside(given).filter((name) => LOCAL.test(name)))].sort()
}

/** Whether a clone in a folder of another name has another version, because hooks are baked that can see its name. */
export const isBakedForFolder = ({ run, hooks }: Merged): boolean =>
  hasContentHooks(hooks) &&
  variablesInside([run.workspaceFolder, run.workspaceMount?.target]).some((name) => LOCAL.test(name))

/** Mounts that baked hooks can read from this computer without being hashed. */
export function bakedMountWarnings({ run, hooks }: Merged): Warning[] {
  const binds = run.mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : []))
  if (binds.length === 0 || !hasContentHooks(hooks)) return []
  const message =
    `${contentHooks(hooks).join(' and ')} can read ${binds.join(', ')} of this computer, which is no part of the ` +
    'version: what is made of it may be another content elsewhere.'
  return [{ code: 'baked-mount', message }]
}
