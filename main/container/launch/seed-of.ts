import { hash } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import type { Sha256 } from '../../../shared/ids.ts'
import { managedVolumes } from './managed-volumes.ts'
import type { Launch } from './prepare-launch.ts'

/** The parts of a create request that decide what a program makes of new data. */
const MAKES = /^(?:Env |File |Cmd$|Entrypoint$|User$|WorkingDir$)/

/**
 * The hash of what decides, besides images, what the seed of a launch makes: its command with the files that it can name, and
 * how the service in which it runs, and those that have data, are set. Undefined where there is no seed.
 */
export function seedOf(
  launch: Pick<Launch, 'seed' | 'service' | 'request' | 'parts' | 'others'>,
): Sha256 | undefined {
  if (!launch.seed) return undefined
  const filling = launch.others.filter(({ parts }) => managedVolumes(parts).length > 0)
  const settings = [launch, ...filling].map(({ service, request }) => [
    service,
    Object.entries(request).filter(([part]) => MAKES.test(part)),
  ])
  return hash('sha256', canonical({ seed: launch.seed.sha256, settings: Object.fromEntries(settings) }))
}
