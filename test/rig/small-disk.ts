import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runAsRoot } from './commands.ts'

/** A small file system of a test's own, in a file. */
export interface SmallDisk {
  /** Where it is mounted. */
  mounted: string
  /** Leaves no room, but for `spare` bytes. */
  fill(spare?: number): Promise<void>
  /** Gives the room back. */
  free(): Promise<void>
  /** Takes it away, with everything on it. */
  remove(): Promise<void>
}

/** Why no such disk can be made here; undefined when it can. */
export const whyNoDisk = (): string | undefined =>
  existsSync('/dev/loop-control') ? undefined : 'this machine has no loop devices'

/** Makes a disk of that size and mounts it on a folder. */
export async function makeDisk(mounted: string, megabytes: number): Promise<SmallDisk> {
  const file = `${mounted}.img`
  await mkdir(mounted)
  const make = 'truncate -s "$1"M "$2" && mkfs.ext4 -q -m 0 "$2" && mount -o loop "$2" "$3"'
  await runAsRoot('sh', ['-ec', make, 'sh', String(megabytes), file, mounted])
  const filling = join(mounted, 'filling')
  return {
    mounted,
    async fill(spare = 0) {
      // What was removed a moment ago gives its room back when it is on the disk.
      const fill = 'sync; cat /dev/zero >"$1" 2>/dev/null || sync; truncate -s "-$2" "$1"; sync'
      await runAsRoot('sh', ['-c', fill, 'sh', filling, String(spare)])
    },
    async free() {
      await runAsRoot('rm', ['-f', filling])
    },
    async remove() {
      await runAsRoot('umount', ['--lazy', mounted])
    },
  }
}
