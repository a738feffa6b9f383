import type * as z from 'zod/mini'
import { invalid, type Origin, type Path } from './source-position.ts'

/** Checks a value against a schema; the first mismatch is a `definition-invalid` at its place, naming its key. */
export function validate<T extends z.ZodMiniType>(
  schema: T,
  value: unknown,
  origin: Origin,
  under: Path = [],
): z.infer<T> {
  const result = schema.safeParse(value, { error: (issue) => describe(issue) })
  if (result.success) return result.data
  const [issue] = result.error.issues
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...under, ...(issue?.path ?? []), ...keys].filter((step) => typeof step !== 'symbol')
  const name = path.length === 0 ? 'the definition' : `"${path.join('.')}"`
  throw invalid(origin, path, `${name} ${issue?.message ?? 'is invalid'}`)
}

function describe(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${NAMES[issue.expected] ?? issue.expected}, not ${nameOf(issue.input)}`
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'too_small':
      return `must be at least ${issue.minimum}`
    case 'too_big':
      return `must be at most ${issue.maximum}`
    case 'unrecognized_keys':
      return 'is not a known key'
    default:
      return undefined
  }
}

const NAMES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction'
  return NAMES[typeof value] ?? 'nothing'
}
