import { stat } from 'node:fs/promises'
import * as z from 'zod/mini'

/** Which folder of this computer a path names, apart from its name: numbers in decimal, `born` in nanoseconds. */
export const FolderIdentity = z.object({ device: z.string(), inode: z.string(), born: z.string() })
export type FolderIdentity = z.infer<typeof FolderIdentity>

/** The folder at a path, links followed; undefined where there is none that can be asked. */
export async function identifyFolder(path: string): Promise<FolderIdentity | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  return stats && { device: `${stats.dev}`, inode: `${stats.ino}`, born: `${stats.birthtimeNs}` }
}

/**
 * Whether a path names another folder than before. A time of birth that stays the same shows that it is the same folder
 * where a file system numbers its files anew; where none is recorded (0), or the time of the last change is given
 * instead, the numbers decide.
 */
export function isAnotherFolder(before: FolderIdentity, now: FolderIdentity): boolean {
  if (before.device === now.device && before.inode === now.inode) return false
  return before.born !== now.born || now.born === '0'
}
