import { filtersIn } from './filter-attributes.ts'

/** How a pointer of Git LFS begins, and how many bytes it has at most (git-lfs, docs/spec.md). */
export const POINTER = 'version https://git-lfs.github.com/spec/'
export const LONGEST_POINTER = 1024

/** The patterns of a `.gitattributes` whose files Git LFS keeps elsewhere (gitattributes(5)). */
export const largeFilePatterns = (attributes: string): string[] =>
  filtersIn(attributes).flatMap(([pattern, filter]) => (filter === 'lfs' ? [pattern] : []))
