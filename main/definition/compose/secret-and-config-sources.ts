import { posix } from 'node:path'
import { resolvePath } from './load/resolve-path.ts'
import type { Stack } from './stack/stack.ts'
import type { Scope } from './variables/scope.ts'
import { type Mapping, member, type Scalar } from './yaml/node.ts'

/**
 * The files of the project that secrets and configs of a stack are made of, relative to its folder: the same ones on every
 * computer, whatever paths variables of this one make. `tree`: what the stack was read from.
 */
export function secretAndConfigSources(
  tree: Mapping,
  { secrets, configs }: Pick<Stack, 'secrets' | 'configs'>,
  scope: Scope,
  place: { path: string; inRoot: string },
): string[] {
  return Object.entries({ secrets, configs }).flatMap(([kind, used]) =>
    Object.keys(used).flatMap((name) => {
      const file = member(member(member(tree, kind), name), 'file')
      const path = file?.kind === 'scalar' ? pathOf(file, scope) : undefined
      return path === undefined ? [] : (fromProject(path, place) ?? [])
    }),
  )
}

/** A path from the project's folder; undefined for one that is not meant from there and leads out of the repository. */
function fromProject(
  written: string,
  { path, inRoot }: { path: string; inRoot: string },
): string | undefined {
  if (/^\.\.?\//.test(written)) return written.replace(/^\.\//, '')
  if (!posix.isAbsolute(written)) return undefined
  const found = posix.relative(path, written)
  return posix.join(inRoot, found).startsWith('..') ? undefined : found
}

function pathOf(file: Scalar, scope: Scope): string | undefined {
  if (file.template === undefined) return String(file.value)
  const value = scope.fixedValue(file.template)
  return value === undefined ? undefined : String(resolvePath({ ...file, value }).value)
}
