import { unlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { listed } from '../../shared/errors/wording.ts'
import { isSystemError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { fileState, placedFilesRecord, readPlacedFiles } from '../data/files-written-to-workspace.ts'
import { workspaceMountOf } from '../data/workspace-mount.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { openFolderInside } from '../files/open-inside.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { type WantedFile, writeContentFiles } from './write-content-files.ts'

/**
 * Updates the single files in the person's folder to a version's content: missing ones are created, and untouched ones of
 * another version are replaced or removed. Without a launch, all are removed. `onlyMissing` keeps existing files, for
 * what runs beside the environment.
 * Errors: `storage-failed`; those of the engine; `cancelled`.
 */
export async function placeContentFiles(
  engine: Engine,
  home: Home,
  project: Project,
  launch: Launch | undefined,
  run: Run,
  { onlyMissing = false } = {},
): Promise<void> {
  const placed = await readPlacedFiles(home, project)
  const files = Object.entries(launch?.parts.content?.files ?? {})
  if (files.length === 0 && Object.keys(placed).length === 0) return
  const place = launch && (await workspaceMountOf(project, launch.run))
  const wanted = new Map(
    place ? files.map(([at, state]) => [path.join(place.source, at), { at, state }]) : [],
  )
  const missing: WantedFile[] = []
  const own: string[] = []
  for (const [whole, { at, state }] of wanted) {
    const now = await fileState(whole)
    if (now === state) continue
    if (now === undefined || (!onlyMissing && placed[whole]?.includes(now)))
      missing.push({ whole, at, state })
    else own.push(at)
  }
  const gone = onlyMissing ? [] : Object.keys(placed).filter((whole) => !wanted.has(whole))
  if (own.length > 0 && !onlyMissing) {
    const names = sanitize(listed(own))
    run.report({
      kind: 'note',
      text: `${names} in the folder differs from the version's, and stays as it is.`,
    })
  }
  if (missing.length === 0 && gone.length === 0) return
  const before = { ...placed }
  for (const { whole, state } of missing) before[whole] = [...(placed[whole] ?? []), state]
  await writeFileWhole(placedFilesRecord(home, project), JSON.stringify(before))
  for (const whole of gone) if (before[whole]?.includes((await fileState(whole)) ?? '')) removeFile(whole)
  const unwritten =
    launch && place && missing.length > 0 ? await writeContentFiles(engine, launch, missing, run) : []
  for (const { whole } of unwritten) before[whole] = placed[whole] ?? []
  const after = Object.fromEntries(
    Object.entries(before)
      .filter(([whole]) => !gone.includes(whole))
      .map(([whole, states]) => [whole, states.slice(-1)])
      .filter(([, states = []]) => states.length > 0),
  )
  if (Object.keys(after).length === 0) await rm(placedFilesRecord(home, project), { force: true })
  else await writeFileWhole(placedFilesRecord(home, project), JSON.stringify(after))
}

function removeFile(whole: string): void {
  try {
    using folder = openFolderInside(path.dirname(whole), '.')
    folder.verify()
    unlinkSync(path.join(folder.path, path.basename(whole)))
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}
