import { productError } from '../../../shared/errors.ts'
import { exact } from '../../../shared/exact.ts'
import { type DriftKind, type FileEntry, NamePart } from '../../../shared/file.ts'
import { colour, printJson, printNote, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { count, describeBytes } from '../wording.ts'

const SIGNS: Record<DriftKind, string> = {
  added: colour('green', '+'),
  changed: colour('yellow', '~'),
  deleted: colour('red', '-'),
}

/**
 * `pristine files [PATH]`: what a folder of the environment holds, with how it differs from the image; with `--find`, what has a
 * text in its name below it.
 */
export async function files(
  session: Session,
  { service, find }: { service?: string; find?: string },
  [path = '/']: (string | undefined)[],
): Promise<number> {
  if (!path.startsWith('/')) {
    const problem = `"${exact(path)}" is not a whole path.`
    throw productError('usage', { problem, hint: 'A path inside the environment begins with "/".' })
  }
  if (find !== undefined) return search(session, { path, name: find, service })
  const listing = await session.engine.files(session.folder, { path, service }, session.run.signal)
  session.settle()
  if (session.json) {
    printJson(listing)
    return 0
  }
  const { entries, more } = listing
  if (entries.length === 0) printNote(`${exact(listing.path)} is empty.`)
  printTable(entries.map((entry) => describeEntry(entry, listing.place)))
  if (more > 0) printNote(`and ${more} more, not listed`)
  return 0
}

async function search(
  session: Session,
  request: { path: string; name: string; service: string | undefined },
): Promise<number> {
  if (!NamePart.safeParse(request.name).success) {
    const problem = `"${exact(request.name)}" is no part of a name.`
    throw productError('usage', { problem, hint: 'A name has 1 to 255 characters, and no "/".' })
  }
  const result = await session.engine.searchFiles(session.folder, request, session.run.signal)
  session.settle()
  if (session.json) {
    printJson(result)
    return 0
  }
  const { found, ended, path } = result
  if (found.length === 0) printNote(`Nothing below ${exact(path)} has that in its name.`)
  printTable(
    found.map(({ path, kind, place, drift }) => [
      drift === null ? ' ' : SIGNS[drift],
      `${exact(path)}${kind === 'folder' ? '/' : ''}`,
      place === 'container' ? '' : colour('dim', `(${PLACES[place]})`),
    ]),
  )
  if (ended === 'many') printNote(`There are more than ${found.length}.`)
  if (ended === 'late') printNote('The search took too long and was ended: there may be more.')
  return 0
}

/** "+ 0644  node  1.2 kB  2026-11-30 17:05  notes.txt" */
function describeEntry(entry: FileEntry, around: FileEntry['place']): string[] {
  const { name, kind, size, modifiedAt, mode, owner, target, place, drift, driftBelow } = entry
  const link = target === null ? '' : colour('dim', ` -> ${exact(target)}`)
  const notes = [
    ...(place === around ? [] : [PLACES[place]]),
    ...(driftBelow > 0 ? [`${count(driftBelow, 'change')} below`] : []),
  ]
  const note = notes.length > 0 ? colour('dim', ` (${notes.join(', ')})`) : ''
  return [
    drift === null ? ' ' : SIGNS[drift],
    mode ?? '',
    exact(owner ?? ''),
    kind === 'file' && size !== null ? describeBytes(size) : kind,
    modifiedAt === null ? '' : new Date(modifiedAt).toISOString().slice(0, 16).replace('T', ' '),
    `${exact(name)}${kind === 'folder' ? '/' : ''}${link}${note}`,
  ]
}

const PLACES: Record<FileEntry['place'], string> = {
  container: 'container',
  volume: 'volume',
  host: 'from this computer',
  memory: 'in memory',
  kernel: 'kernel',
}
