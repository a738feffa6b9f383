import * as z from 'zod/mini'
import { OperationEnd, OperationEvent } from '../../shared/operation.ts'

/** The first line of a recording: what the work is. */
export const FirstLine = z.object({ at: z.iso.datetime(), what: z.string() })
/** Each further line: what happened. */
export const RecordedLine = z.object({ at: z.iso.datetime(), event: z.union([OperationEvent, OperationEnd]) })

/** What a line of a recording says; undefined when a crash cut it, or it is none. */
export function parseLine<T>(schema: z.ZodMiniType<T>, line: string | undefined): T | undefined {
  try {
    return schema.parse(JSON.parse(line ?? ''))
  } catch {
    return undefined
  }
}
