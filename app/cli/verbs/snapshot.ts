import path from 'node:path'
import { productError } from '../../../shared/errors.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { Snapshot, SnapshotOrigin } from '../../../shared/snapshot.ts'
import { askingForTrust } from '../ask-trust.ts'
import { colour, printJson, printLine, printNote, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { describeAge, describeBytes } from '../wording.ts'

/** `pristine snapshot take|list|restore|rename|delete|export|import`: captures of the project's data. */
export function snapshot(
  session: Session,
  options: { trust?: string[] },
  [action = '', name, to]: (string | undefined)[],
): Promise<number> {
  const only = (used: (string | undefined)[], unused: (string | undefined)[]): string[] => {
    if (used.includes(undefined) || unused.some((one) => one !== undefined)) throw misused(action)
    return used as string[]
  }
  switch (action) {
    case 'take':
      only([], [to])
      return take(session, options, name)
    case 'list':
      only([], [name, to])
      return list(session)
    case 'restore':
      return restore(session, options, ...(only([name], [to]) as [string]))
    case 'rename':
      return rename(session, ...(only([name, to], []) as [string, string]))
    case 'delete':
      return remove(session, ...(only([name], [to]) as [string]))
    case 'export':
      return save(session, ...(only([name, to], []) as [string, string]))
    case 'import':
      return load(session, ...(only([name], []) as [string]), to)
    default:
      throw misused(action)
  }
}

const misused = (action: string) =>
  productError('usage', {
    problem: `"snapshot ${sanitize(action)}" is not used like this.`,
    hint: 'Use "pristine snapshot take [NAME]", "… list", "… restore NAME", "… rename NAME NEW-NAME", "… delete NAME", "… export NAME FILE" or "… import FILE [NAME]".',
  })

async function take(
  session: Session,
  options: { trust?: string[] },
  name: string | undefined,
): Promise<number> {
  const taken = await askingForTrust(session, options.trust, (trust) =>
    session.engine.takeSnapshot(session.folder, { name, trust }, session.run),
  )
  session.settle()
  if (session.json) printJson({ snapshot: taken })
  else
    printLine(`${colour('green', '●')} snapshot ${colour('bold', taken.name)} of ${taken.volumes.join(', ')}`)
  return 0
}

async function list(session: Session): Promise<number> {
  const snapshots = await session.engine.snapshots(session.folder)
  session.settle()
  if (session.json) {
    printJson({ snapshots })
    return 0
  }
  if (snapshots.length === 0) {
    printNote('No snapshot yet. "pristine snapshot take" takes one.')
    return 0
  }
  printTable(
    snapshots.map((one) => [
      colour('bold', one.name),
      one.present ? describeBytes(one.size) : colour('yellow', 'not on this engine'),
      one.present ? colour('dim', `its deletion frees ${describeBytes(one.bytes)}`) : '',
      describeAge(one.takenAt),
      ORIGINS[one.origin],
      describeVersion(one),
      colour('dim', one.volumes.join(', ')),
    ]),
  )
  return 0
}

const ORIGINS: Record<SnapshotOrigin, string> = {
  taken: 'taken',
  version: 'before another version',
  reset: 'before a reset of the data',
  imported: 'imported',
  seed: 'made by data.seed',
  fork: 'for a fork',
}

function describeVersion({ version }: Snapshot): string {
  if (version === null) return ''
  return version.ordinal === null ? version.id.slice(0, 12) : `v${version.ordinal}`
}

async function restore(session: Session, options: { trust?: string[] }, name: string): Promise<number> {
  const { restored, kept } = await askingForTrust(session, options.trust, (trust) =>
    session.engine.restoreSnapshot(session.folder, { name, trust }, session.run),
  )
  session.settle()
  if (session.json) {
    printJson({ restored, kept })
    return 0
  }
  printLine(`${colour('green', '●')} the data is that of ${colour('bold', restored.name)}`)
  if (kept) printNote(`What it was is kept: pristine snapshot restore ${kept.name}`)
  return 0
}

async function rename(session: Session, name: string, to: string): Promise<number> {
  const renamed = await session.engine.renameSnapshot(session.folder, name, to, session.run)
  session.settle()
  if (session.json) printJson({ snapshot: renamed })
  else printLine(`${sanitize(name)} is called ${renamed.name}.`)
  return 0
}

async function remove(session: Session, name: string): Promise<number> {
  await session.engine.deleteSnapshot(session.folder, name, session.run)
  session.settle()
  if (session.json) printJson({ deleted: name })
  else printLine(`${sanitize(name)} is deleted.`)
  return 0
}

async function save(session: Session, name: string, given: string): Promise<number> {
  const file = path.resolve(given)
  const { bytes } = await session.engine.exportSnapshot(session.folder, { name, file }, session.run)
  session.settle()
  if (session.json) printJson({ exported: { name, file, bytes } })
  else printLine(`${sanitize(name)} is in ${sanitize(file)} (${describeBytes(bytes)}).`)
  return 0
}

async function load(session: Session, given: string, name: string | undefined): Promise<number> {
  const file = path.resolve(given)
  const imported = await session.engine.importSnapshot(session.folder, { file, name }, session.run)
  session.settle()
  if (session.json) printJson({ snapshot: imported })
  else
    printLine(
      `${colour('green', '●')} snapshot ${colour('bold', imported.name)} of ${imported.volumes.join(', ')}`,
    )
  return 0
}
