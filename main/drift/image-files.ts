import { randomBytes } from 'node:crypto'
import { productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { createContainer, removeContainer } from '../docker/containers.ts'
import { inspectImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { readFiles } from '../docker/read-files.ts'
import type { Read } from './packages.ts'

/** Who reads an image: a writer's container (`bake`) goes with what else a crash leaves half done, a reader's stays. */
export type ImageReader = 'look' | 'bake'

/**
 * Reads an image's own files, through a container of it that never runs. It is made at the first question; `close`
 * removes it. `role`: as what it is labelled.
 * Errors: `version-gone`, `engine-refused`.
 */
export function openImage(
  engine: Engine,
  key: ProjectKey,
  version: { image: string; ordinal: number | null },
  run: { signal?: AbortSignal | undefined },
  role: ImageReader = 'look',
): { container(): Promise<string>; read: Read; close(): Promise<void> } {
  const name = `pristine-${key}-look-${randomBytes(3).toString('hex')}`
  let container: Promise<string> | undefined
  const create = async () => {
    if (!(await inspectImage(engine, version.image, run))) {
      throw productError('version-gone', { ordinal: version.ordinal })
    }
    const spec = {
      Image: version.image,
      // It never runs, but an image may lack a command and the engine asks for one.
      Cmd: ['true'],
      Labels: { [LABEL.project]: key, [LABEL.role]: role },
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
      await container.catch(() => {})
      await removeContainer(engine, name)
    },
  }
}
