import { type ErrorCode, isProductError, productError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { holdsPath } from '../../docker/path-stat.ts'

const SHELL = '/bin/sh'

/**
 * Keeps a container alive without a program of its own, and ends at once on a stop signal. Whatever the image's PATH
 * is, and whatever lies on it: a shell that is stopped waits for ever, and the first one waits for it. Where even that
 * cannot be done, it ends instead of trying again and again.
 */
const IDLE = `trap "exit 0" TERM INT; while ${SHELL} -c 'kill -STOP $$' & wait $!; do :; done; exit 127`
export const IDLE_ENTRYPOINT = [SHELL, '-c', IDLE]

/**
 * What kept containers alive before, with a program of the image's. Such a container serves as well: to what requests are
 * compared by, both are the same.
 */
export const LEGACY_IDLE_ENTRYPOINT = [
  SHELL,
  '-c',
  'trap "exit 0" TERM INT; while :; do sleep 86400 & wait $!; done',
]

/** Whether a container runs no program of its image, and is only kept alive. */
export function isIdle({ Entrypoint }: { Entrypoint?: string | string[] | undefined }): boolean {
  // Entry points of features run before it.
  const last = JSON.stringify(Entrypoint?.slice(-IDLE_ENTRYPOINT.length))
  return [IDLE_ENTRYPOINT, LEGACY_IDLE_ENTRYPOINT].some((one) => last === JSON.stringify(one))
}

/** How a container without a shell fails that is to be kept alive by one. */
const BY_A_MISSING_SHELL: ErrorCode[] = ['container-not-started', 'container-exited', 'engine-refused']

/**
 * What a failure of a container that is only kept alive means: `shell-missing` where its image has no shell for it,
 * else the failure itself. `once`: it is kept for a single command, regardless of the definition.
 */
export async function idleFailure(
  engine: Engine,
  { id, service, once }: { id: string; service: string; once?: true },
  error: unknown,
): Promise<unknown> {
  if (!BY_A_MISSING_SHELL.some((code) => isProductError(error, code))) return error
  // What was never created did not fail for its shell.
  const isThere = (await inspectContainer(engine, id).catch(() => undefined)) !== undefined
  return !isThere || (await hasShell(engine, id))
    ? error
    : productError('shell-missing', { service, ...(once && { once }) }, { cause: error })
}

/** Whether a container has a shell, as far as that can be seen. */
export const hasShell = (engine: Engine, container: string): Promise<boolean> =>
  holdsPath(engine, container, SHELL).catch(() => true)
