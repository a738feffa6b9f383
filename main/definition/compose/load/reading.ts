import type { Place } from '../yaml/node.ts'

/** A file that is needed to go on. `file` is meant from the project's folder, as `resolvePath` writes it. */
export interface FileRequest {
  file: string
  /** Where the definition names it; undefined for one that it need not name. */
  place?: Place
}

/** Its text; nothing where there is no such file; or why it cannot be read, without a full stop. */
export type FileAnswer =
  | { kind: 'text'; text: string }
  | { kind: 'absent' }
  | { kind: 'problem'; problem: string }

/** A rule that asks for files while it decides, so that it is the same for any way to get them. */
export type Reading<T> = Generator<FileRequest, T, FileAnswer>
