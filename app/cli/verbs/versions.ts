import type { EnvironmentState } from '../../../shared/environment.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { DiskUse, Version } from '../../../shared/version.ts'
import { colour, printJson, printLine, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { count, describeAge, describeBytes, describeOrigin, isRunning } from '../wording.ts'

/** `pristine versions`: the timeline, newest first; with `--disk` what each version takes. */
export async function versions(session: Session, options: { disk?: boolean }): Promise<number> {
  const found = await session.engine.versions(session.folder)
  const disk = options.disk ? await session.engine.disk(session.folder) : undefined
  session.settle()
  if (session.json) {
    printJson({ versions: found, ...(disk && { disk }) })
    return 0
  }
  if (found.length === 0) {
    printLine('No version yet. Run "pristine up".')
    return 0
  }
  printTable(
    found.map((version) => [
      colour('bold', `v${version.ordinal}`),
      colour('dim', version.id.slice(0, 12)),
      ...(disk ? [describeUse(version, disk)] : []),
      describeAge(version.createdAt),
      describeOrigin(version, session),
      [
        version.knownGood ? colour('yellow', version.marked ? '★ known-good (marked)' : '★ known-good') : '',
        version.state ? describeState(version.state) : '',
        version.layerOn ? describeLayer(version.layerOn, found) : '',
        version.wasReady !== false ? '' : colour('yellow', 'never became ready'),
        version.plan || !version.present
          ? ''
          : colour('yellow', 'its plan is lost: it can be neither compared nor started'),
        version.rebuildable === null ? '' : colour('dim', cleanedUp(version.rebuildable)),
      ]
        .filter(Boolean)
        .join(' · '),
    ]),
  )
  if (disk)
    printLine(
      `${count(disk.versions.length, 'version')} on the engine: ${describeBytes(disk.total)}, shared layers counted once.`,
    )
  return 0
}

const describeState = (state: EnvironmentState): string =>
  isRunning(state) ? colour('green', 'running') : colour('yellow', state)

/** "with your layer, on v3"; the version that it is on may never have been built here. */
function describeLayer(on: VersionId, versions: Version[]): string {
  const shared = versions.find(({ id }) => id === on)
  return `with your layer, on ${shared ? `v${shared.ordinal}` : on.slice(0, 12)}`
}

/** "1.2 MB own, 340.1 MB shared"; "size unknown" if the engine does not report it. */
function describeUse({ id }: Version, { versions }: DiskUse): string {
  const use = versions.find((one) => one.id === id)
  if (use?.own === null) return describeBytes(null)
  return use ? `${describeBytes(use.own)} own, ${describeBytes(use.shared)} shared` : ''
}

const cleanedUp = (rebuildable: boolean): string =>
  rebuildable ? 'cleaned up; can be built again from its recipe' : 'cleaned up'
