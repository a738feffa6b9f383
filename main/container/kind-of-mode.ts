import type { FileKind } from '../../shared/file.ts'

const KINDS: Partial<Record<number, FileKind>> = {
  [0o01]: 'pipe',
  [0o02]: 'device',
  [0o04]: 'folder',
  [0o06]: 'device',
  [0o10]: 'file',
  [0o12]: 'link',
  [0o14]: 'socket',
}

/** The kind of file that a `st_mode` names (POSIX, <sys/stat.h>, as Linux numbers them). */
export const kindOfMode = (mode: number): FileKind => KINDS[(mode & 0o170000) >> 12] ?? 'device'
