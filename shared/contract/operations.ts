import { eventIterator } from '@orpc/contract'
import * as z from 'zod/mini'
import { OperationId, ProjectKey } from '../ids.ts'
import { Operation, RecordedEvent } from '../operation.ts'
import { method, project } from './method.ts'

const operation = z.extend(project, { operation: OperationId })

/** Operations: long work that is recorded. */
export const operations = {
  /** Newest first; of all projects where none is named. */
  list: method
    .input(z.strictObject({ project: z.optional(ProjectKey) }))
    .output(z.array(z.extend(Operation, { project: ProjectKey, name: z.string() }))),
  watch: method
    .input(z.extend(operation, { from: z.int().check(z.nonnegative()) }))
    .output(eventIterator(RecordedEvent)),
  /** False when it has ended already. */
  cancel: method.input(operation).output(z.boolean()),
}
