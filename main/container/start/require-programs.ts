import path from 'node:path'
import { productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { resolveRemoteEnv } from '../../definition/devcontainer/resolve-run.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { holdsPath } from '../../docker/path-stat.ts'
import { envRecord } from '../launch/exec-context.ts'
import { execContext, type Launch } from '../launch/prepare-launch.ts'

const SHELL = '/bin/sh'

/**
 * Refuses a container with a shell whose commands find no program, because no folder of their PATH exists; if the PATH
 * has folders but no shell, a warning is reported. The user's shell is probed only if the plain PATH has none.
 * Errors: `programs-unfound`, `cancelled`.
 */
export async function requirePrograms(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
): Promise<void> {
  const has = (at: string) => holdsPath(engine, container, at, run)
  const env = envRecord((await inspectContainer(engine, container, run))?.Config.Env)
  const plain = resolveRemoteEnv(launch.run.remoteEnv, env)['PATH'] ?? env['PATH']
  // Without one every program has its own default.
  if (plain === undefined || (await hasAny(has, shellsOn(plain))) || !(await has(SHELL))) return
  const found = (await execContext(engine, undefined, launch, container, run)).env['PATH'] ?? plain
  if (await hasAny(has, shellsOn(found))) return
  const folders = foldersOf(found)
  // What is in memory the engine does not see.
  const memory = launch.run.mounts.filter(({ kind }) => kind === 'tmpfs')
  const isUnseen = folders.some((at) => memory.some(({ target }) => `${at}/`.startsWith(`${target}/`)))
  const { service } = launch
  const error = productError('programs-unfound', { service, path: found })
  if (!isUnseen && !(await hasAny(has, folders))) throw error
  const text = `Commands find no shell: there is no "sh" on their PATH, which is ${found}. ${error.hint}`
  run.report({ kind: 'warning', text })
}

const foldersOf = (value: string): string[] => value.split(':').filter((at) => at.startsWith('/'))

/** Where it usually lies comes first: each place costs a call of the engine at each start. */
const shellsOn = (value: string): string[] =>
  foldersOf(value)
    .map((at) => path.posix.join(at, 'sh'))
    .sort((a, b) => Number(b === SHELL) - Number(a === SHELL))

async function hasAny(has: (at: string) => Promise<boolean>, places: string[]): Promise<boolean> {
  for (const place of places) if (await has(place)) return true
  return false
}
