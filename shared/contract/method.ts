import { oc } from '@orpc/contract'
import * as z from 'zod/mini'
import { OperationId, ProjectKey } from '../ids.ts'
import { ErrorReport } from '../operation.ts'

/** One method of the contract: every failure is `PRODUCT`, with the report that the command line prints. */
export const method = oc.errors({ PRODUCT: { status: 400, data: ErrorReport } })

export const project = z.strictObject({ project: ProjectKey })

/** One service of those that Compose files define. Errors: `service-unknown`, `service-missing`, `service-not-running`. */
export const ofService = z.extend(project, {
  service: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
})

/** v11, an id, `known-good` or `current`. */
export const versionName = z.string().check(z.minLength(1), z.maxLength(80))

/** What a method that begins long work returns, as soon as its operation is recorded. */
export const started = z.strictObject({ operation: OperationId })
