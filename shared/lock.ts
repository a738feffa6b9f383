import * as z from 'zod/mini'
import { InputChange } from './change.ts'

/** `pristine.lock`: every external reference of a definition, resolved. Committed beside the definition. */
export const Lock = z.strictObject({
  lockVersion: z.literal(1),
  /** Remote `ADD` sources by address; the integrity is the content's hash. */
  downloads: z.record(
    z.string(),
    z.strictObject({ integrity: z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/)) }),
  ),
  /** Images by the reference as written; `resolved` is `registry/repository@sha256:…`. */
  images: z.record(
    z.string(),
    z.strictObject({ resolved: z.string().check(z.regex(/^\S+@sha256:[0-9a-f]{64}$/)) }),
  ),
})
export type Lock = z.infer<typeof Lock>

export const EMPTY_LOCK: Lock = { lockVersion: 1, downloads: {}, images: {} }

/** What `lock` did to the lock. */
export const LockReport = z.strictObject({
  file: z.string(),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  moved: z.array(InputChange),
})
export type LockReport = z.infer<typeof LockReport>

/** A pin beside what its reference points at today. */
export const OutdatedPin = z.strictObject({
  reference: z.string(),
  locked: z.string(),
  latest: z.string(),
  outdated: z.boolean(),
})
export type OutdatedPin = z.infer<typeof OutdatedPin>
