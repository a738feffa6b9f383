import { AS_IT_WAS } from '../../../shared/errors/wording.ts'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { EnvironmentFacts } from '../../container/read-environment.ts'

/**
 * Adds the state of the environment to a failure that would otherwise say that the environment is unchanged; returns any
 * other failure as it is.
 */
export function addStateToError(error: unknown, environment: 'stopped' | 'unhealthy' | 'none'): unknown {
  if (!isProductError(error) || !error.hint.includes(AS_IT_WAS)) return error
  return productError(error.code, { ...error.data, environment } as never, { cause: error.cause ?? error })
}

/**
 * Runs work on a project's environment with these facts. If it fails and there was no environment, the failure says so.
 */
export async function orNoEnvironment<T>(
  { containers }: EnvironmentFacts,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw containers.length === 0 ? addStateToError(error, 'none') : error
  }
}
