import { randomBytes } from 'node:crypto'
import type { Run } from '../../shared/operation.ts'
import { takeLease } from '../container/container-leases.ts'
import { withProvidedEnv } from '../container/launch/exec-context.ts'
import { idleFailure } from '../container/launch/idle-entrypoint.ts'
import { managedVolumes } from '../container/launch/managed-volumes.ts'
import { execContext } from '../container/launch/prepare-launch.ts'
import { assertUsers } from '../container/start/assert-users.ts'
import { chownMounts } from '../container/start/chown-mounts.ts'
import { withSecrets } from '../container/start/inject-secrets.ts'
import { runHooks } from '../container/start/start-container.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import { placeContentFiles } from '../environment/place-content-files.ts'
import { type UpOptions, withGrants } from '../environment/planned-change.ts'
import { runInitializeCommand } from '../environment/run-initialize-command.ts'
import { runSeed } from '../environment/set/run-seed.ts'
import {
  assertRunServices,
  createRunSet,
  removeRunSet,
  startRunSet,
  warnOfEndedServices,
} from '../environment/set/run-set.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { execAs, type Terminal } from './exec.ts'
import { ensureBuilt } from './up.ts'

/**
 * Runs one command in a fresh container of the version that the checkout defines, and removes it. The version is built if
 * it is missing. The container has the workspace and new data, publishes no port, does not touch the project's
 * environment, and has nothing of the person's layer: it is what a build server runs. The other services run beside it. A
 * service that ended before the command is a failure; one that ends during the command is a warning. Returns the
 * command's exit code.
 * Errors: those of planning, building and hooks; `container-exited`, `cancelled`.
 */
export async function runOnce(
  base: Host,
  project: Project,
  options: UpOptions,
  command: string[],
  terminal: Terminal,
  run: Run,
): Promise<number> {
  const host = withGrants(base, options)
  const built = await ensureBuilt(host, project, { ...options, shared: true }, run, runInitializeCommand)
  const { launch } = built
  const engine = await host.engine()
  const name = `pristine-${project.key}-run-${randomBytes(3).toString('hex')}`
  // As in an environment, a seed runs only if there is data to fill.
  const hasData = [launch, ...launch.others].some(({ parts }) => managedVolumes(parts).length > 0)
  const lease = await takeLease(host.home.project(project.key), name)
  const set = { name, lease: lease.file, launch, image: built.image }
  let isGone = true
  try {
    for (const one of [launch, ...launch.others]) await one.makeMountPoints()
    await placeContentFiles(engine, host.home, project, launch, run, { onlyMissing: true })
    const containers = await createRunSet(engine, set, run)
    await assertUsers(engine, launch, name, 'created', run)
    await startRunSet(engine, containers, run)
    const volumes = launch.run.mounts.filter(({ kind }) => kind === 'volume')
    await chownMounts(
      engine,
      launch,
      name,
      volumes.map(({ target }) => target),
      run,
    )
    const { code, completed } = await withSecrets(launch, run, async (run, secrets) => {
      await using forwarded = await launch.forward()
      const base = { forwarded: forwarded.env, secrets }
      await runHooks(engine, launch, name, ['postCreateCommand', 'postStartCommand'], base, run)
      if (hasData) await runSeed(engine, launch, name, run)
      const completed = await assertRunServices(engine, containers, run)
      const context = await execContext(engine, undefined, launch, name, run)
      const provided = withProvidedEnv(context, base)
      return { code: await execAs(engine, name, command, provided, terminal, run.signal), completed }
    })
    await warnOfEndedServices(engine, containers, completed, run)
    await removeRunSet(engine, set)
    return code
  } catch (error) {
    const told = await idleFailure(engine, { id: name, service: launch.service, once: true }, error)
    // Only the first failure is reported.
    await removeRunSet(engine, set).catch(() => {
      isGone = false
    })
    throw told
  } finally {
    await removeMountPoints(engine, host.home, project).catch(() => {})
    await lease.release(isGone)
  }
}
