import * as z from 'zod/mini'
import { OperationEnd, OperationEvent, OperationKind } from '../../shared/operation.ts'
import { migrateFirstLine, migrateLine } from './legacy-lines.ts'

const FirstLine = z.object({ at: z.iso.datetime(), kind: OperationKind })
const RecordedLine = z.object({ at: z.iso.datetime(), event: z.union([OperationEvent, OperationEnd]) })

/** Parses the first line of a recording: the kind of work. Undefined when a crash cut it, or it is none. */
export const parseFirstLine = (line: string | undefined): z.infer<typeof FirstLine> | undefined =>
  parse(FirstLine, line, migrateFirstLine)

/** Parses each further line: an event. Undefined when a crash cut it, or it is none. */
export const parseLine = (line: string | undefined): z.infer<typeof RecordedLine> | undefined =>
  parse(RecordedLine, line, migrateLine)

function parse<T>(
  schema: z.ZodMiniType<T>,
  line: string | undefined,
  migrate: (value: object) => object,
): T | undefined {
  try {
    return schema.parse(migrate(JSON.parse(line ?? '')))
  } catch {
    return undefined
  }
}
