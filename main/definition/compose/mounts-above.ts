import { posix } from 'node:path'
import type { Warning } from '../../../shared/definition.ts'
import type { Stack } from './stack/stack.ts'

/** Whether a path from the project's folder leads to a folder that contains it: `..`, `../..` and so on. */
export const isAbove = (source: string): boolean => /^\.\.(?:\/\.\.)*\/?$/.test(posix.normalize(source))

/**
 * A warning for each mount of a folder above the project's git root, of which only the project is mounted. `inRoot` is
 * where the project lies in its git root: `''`, or a path with forward slashes.
 */
export const aboveWarnings = ({ services }: Stack, inRoot: string): Warning[] =>
  Object.values(services).flatMap(({ name, mounts }) =>
    mounts.flatMap((mount) => {
      if (mount.kind !== 'bind' || !isAbove(mount.source)) return []
      if (!posix.join(inRoot, mount.source).startsWith('..')) return []
      const message = `"volumes" (${name}): a folder above the project is mounted at ${mount.target} with only the project in it; "mounts" of a devcontainer.json can ask for all of it.`
      return [{ code: 'mount-narrowed', message }]
    }),
  )
