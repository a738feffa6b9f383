import type { RunOptions } from '../../../shared/definition.ts'
import { isProductError, type ProductError, productError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { reasonOf } from '../../docker/connection/engine-call.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { hasNetwork } from '../../docker/networks.ts'

/**
 * The error for an engine's refusal to create or start a container because options join a network or a container of
 * somebody else which is not there: engines say so as if something had been removed meanwhile. Undefined for any other
 * refusal.
 */
export async function missingExternal(
  engine: Engine,
  options: RunOptions,
  error: unknown,
): Promise<ProductError | undefined> {
  const problem = isProductError(error) ? error.why : reasonOf(error)
  for (const option of ['network', 'pid', 'ipc'] as const) {
    const mode = options[option] ?? ''
    const container = /^container:(.+)$/.exec(mode)?.[1]
    const name = container ?? mode
    if (name === '' || !problem.includes(name)) continue
    if (
      container !== undefined
        ? await inspectContainer(engine, container)
        : option !== 'network' || (await hasNetwork(engine, name))
    )
      continue
    const what = container === undefined ? 'network' : 'container'
    return productError('external-missing', { what, name, option }, { cause: error })
  }
  return undefined
}
