import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { VersionId } from '../../shared/ids.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { contentLabel } from './baked-content.ts'

/** Stores the list of a version's content in the data folder, where a start finds it. Errors: `storage-failed`. */
export const storeContentList = (home: Home, version: VersionId, list: string): Promise<void> =>
  writeFileWhole(listFile(home, version, contentLabel(list)), list)

/** The stored list that an image's label names; undefined if it does not exist or is another one. */
export async function storedContentList(
  home: Home,
  version: VersionId,
  label: string,
): Promise<string | undefined> {
  const list = await readFile(listFile(home, version, label), 'utf8').catch(() => undefined)
  return list !== undefined && contentLabel(list) === label ? list : undefined
}

/** Images of one version may differ in what their hooks created. */
const listFile = (home: Home, version: VersionId, label: string): string =>
  path.join(home.version(version), `content-${label.slice('sha256:'.length)}.json`)
