import { eventIterator } from '@orpc/contract'
import * as z from 'zod/mini'
import { LogLines } from '../log.ts'
import { method, ofService } from './method.ts'

/** What the services of an environment print. */
export const logs = {
  /**
   * The last `tail` lines of a service, or of each where none is named, and what comes, in batches and in the order of
   * their times. Ends when the environment is replaced.
   */
  follow: method
    .input(z.extend(ofService, { tail: z.int().check(z.gte(0), z.lte(1_000_000)) }))
    .output(eventIterator(LogLines)),
}
