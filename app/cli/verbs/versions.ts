import { colour, printJson, printLine, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { describeAge, describeReasons } from '../wording.ts'

/** `pristine versions`: the timeline, newest first. */
export async function versions(session: Session): Promise<number> {
  const found = await session.engine.versions(session.folder)
  session.settle()
  if (session.json) {
    printJson({ versions: found })
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
      describeAge(version.createdAt),
      describeReasons(version.because) || 'first version',
      [
        version.knownGood ? colour('yellow', version.marked ? '★ known-good (marked)' : '★ known-good') : '',
        version.current ? colour('green', 'running') : '',
        version.wasReady ? '' : colour('yellow', 'never became ready'),
        version.rebuildable === null ? '' : colour('dim', cleanedUp(version.rebuildable)),
      ]
        .filter(Boolean)
        .join(' · '),
    ]),
  )
  return 0
}

const cleanedUp = (rebuildable: boolean): string =>
  rebuildable ? 'cleaned up; can be built again from its recipe' : 'cleaned up'
