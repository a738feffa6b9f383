import type { Segment } from './syntax/render.ts'

/** What a builder that knows no here-documents takes for an instruction. */
const NO_INSTRUCTION = 'PRISTINE_NEEDS_HERE_DOCUMENTS'

/**
 * What is sent of a Dockerfile with here-documents. A builder that does not support them would run their lines as
 * instructions that nobody reviewed or pinned: an unused extra stage makes it refuse the whole file. It stands before
 * the last one, so that the numbers by which stages are named stay.
 */
export function requireHeredocs(segments: Segment[]): Segment[] {
  const first = segments.find(({ lines, own }) => lines.length > own)
  if (!first) return segments
  const last = segments.findLastIndex(({ logical }) => /^\s*FROM\s/i.test(logical))
  const number = first.lines[0]?.number ?? 1
  const lines = ['FROM scratch', 'COPY <<PRISTINE /', NO_INSTRUCTION, 'PRISTINE'].map((text) => ({
    number,
    text,
  }))
  const stage = { lines, own: lines.length, logical: '', ranges: [], edits: [] }
  return [...segments.slice(0, last), stage, ...segments.slice(last)]
}
