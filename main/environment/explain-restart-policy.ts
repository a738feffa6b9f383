import { isProductError, productError } from '../../shared/errors.ts'
import type { ReadProject } from '../definition/read-project.ts'

/**
 * Adds to the failure of a service that ended the restart policy of its Compose file, which Pristine does not follow: its
 * program may rely on being started until what it needs answers. Returns any other error as it is.
 */
export function explainRestartPolicy({ services }: Pick<ReadProject, 'services'>, error: unknown): unknown {
  if (!isProductError(error, 'container-exited')) return error
  const ended = services.find(({ service }) => service.name === error.data['service'])
  const restart = ended?.compose?.service.restart
  if (restart === undefined || restart === 'no') return error
  return productError('container-exited', { ...error.data, restart } as never, {
    cause: error.cause ?? error,
  })
}
