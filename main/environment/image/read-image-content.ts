import type { ProjectKey, VersionId } from '../../../shared/ids.ts'
import {
  CONTENT_LIST,
  type Content,
  contentLabel,
  contentList,
  isListDigest,
  NO_CONTENT,
  readContentList,
} from '../../data/baked-content.ts'
import { storeContentList, storedContentList } from '../../data/content-lists.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import type { ImageDetails } from '../../docker/images.ts'
import { LABEL } from '../../docker/labels.ts'
import { openImage } from '../../drift/image-files.ts'
import type { Home } from '../../store/home.ts'

/**
 * The content that hooks made for the image of a version; undefined if it has none, or if its list cannot be read. A list
 * that is not in the data folder is read from the image.
 * Errors: those of the engine.
 */
export async function readContent(
  engine: Engine,
  home: Home,
  { key, version, image }: { key: ProjectKey; version: VersionId; image: ImageDetails },
): Promise<Content | undefined> {
  const label = image.Config.Labels?.[LABEL.content]
  if (label === undefined) return undefined
  if (!isListDigest(label)) return readContentList(label)
  if (label === contentLabel(contentList(NO_CONTENT))) return NO_CONTENT
  const kept = await storedContentList(home, version, label)
  if (kept !== undefined) return readContentList(kept)
  const list = await listIn(engine, { key, folder: home.project(key) }, image.Id)
  if (list === undefined || contentLabel(list) !== label) return undefined
  // Only speeds up the next start.
  await storeContentList(home, version, list).catch(() => {})
  return readContentList(list)
}

async function listIn(
  engine: Engine,
  project: { key: ProjectKey; folder: string },
  image: string,
): Promise<string | undefined> {
  const opened = openImage(engine, project, { image, ordinal: null }, {})
  try {
    return (await opened.read(CONTENT_LIST)).get(CONTENT_LIST)
  } finally {
    await opened.close().catch(() => {})
  }
}
