import { isProductError } from '../../shared/errors.ts'

/** The code of a failure of the system or of Node (`ENOENT`, `EACCES`, `ERR_…`); undefined for any other. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || isProductError(error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
