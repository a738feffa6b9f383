import type { EngineState } from '../../../shared/engine-state.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { shortPath } from '../../components/short-path.ts'

interface About {
  version: string
  platform: string
  node: string
  home: string
}

/** The report, in English wherever it is read. Projects are counted and not named; failures are listed by code only. */
export function reportOf(
  about: About | undefined,
  engine: EngineState | undefined,
  projects: ProjectSummary[],
  agent: string,
): string {
  const states = Object.entries(Object.groupBy(projects, ({ state }) => state))
    .map(([state, list]) => `${list.length} ${state}`)
    .join(', ')
  const failures = [...new Set(projects.flatMap(({ failure }) => (failure ? [failure.error.code] : [])))]
  return [
    `Pristine ${about?.version ?? '?'} (${about?.platform ?? '?'}, Node ${about?.node ?? '?'})`,
    `Data: …/${about?.home.split(/[\\/]/).at(-1) ?? '?'}`,
    `Engine: ${engineLine(engine)}`,
    `Projects: ${projects.length}${states && ` (${states})`}`,
    `Last failures: ${failures.join(', ') || 'none'}`,
    `Window: ${agent}`,
  ].join('\n')
}

function engineLine(engine: EngineState | undefined): string {
  if (!engine) return 'not known'
  if (engine.kind === 'down') return `down (${engine.error.code})`
  const { name, version, address } = engine
  return `${name} ${version} at ${placeOf(address)}`
}

/** An address without the names of computers and people. */
function placeOf(address: string): string {
  const socket = /^(?:unix|npipe):\/\/(.*)$/.exec(address)?.[1]
  return socket === undefined ? address.replace(/\/\/.*/, '//…') : shortPath(socket)
}
