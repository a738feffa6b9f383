import { isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { reasonOf } from '../../docker/connection/engine-call.ts'
import { type ContainerSpec, createContainer, startContainer } from '../../docker/containers.ts'
import { makeAgentFolder } from '../../personal/ssh-agent-folder.ts'
import type { SetNames } from './compose-create-request.ts'
import { missingExternal } from './missing-external.ts'
import type { Launch } from './prepare-launch.ts'

/**
 * Creates a container of a launch, after its very request was judged by what is granted now. Every container that runs
 * something of a definition is created here. `names`, `layers`: as `assertGranted` has them. Returns its id.
 * Errors: `not-trusted`, `external-missing`, those of `createContainer`.
 */
export async function createLaunchContainer(
  engine: Engine,
  launch: Launch,
  name: string,
  spec: ContainerSpec,
  run: Run,
  { names, layers }: { names?: SetNames; layers?: ReadonlySet<string> } = {},
): Promise<string> {
  await launch.assertGranted(spec, names, layers)
  if (launch.parts.agent !== undefined) await makeAgentFolder(launch.parts.agent)
  return createContainer(engine, name, spec, run).catch(async (error: unknown) => {
    throw (await missingExternal(engine, launch.run.options, error)) ?? error
  })
}

/**
 * Starts a container of a launch that belongs to no environment. Errors: `external-missing`, `removed-meanwhile`,
 * `container-not-started`.
 */
export async function startLaunchContainer(
  engine: Engine,
  { run: { options }, service }: Launch,
  container: string,
  run: Run,
): Promise<void> {
  await startContainer(engine, container, run).catch(async (error: unknown) => {
    const missing = await missingExternal(engine, options, error)
    if (missing || isProductError(error)) throw missing ?? error
    throw productError('container-not-started', { service, problem: reasonOf(error) }, { cause: error })
  })
}
