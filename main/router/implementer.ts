import { type ImplementerInternalWithMiddlewares, implement } from '@orpc/server'
import { contract } from '../../shared/contract.ts'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { contractError } from './contract-errors.ts'

type NoContext = Record<never, never>
/** By its name, because written out it is too long for the compiler. */
export type Implementer = ImplementerInternalWithMiddlewares<typeof contract, NoContext, NoContext>

/** Implements the contract's methods so that every failure is one of the contract. `fault` receives unexpected errors. */
export function implementer(fault: (error: unknown) => void): Implementer {
  // Validation is innermost, so that its failures are translated, too.
  const checked = { initialInputValidationIndex: Number.POSITIVE_INFINITY }
  const inner = { ...checked, initialOutputValidationIndex: Number.POSITIVE_INFINITY }
  const base = implement(contract, inner)
  return base.use(async ({ next, procedure }, input) => {
    try {
      // A method that takes nothing is given nothing.
      if (!procedure['~orpc'].inputSchema && input !== undefined) {
        throw productError('request-invalid', { problem: 'It takes no input.' })
      }
      const result = await next()
      return isStream(result.output) ? { ...result, output: translated(result.output, fault) } : result
    } catch (error) {
      throw contractError(error, fault)
    }
  })
}

const isStream = (output: unknown): output is AsyncIterable<unknown> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output

async function* translated(stream: AsyncIterable<unknown>, fault: (error: unknown) => void) {
  try {
    yield* stream
  } catch (error) {
    throw contractError(error, fault)
  }
}

/** A transport that gives no signal never goes away. */
export const given = (signal: AbortSignal | undefined): AbortSignal => signal ?? new AbortController().signal

/** For a call whose progress nobody is shown: whoever made it can cancel it. */
export const unreported = (signal: AbortSignal | undefined): Run => ({
  signal: given(signal),
  report: () => {},
})
