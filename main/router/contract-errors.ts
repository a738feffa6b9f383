import { ORPCError, ValidationError } from '@orpc/server'
import { isProductError, type ProductError, productError, reportOf } from '../../shared/errors.ts'

/**
 * Any failure as the contract's `PRODUCT`. Other failures may contain anything, so only `fault` receives them, and the
 * other side only learns that something went wrong.
 */
export function contractError(error: unknown, fault: (error: unknown) => void): Error {
  if (error instanceof ORPCError && error.code === 'PRODUCT') return error
  const report = reportOf(known(error, fault))
  return new ORPCError('PRODUCT', { defined: true, status: 400, message: report.message, data: report })
}

function known(error: unknown, fault: (error: unknown) => void): ProductError {
  if (isProductError(error) && error.code !== 'internal') return error
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) {
    return productError('request-invalid', { problem: describe(error.cause.issues) })
  }
  fault(error)
  return productError('internal', {
    problem: 'What it was is in the output of the program that runs Pristine.',
  })
}

/** Where the first thing is that does not fit; not what stands there. */
function describe(issues: ValidationError['issues']): string {
  const path = issues[0]?.path?.map((step) => String(typeof step === 'object' ? step.key : step)) ?? []
  return path.length > 0 ? `"${path.join('.').slice(0, 80)}" is not as expected.` : 'It is not as expected.'
}
