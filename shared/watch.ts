import * as z from 'zod/mini'
import { InputChange } from './change.ts'
import { ErrorReport } from './operation.ts'

const ordinal = z.int().check(z.positive())
const change = { ordinal, because: z.array(InputChange) }

/** What a watch does at the moment, or waits for. */
export const WatchState = z.discriminatedUnion('kind', [
  /** The environment is what the definition says, or what a person chose; nothing to do until something changes. */
  z.strictObject({ kind: z.literal('following') }),
  /** Git is in the middle of something; `doing` names the file or folder that shows it. */
  z.strictObject({ kind: z.literal('git'), doing: z.string() }),
  /** Another process changes the project. */
  z.strictObject({ kind: z.literal('busy'), what: z.string() }),
  /** A new version is built beside what runs. */
  z.strictObject({ kind: z.literal('building'), ...change }),
  /** The new version is there and is swapped in when the open terminals and commands have ended. */
  z.strictObject({ kind: z.literal('waiting'), ...change, sessions: z.int().check(z.positive()) }),
  z.strictObject({ kind: z.literal('swapping'), ...change }),
  /** The environment was replaced. */
  z.strictObject({ kind: z.literal('swapped'), ...change }),
  /** The new version is built; a person decides when to use it (`apply: ask`). */
  z.strictObject({ kind: z.literal('offered'), ...change }),
  /** The definition wants another version, and nothing is done: `apply: off`, or no environment runs. */
  z.strictObject({ kind: z.literal('changed'), ...change }),
  /** It could not be done; the environment is as it was, and the next change is the next try. */
  z.strictObject({ kind: z.literal('failed'), error: ErrorReport }),
])
export type WatchState = z.infer<typeof WatchState>
