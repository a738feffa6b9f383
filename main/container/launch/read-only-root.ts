import type { RunConfig } from '../../../shared/definition.ts'
import { type ErrorCode, isProductError, productError } from '../../../shared/errors.ts'

/** Where every program expects to be able to write; what it writes there is gone when it stops. */
const WRITABLE = ['/tmp', '/run', '/var/tmp']
/** Unlike the engine's own default, programs may be run from there: installers and test runners do. */
const OPTIONS = 'rw,exec,nosuid,nodev,mode=1777'

/**
 * The settings of a sealed container: a read-only root, and memory where nothing is mounted that can be written. `memory`:
 * the file systems in memory that it has anyway, by their paths.
 */
export function sealedHost(
  mounts: { Target: string }[],
  memory: Record<string, string>,
): {
  ReadonlyRootfs: true
  Tmpfs: Record<string, string>
} {
  const isMounted = (place: string) =>
    [...mounts.map(({ Target }) => Target), ...Object.keys(memory)].some(
      (target) => place === target || place.startsWith(`${target}/`),
    )
  const open = WRITABLE.filter((place) => !isMounted(place))
  const opened = Object.fromEntries(open.map((place) => [place, OPTIONS]))
  return { ReadonlyRootfs: true, Tmpfs: { ...opened, ...memory } }
}

/** What a program prints that tried to write to a read-only root, or in a folder that the image has in /run. */
const REFUSED = /read-only file system|EROFS|\/run\/.*no such file/i
const FAILURES: ErrorCode[] = ['hook-failed', 'container-exited', 'not-ready']

/** Marks a failure caused by the read-only root file system; any other failure is returned as it is. */
export function asSealed({ sealed }: Pick<RunConfig, 'sealed'>, error: unknown): unknown {
  if (!sealed || !isProductError(error) || !FAILURES.includes(error.code)) return error
  const { output, check } = error.data
  if (!REFUSED.test(`${output} ${check}`)) return error
  return productError(error.code, { ...error.data, sealed: true } as never, { cause: error })
}
