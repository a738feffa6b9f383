import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { assertUsers } from '../container/assert-users.ts'
import { chownMounts } from '../container/chown-mounts.ts'
import { createLaunchContainer } from '../container/create-container.ts'
import { createRequest } from '../container/create-request.ts'
import { withProvidedEnv } from '../container/exec-context.ts'
import { idleFailure } from '../container/idle-entrypoint.ts'
import { withSecrets } from '../container/inject-secrets.ts'
import { execContext } from '../container/prepare-launch.ts'
import { leasesOfRuns, takeLease } from '../container/run-leases.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import { reasonOf } from '../docker/connection/engine-call.ts'
import { removeContainer, startContainer } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import { initialize } from '../environment/initialize.ts'
import { placeContentFiles } from '../environment/place-content-files.ts'
import { type UpOptions, withGrants } from '../environment/planned-change.ts'
import { runHooks } from '../environment/start-container.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { execAs, type Terminal } from './exec.ts'
import { ensureBuilt } from './up.ts'

/** As `initialize`; a definition of several services is refused: `services-not-run`. */
const initializeOne: typeof initialize = async (...args) => {
  const read = await initialize(...args)
  const { file, stack } = read.definition
  const services = read.services.map(({ service }) => service.name)
  if (stack) throw productError('services-not-run', { file, services })
  return read
}

/**
 * Runs one command in a fresh container of the version that the checkout defines, and removes it. The version is built
 * if it is missing. The container has the workspace and empty data, publishes no port, and leaves the project's
 * environment alone, and nothing of the person's layer: it is what a build server runs. Returns the command's exit code.
 * Errors: those of planning, building and hooks; `cancelled`.
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
  const built = await ensureBuilt(host, project, { ...options, shared: true }, run, initializeOne)
  const { launch } = built
  const engine = await host.engine()
  // The program of the container is the command: the definition's own would do its work a second time.
  const parts = { ...launch.parts, run: { ...launch.run, overrideCommand: true } }
  const request = { ...createRequest(parts, []), Image: built.image }
  const name = `pristine-${project.key}-run-${randomBytes(3).toString('hex')}`
  const lease = path.join(leasesOfRuns(host, project), name)
  const spec = {
    ...request,
    Labels: { ...request.Labels, [LABEL.role]: 'run', [LABEL.lease]: lease },
    HostConfig: {
      ...request.HostConfig,
      // Without a source the engine makes an empty volume, which goes with the container.
      Mounts: (request.HostConfig?.Mounts ?? []).map((mount) =>
        mount.Type === 'volume' ? { Type: mount.Type, Source: '', Target: mount.Target } : mount,
      ),
    },
  }
  const held = await takeLease(lease)
  try {
    await launch.makeMountPoints()
    await placeContentFiles(engine, host.home, project, launch, run, { onlyMissing: true })
    const id = await createLaunchContainer(engine, launch, name, spec, run)
    await assertUsers(engine, launch, id, 'created', run)
    await startContainer(engine, id, run).catch((error: unknown) => {
      throw productError(
        'container-not-started',
        { service: launch.service, problem: reasonOf(error) },
        { cause: error },
      )
    })
    const volumes = launch.run.mounts.filter(({ kind }) => kind === 'volume')
    await chownMounts(
      engine,
      launch,
      id,
      volumes.map(({ target }) => target),
      run,
    )
    const code = await withSecrets(launch, run, async (run, secrets) => {
      await using forwarded = await launch.forward()
      const base = { forwarded: forwarded.env, secrets }
      await runHooks(engine, launch, id, ['postCreateCommand', 'postStartCommand'], base, run)
      const context = await execContext(engine, undefined, launch, id)
      return await execAs(engine, id, command, withProvidedEnv(context, base), terminal, run.signal)
    })
    await removeContainer(engine, name)
    return code
  } catch (error) {
    const told = await idleFailure(engine, { id: name, service: launch.service, once: true }, error)
    // The first failure is the one reported.
    await removeContainer(engine, name).catch(() => {})
    throw told
  } finally {
    await removeMountPoints(engine, host.home, project).catch(() => {})
    held.close()
    await rm(lease, { force: true })
  }
}
