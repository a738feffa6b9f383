/** How a pointer of Git LFS begins, and how many bytes it has at most (git-lfs, docs/spec.md). */
export const POINTER = 'version https://git-lfs.github.com/spec/'
export const LONGEST_POINTER = 1024
