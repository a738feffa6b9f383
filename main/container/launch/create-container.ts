import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { type ContainerSpec, createContainer } from '../../docker/containers.ts'
import { makeAgentFolder } from '../../personal/agent-folder.ts'
import type { SetNames } from './compose-request.ts'
import type { Launch } from './prepare-launch.ts'

/**
 * Creates a container of a launch, after its very request was judged by what is granted now. Every container that runs
 * something of a definition is created here. `names`, `layers`: as `assertGranted` has them. Returns its id.
 * Errors: `not-trusted`, those of `createContainer`.
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
  return createContainer(engine, name, spec, run)
}
