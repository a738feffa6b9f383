import { isProductError, productError } from '../../../shared/errors.ts'
import type { FileContent } from '../../../shared/file.ts'
import { type FileText, readText } from '../../container/file-text.ts'
import { findFile } from '../../container/find-file.ts'
import { mountPlaces, placeOf } from '../../container/mount-of-path.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { pathDrift } from '../../drift/folder-drift.ts'
import { openImage } from '../../drift/image-files.ts'
import { textPatch } from '../../drift/text-patch.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { driftOfContainer } from '../../environment/drift-of-container.ts'
import { findService, type ServiceName } from '../../environment/find-service.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * The text of a file of a service, running or not, and how it differs from the image's. Nothing runs in the container.
 * Errors: `environment-not-running` if there is no environment, `service-unknown`, `service-missing`; those of `findFile`;
 * `version-gone` if the image is needed and gone; `removed-meanwhile`.
 */
export async function readFile(
  host: Host,
  project: Project,
  { path, service }: { path: string; service?: ServiceName },
  signal: AbortSignal,
): Promise<FileContent> {
  const { engine, facts, history } = await readCurrentState(host, project)
  const container = await findService(host.home, project, facts, service)
  const { id, name, image, version } = container
  const folder = host.home.project(project.key)
  const [details, { changes }] = await Promise.all([
    inspectContainer(engine, id, { signal }),
    driftOfContainer(engine, folder, container),
  ])
  if (!details) throw productError('removed-meanwhile', { problem: `The container ${name} is gone` })
  const mounts = mountPlaces(details)
  const ordinal = history.versions.find((known) => known.id === version)?.ordinal ?? null
  const opened = openImage(engine, { key: project.key, folder }, { image, ordinal }, { signal })
  const inImage = async (at: string) => {
    const look = await opened.container()
    const file = await findFile(engine, look, mounts, at, { signal })
    return { file, ...(await readText(engine, look, file.path, { signal })) }
  }
  try {
    if (placeOf(path, mounts) === 'container' && pathDrift(changes, path) === 'deleted') {
      const { file, text, cut } = await inImage(path)
      return { ...shown(file), drift: 'deleted', text, cut, diff: null }
    }
    const file = await findFile(engine, id, mounts, path, { signal })
    const drift = file.place === 'container' ? pathDrift(changes, file.path) : null
    const now = await readText(engine, id, file.path, { signal })
    // Where the image has something else than a file, there is nothing to compare.
    const before = drift === 'changed' ? await inImage(file.path).catch(unlessFile) : undefined
    return { ...shown(file), drift, ...now, diff: before ? compared(file.path, before, now) : null }
  } finally {
    await opened.close()
  }
}

const shown = ({ path, size, place }: Pick<FileContent, 'path' | 'size' | 'place'>) => ({ path, size, place })

const compared = (path: string, from: FileText, to: FileText): string | null =>
  from.text === null || to.text === null || from.cut || to.cut ? null : textPatch(path, from.text, to.text)

function unlessFile(error: unknown): undefined {
  if (!isProductError(error, 'path-not-file') && !isProductError(error, 'path-missing')) throw error
}
