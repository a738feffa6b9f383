import { hash } from 'node:crypto'
import path from 'node:path'
import * as z from 'zod/mini'
import { canonical } from '../../shared/canonical.ts'
import type { MountSettings } from '../docker/containers.ts'
import { isBelow } from './workspace-mount.ts'

/** Relative, with forward slashes, and inside the workspace: a foreign image may contain anything. */
const ContentPath = z
  .string()
  .check(z.refine((at) => at !== '' && path.posix.normalize(at) === at && !/^(?:\/|\.\.?(?:\/|$))/.test(at)))

/**
 * Where an image has the single files of its content. They are not at the place of the workspace, because Podman returns
 * no file from a place that was a volume when the image was created.
 */
export const CONTENT_FILES = '/var/lib/pristine/content'

/**
 * Where an image has the list of its content. It is not a label, because every list of images and containers would
 * include it.
 */
export const CONTENT_LIST = '/var/lib/pristine/content.json'

/**
 * What content hooks created in the workspace. Folders are in the version's image at the place of the workspace: an
 * environment mounts a volume over each, which the engine fills from there.
 */
const Content = z.object({
  /** The place of the workspace in the container. */
  root: z.string(),
  folders: z.array(ContentPath),
  /** Single files, with the SHA-256 of their content or, for a link, `-> ` and its target. */
  files: z.record(ContentPath, z.string()),
  /** The number of files and links in the folders. If an image has no such label, its single files are elsewhere. */
  count: z.number(),
})
export type Content = z.infer<typeof Content>

/** The content of hooks that created nothing. No image has its list. */
export const NO_CONTENT: Content = { root: '', folders: [], files: {}, count: 0 }

/** The list as an image has it. */
export const contentList = (content: Content): string => canonical(content)

/** The label of an image with content: the digest of its list. */
export const contentLabel = (list: string): string => `sha256:${hash('sha256', list)}`

/** Whether a label is a digest. An older Pristine wrote the list itself. */
export const isListDigest = (label: string): boolean => /^sha256:[0-9a-f]{64}$/.test(label)

/** The content of a list; undefined if it cannot be read. */
export function readContentList(list: string): Content | undefined {
  try {
    return Content.parse(JSON.parse(list))
  } catch {
    return undefined
  }
}

/**
 * Whether content was created for a workspace at the same path. This matters because many tools write absolute paths into
 * files.
 */
export const fits = (content: Content | undefined, root: string | undefined): boolean =>
  content !== undefined && (isEmpty(content) || content.root === root)

export const isEmpty = ({ folders, files }: Pick<Content, 'folders' | 'files'>): boolean =>
  folders.length + Object.keys(files).length === 0

/**
 * The mounts that put a version's content over the person's folder. They are anonymous volumes: the engine fills each
 * from the image when it creates it, and removes it with its container, so that containers never share them. A mount of
 * the definition at the same place takes precedence.
 */
export function contentMounts(
  { root, folders }: Content,
  others: Pick<MountSettings, 'Target'>[],
): MountSettings[] {
  const within = others.map(({ Target }) => Target).filter((at) => at !== root && isBelow(at, root))
  return folders
    .map((folder) => path.posix.join(root, folder))
    .filter((target) => !within.some((at) => isBelow(target, at)))
    .map((Target) => ({ Type: 'volume', Source: '', Target, ReadOnly: false }))
}
