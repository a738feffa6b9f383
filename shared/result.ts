import * as z from 'zod/mini'
import { InputChange } from './change.ts'
import { Environment, ProjectRef } from './environment.ts'
import { VersionId } from './ids.ts'

/** What `up` and `reset` did, or, for a plan, would do. */
export const UpResult = z.strictObject({
  project: ProjectRef,
  /** `layer`: only of a version with the person's own layer. */
  version: z.strictObject({
    id: VersionId,
    ordinal: z.int().check(z.positive()),
    image: z.string(),
    layer: z.optional(z.literal(true)),
  }),
  action: z.enum(['none', 'started', 'recreated', 'built']),
  because: z.array(InputChange),
  environment: Environment,
  /** References that the lock gained and lost, and the frontends that the engine's own one takes the place of. */
  lock: z.strictObject({
    added: z.array(z.string()),
    removed: z.array(z.string()),
    builtin: z.optional(z.array(z.string())),
  }),
})
export type UpResult = z.infer<typeof UpResult>
