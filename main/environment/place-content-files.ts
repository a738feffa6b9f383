import { hash, randomBytes } from 'node:crypto'
import { chownSync, lstatSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { extract, type Header } from 'tar-stream'
import { listed } from '../../shared/errors/wording.ts'
import { isSystemError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { CONTENT_FILES } from '../data/baked-content.ts'
import { fileState, placedFilesRecord, readPlacedFiles } from '../data/files-written-to-workspace.ts'
import { workspaceMountOf } from '../data/workspace-mount.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { createContainer, removeContainer } from '../docker/containers.ts'
import { copyFrom } from '../docker/copy-files.ts'
import { LABEL } from '../docker/labels.ts'
import { openFolderInside } from '../files/open-inside.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'

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
  const placeFile: { whole: string; at: string; state: string }[] = []
  const own: string[] = []
  for (const [whole, { at, state }] of wanted) {
    const now = await fileState(whole)
    if (now === state) continue
    if (now === undefined || (!onlyMissing && placed[whole]?.includes(now)))
      placeFile.push({ whole, at, state })
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
  if (placeFile.length === 0 && gone.length === 0) return
  const before = { ...placed }
  for (const { whole, state } of placeFile) before[whole] = [...(placed[whole] ?? []), state]
  await writeFileWhole(placedFilesRecord(home, project), JSON.stringify(before))
  for (const whole of gone) if (before[whole]?.includes((await fileState(whole)) ?? '')) removeFile(whole)
  if (launch && place && placeFile.length > 0) await write(engine, launch, placeFile, run)
  const after = Object.fromEntries(
    Object.entries(before)
      .filter(([whole]) => !gone.includes(whole))
      .map(([whole, states]) => [whole, states.slice(-1)]),
  )
  if (Object.keys(after).length === 0) await rm(placedFilesRecord(home, project), { force: true })
  else await writeFileWhole(placedFilesRecord(home, project), JSON.stringify(after))
}

/** Reads the files from their place in the image, with one archive of a container that never runs. */
async function write(
  engine: Engine,
  { parts }: Launch,
  files: { whole: string; at: string; state: string }[],
  run: Run,
): Promise<void> {
  const name = `pristine-${parts.project.key}-look-${randomBytes(3).toString('hex')}`
  const spec = {
    Image: parts.image.Id,
    Entrypoint: ['/'],
    Cmd: [],
    Labels: { [LABEL.project]: parts.project.key, [LABEL.role]: 'bake' },
    HostConfig: { NetworkMode: 'none' },
  }
  try {
    const id = await createContainer(engine, name, spec, run)
    const wanted = new Map(files.map((file) => [file.at, file]))
    for await (const { at, found } of filesIn(await copyFrom(engine, id, CONTENT_FILES, run), wanted)) {
      const file = wanted.get(at)
      if (file && stateIn(found) === file.state) putFile(file.whole, found)
    }
  } finally {
    await removeContainer(engine, name).catch(() => {})
  }
}

interface Found {
  header: Header
  content: Buffer
}

/** Yields the wanted files from the engine's tar of a folder, whose first entry is the folder itself. */
async function* filesIn(
  tar: Readable,
  wanted: ReadonlyMap<string, unknown>,
): AsyncGenerator<{ at: string; found: Found }> {
  const entries = extract()
  tar.on('error', (error) => entries.destroy(error))
  tar.pipe(entries as unknown as NodeJS.WritableStream)
  let root: string | undefined
  try {
    for await (const entry of entries) {
      const { header } = entry
      root ??= header.name
      const at = path.posix.relative(root, header.name)
      if (!wanted.has(at)) {
        entry.resume()
        continue
      }
      const chunks: Buffer[] = []
      for await (const chunk of entry) chunks.push(chunk as Buffer)
      yield { at, found: { header, content: Buffer.concat(chunks) } }
    }
  } finally {
    // After a failed read, nothing consumes the rest.
    tar.destroy()
  }
}

const stateIn = ({ header, content }: Found): string =>
  header.type === 'symlink' ? `-> ${header.linkname}` : hash('sha256', content)

/** Writes a file completely or not at all, as the owner of the folder, and never through a link. */
function putFile(whole: string, { header, content }: Found): void {
  try {
    using folder = openFolderInside(path.dirname(whole), '.')
    const temporary = path.join(folder.path, `.${path.basename(whole)}.${randomBytes(4).toString('hex')}.tmp`)
    try {
      if (header.type === 'symlink') symlinkSync(header.linkname, temporary)
      else {
        writeFileSync(temporary, content, { flag: 'wx', mode: header.mode & 0o777 })
        const { uid, gid } = lstatSync(`${folder.path}/.`)
        if (process.getuid?.() === 0) chownSync(temporary, uid, gid)
      }
      folder.verify()
      renameSync(temporary, path.join(folder.path, path.basename(whole)))
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  } catch (error) {
    // In this state of the checkout, the folder of the file does not exist.
    if (!isSystemError(error)) throw error
  }
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
