import { productError } from '../../shared/errors.ts'
import { readSource, type Source } from '../../shared/source.ts'

/** What a person names to be opened, as shared/source.ts reads it. Errors: `clone-refused`. */
export function parseSource(text: string): Exclude<Source, { kind: 'refused' }> {
  const source = readSource(text)
  if (source.kind !== 'refused') return source
  const { address, problem } = source
  throw productError('clone-refused', { address, problem })
}
