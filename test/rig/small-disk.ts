import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runAsRoot } from './commands.ts'

/** A small file system of a test's own, in a file. It goes when it is unmounted. */
export interface SmallDisk {
  /** Where it is mounted. */
  mounted: string
  /** Leaves no room, but for `spare` bytes. */
  fill(spare?: number): Promise<void>
  /** Makes files until there can be no more, however small. */
  fillFiles(): Promise<void>
  /** Gives the room back. */
  free(): Promise<void>
}

/** Why no such disk can be made here; undefined when it can. */
export const whyNoDisk = (): string | undefined =>
  existsSync('/dev/loop-control') ? undefined : 'this machine has no loop devices'

/** How many files there can be. */
const FILES = 8192

/** Makes a disk of that size and mounts it on a folder. */
export async function makeDisk(mounted: string, megabytes: number): Promise<SmallDisk> {
  const file = `${mounted}.img`
  await mkdir(mounted)
  const make = 'truncate -s "$1"M "$2" && mkfs.ext4 -q -m 0 -N "$4" "$2" && mount -o loop "$2" "$3"'
  await runAsRoot('sh', ['-ec', make, 'sh', String(megabytes), file, mounted, String(FILES)])
  const filling = join(mounted, 'filling')
  return {
    mounted,
    async fill(spare = 0) {
      await runAsRoot('sh', ['-c', FILL, 'sh', filling, String(spare)])
    },
    async fillFiles() {
      const fill = 'mkdir -p "$1"; cd "$1"; seq "$2" | xargs touch 2>/dev/null; sync'
      await runAsRoot('sh', ['-c', fill, 'sh', filling, String(FILES)])
    },
    async free() {
      await runAsRoot('rm', ['-rf', filling])
    },
  }
}

/**
 * More than once, because what was removed a moment ago gives its room back only when that is on the disk; and with
 * folders, because the file system keeps some blocks for them that no file gets.
 */
const FILL = `mkdir -p "$1"
for n in 1 2 3; do sync; cat /dev/zero >>"$1/file" 2>/dev/null; done
sync; n=0; while mkdir "$1/$n" 2>/dev/null; do n=$((n+1)); done
[ "$2" = 0 ] || truncate -s "-$2" "$1/file"; sync`

/** A small file system in memory, mounted on a folder: it can be filled and be made read-only, and goes when it is left. */
export async function makeMemoryDisk(mounted: string, kilobytes: number) {
  await mkdir(mounted, { recursive: true })
  const owner = `uid=${process.getuid?.()},gid=${process.getgid?.()}`
  await runAsRoot('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=700,${owner}`, 'tmpfs', mounted])
  const filling = join(mounted, 'filling')
  const remount = (how: 'ro' | 'rw') => runAsRoot('mount', ['-o', `remount,${how}`, mounted])
  return {
    /** Leaves no room, but for `spare` bytes. */
    fill: (spare = 0) => runAsRoot('sh', ['-c', FILL_FILE, 'sh', filling, String(spare)]),
    free: () => rm(filling),
    protect: () => remount('ro'),
    unprotect: () => remount('rw'),
    [Symbol.asyncDispose]: async () => {
      await runAsRoot('umount', ['--lazy', mounted])
    },
  }
}

const FILL_FILE = 'cat /dev/zero >"$1" 2>/dev/null; [ "$2" = 0 ] || truncate -s "-$2" "$1"'
