import { productError } from '../../shared/errors.ts'
import { readSource, type Source } from '../../shared/source.ts'

/** Parses what a person wants to open, as in shared/source.ts. Errors: `clone-refused`. */
export function parseSource(text: string): Exclude<Source, { kind: 'refused' }> {
  const source = readSource(text)
  if (source.kind !== 'refused') return source
  const { address, problem } = source
  throw productError('clone-refused', { address, problem })
}
