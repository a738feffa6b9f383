import { AS_IT_WAS } from '../../shared/errors/wording.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'

/** A failure that says that the environment is as it was says how it is; any other is given back as it is. */
export function withEnvironmentState(error: unknown, environment: 'stopped' | 'none'): unknown {
  if (!isProductError(error) || !error.hint.includes(AS_IT_WAS)) return error
  return productError(error.code, { ...error.data, environment } as never, { cause: error.cause ?? error })
}

/** Does work where a project's environment is as the facts say; where it fails and there was none, the failure says that. */
export async function orNoEnvironment<T>(
  { containers }: EnvironmentFacts,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw containers.length === 0 ? withEnvironmentState(error, 'none') : error
  }
}
