import * as z from 'zod/mini'

/** An absolute path inside a container. */
export const InsidePath = z.string().check(z.minLength(1), z.maxLength(4096), z.regex(/^\/[^\0]*$/))
export type InsidePath = z.infer<typeof InsidePath>

/** The name of a file in its folder. */
export const FileName = z.string().check(z.minLength(1), z.maxLength(255), z.regex(/^(?!\.{1,2}$)[^/\0]+$/))

/** `gone`: the image has it, and the container has not. */
export const FileKind = z.enum(['file', 'folder', 'link', 'pipe', 'socket', 'device', 'gone'])
export type FileKind = z.infer<typeof FileKind>

/**
 * Where something lies: in the container's own file system, which is drift where it differs from the image and goes with
 * the next reset; in a volume; in what is mounted from the engine's computer; in memory; in what the kernel shows.
 */
export const FilePlace = z.enum(['container', 'volume', 'host', 'memory', 'kernel'])
export type FilePlace = z.infer<typeof FilePlace>

export const DriftKind = z.enum(['changed', 'added', 'deleted'])
export type DriftKind = z.infer<typeof DriftKind>

/** What a folder holds under a name. Of what is gone only the name is known. */
export const FileEntry = z.strictObject({
  name: z.string(),
  kind: FileKind,
  /** In bytes. */
  size: z.nullable(z.number().check(z.nonnegative())),
  /** When its content changed last, in milliseconds since 1970. */
  modifiedAt: z.nullable(z.number()),
  /** The permissions, in octal: 0755. */
  mode: z.nullable(z.string()),
  /** By the name of the account inside; the number where it has none. */
  owner: z.nullable(z.string()),
  /** Where a link leads, as it is written there. */
  target: z.nullable(z.string()),
  place: FilePlace,
  /** How it differs from the image. */
  drift: z.nullable(DriftKind),
  /** How many paths below it differ from the image. */
  driftBelow: z.int().check(z.nonnegative()),
})
export type FileEntry = z.infer<typeof FileEntry>

/** What a folder of a service's container holds, in the order of the names. */
export const FolderListing = z.strictObject({
  service: z.string(),
  /** The folder itself, where a link led to it. */
  path: z.string(),
  place: FilePlace,
  entries: z.array(FileEntry),
  /** How many further entries are not listed. */
  more: z.int().check(z.nonnegative()),
})
export type FolderListing = z.infer<typeof FolderListing>

/** A text that names are searched for. */
export const NamePart = z.string().check(z.minLength(1), z.maxLength(255), z.regex(/^[^/\0]+$/))

/** How a search ended: all was looked at; more was found than is listed; its time was over. */
export const SearchEnd = z.enum(['whole', 'many', 'late'])
export type SearchEnd = z.infer<typeof SearchEnd>

/** What a search found below a folder of a service's container, in the order of the paths. */
export const FoundFiles = z.strictObject({
  service: z.string(),
  /** The folder itself, where a link led to it. */
  path: z.string(),
  found: z.array(
    z.strictObject({
      /** From the top on. */
      path: z.string(),
      kind: FileKind,
      place: FilePlace,
      drift: z.nullable(DriftKind),
    }),
  ),
  ended: SearchEnd,
})
export type FoundFiles = z.infer<typeof FoundFiles>

/** What a file holds, as far as it is text. */
export const FileContent = z.strictObject({
  path: z.string(),
  size: z.number().check(z.nonnegative()),
  place: FilePlace,
  drift: z.nullable(DriftKind),
  /** Its beginning; null where it is no text. Of a deleted file, what the image has. */
  text: z.nullable(z.string()),
  /** Whether there is more than that. */
  cut: z.boolean(),
  /** How the text differs from the image's, in the unified format; null unless both are texts that can be compared. */
  diff: z.nullable(z.string()),
})
export type FileContent = z.infer<typeof FileContent>

/** So many bytes of an upload are sent at a time. */
export const UPLOAD_CHUNK = 1024 * 1024

export const UploadId = z
  .string()
  .check(z.regex(/^[0-9a-f]{32}$/))
  .brand<'UploadId'>()
export type UploadId = z.infer<typeof UploadId>

/** A file that came to be inside, and where it lies. */
export const Uploaded = z.strictObject({
  path: z.string(),
  place: FilePlace,
  bytes: z.int().check(z.nonnegative()),
})
export type Uploaded = z.infer<typeof Uploaded>
