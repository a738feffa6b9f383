import { randomBytes } from 'node:crypto'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { reasonOf } from '../docker/call.ts'
import { createContainer, removeContainer, startContainer } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { execAs, type Terminal } from './exec.ts'
import { execContext } from './launch.ts'
import { createRequest } from './request.ts'
import { runHooks } from './swap.ts'
import { ensureVersion, type UpOptions } from './up.ts'

/**
 * Runs one command in a fresh container of the version that the checkout says, and removes it. The version is built
 * if it is missing. The container has the workspace and empty data, publishes no port, and leaves the project's
 * environment alone. Returns the command's exit code.
 * Errors: those of planning, building and hooks; `cancelled`.
 */
export async function runOnce(
  host: Host,
  project: Project,
  options: UpOptions,
  command: string[],
  terminal: Terminal,
  run: Run,
): Promise<number> {
  const launch = await ensureVersion(host, project, options, run)
  const engine = await host.engine()
  // The program of the container is the command: the definition's own would do its work a second time.
  const request = createRequest({ ...launch.parts, run: { ...launch.run, overrideCommand: true } }, [])
  const name = `pristine-${project.key}-run-${randomBytes(3).toString('hex')}`
  const spec = {
    ...request,
    Labels: { ...request.Labels, [LABEL.role]: 'run' },
    HostConfig: {
      ...request.HostConfig,
      // Without a source the engine makes an empty volume, which goes with the container.
      Mounts: (request.HostConfig?.Mounts ?? []).map((mount) =>
        mount.Type === 'volume' ? { Type: mount.Type, Source: '', Target: mount.Target } : mount,
      ),
    },
  }
  try {
    const id = await createContainer(engine, name, spec, run)
    await startContainer(engine, id, run).catch((error: unknown) => {
      throw productError(
        'container-not-started',
        { service: launch.service, problem: reasonOf(error) },
        { cause: error },
      )
    })
    await runHooks(engine, launch, id, ['postCreateCommand', 'postStartCommand'], run)
    return await execAs(
      engine,
      id,
      command,
      await execContext(engine, undefined, launch, id),
      terminal,
      run.signal,
    )
  } finally {
    await removeContainer(engine, name)
  }
}
