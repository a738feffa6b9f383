import { randomBytes } from 'node:crypto'
import { productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { type ContainerLease, takeLease } from '../container/container-leases.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { createContainer, removeContainer } from '../docker/containers.ts'
import { inspectImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { readFiles } from '../docker/read-files.ts'
import type { Read } from './package-diff.ts'

/**
 * Reads an image's own files, through a container of it that never runs. It is made at the first question; `close`
 * removes it, and a later command if this process is killed. `folder`: the project's in the data folder.
 * Errors: `version-gone`, `engine-refused`.
 */
export function openImage(
  engine: Engine,
  { key, folder }: { key: ProjectKey; folder: string },
  version: { image: string; ordinal: number | null },
  run: { signal?: AbortSignal | undefined },
): { container(): Promise<string>; read: Read; close(): Promise<void> } {
  const name = `pristine-${key}-look-${randomBytes(3).toString('hex')}`
  let container: Promise<string> | undefined
  let lease: ContainerLease | undefined
  const create = async () => {
    if (!(await inspectImage(engine, version.image, run))) {
      throw productError('version-gone', { ordinal: version.ordinal })
    }
    // A full disk must not keep anybody from reading.
    lease = await takeLease(folder, name).catch(() => undefined)
    const spec = {
      Image: version.image,
      // It never runs, but an image may lack a command and the engine asks for one.
      Cmd: ['true'],
      Labels: { [LABEL.project]: key, [LABEL.role]: 'look', ...(lease && { [LABEL.lease]: lease.file }) },
      NetworkDisabled: true,
    }
    return createContainer(engine, name, spec, run)
  }
  const opened = () => {
    container ??= create()
    return container
  }
  return {
    container: opened,
    read: async (path, wanted = () => true) => readFiles(engine, await opened(), path, wanted, run),
    close: async () => {
      if (!container) return
      let isGone = false
      try {
        const isMade = await container.then(
          () => true,
          () => false,
        )
        await removeContainer(engine, name)
        // An engine may still make what it was asked for in vain: a later command removes that.
        isGone = isMade
      } finally {
        await lease?.release(isGone)
      }
    },
  }
}
