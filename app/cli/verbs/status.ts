import type { Status } from '../../../shared/environment.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printLine, printTable } from '../output.ts'
import { describeBroken, describeDrifted, serviceRows } from '../service-words.ts'
import type { Session } from '../session.ts'
import {
  count,
  describeFeature,
  describePorts,
  describeReasons,
  describeVersion,
  NOT_TRUSTED,
  ofLayer,
} from '../wording.ts'

const LABELS = {
  absent: 'Not running',
  starting: 'Starting',
  ready: 'Ready',
  unhealthy: 'Unhealthy',
  paused: 'Paused',
  stopped: 'Stopped',
} as const

/** The exit codes of a stopped program: one that ends by itself, or is ended by SIGTERM or SIGKILL. */
const OF_A_STOP = [0, 137, 143]

/** `pristine status`: what runs, what the definition wants, and why they differ. */
export async function status(session: Session): Promise<number> {
  const found = await session.engine.status(session.folder, session.definition, session.run)
  session.settle()
  if (session.json) {
    printJson(found)
    return 0
  }
  const version = found.version ? ` · ${describeVersion(found.version)}` : ''
  printLine(`${colour('bold', sanitize(found.project.name))}: ${LABELS[found.state]}${version}`)
  if (!found.trusted) printLine(`  ${NOT_TRUSTED}`)
  if (found.version && !found.version.present)
    printLine('  Its image is gone; "pristine reset --to current" builds it again from its recipe.')
  if (found.state === 'paused')
    printLine('  Somebody paused its container; "pristine up" lets it go on where it was.')
  for (const line of describeEnded(found)) printLine(`  ${line}`)
  const { services } = found.environment
  if (services.length > 1) printTable(serviceRows(services).map(([name, ...rest]) => [`  ${name}`, ...rest]))
  const ports = describePorts(found.environment)
  if (ports) printLine(`  ${ports}`)
  for (const feature of found.features) printLine(`  Feature ${describeFeature(feature)}`)
  if (!found.wanted)
    printLine(
      '  Something is not pinned or not fetched yet; what the definition wants is not known before "pristine up" does both.',
    )
  else if (found.version && found.wanted.id !== found.version.id) {
    const wanted = found.wanted.ordinal
      ? describeVersion(found.wanted)
      : `a new version${ofLayer(found.wanted)}`
    const chosen = found.version.chosen ? 'Chosen by a reset. ' : ''
    printLine(
      `  ${chosen}The definition wants ${wanted}: ${describeReasons(found.because, session) || 'it differs'}`,
    )
  }
  if (found.drift && found.drift.changes > 0)
    printLine(`  Drifted · ${count(found.drift.changes, 'change')}${describeDrifted(services)}`)
  return 0
}

/** Which programs ended, or do not do what they are for. */
function describeEnded({ state, environment: { containers, services } }: Status): string[] {
  if (services.length > 0 && state !== 'stopped') return describeBroken(services)
  return containers.flatMap(({ service, exitCode }) =>
    exitCode === undefined || OF_A_STOP.includes(exitCode)
      ? []
      : `${sanitize(service)} ended with exit code ${exitCode}; "pristine logs" shows its last lines.`,
  )
}
