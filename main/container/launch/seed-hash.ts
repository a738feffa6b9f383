import { hash } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import type { Sha256 } from '../../../shared/ids.ts'
import { type ImageDetails, layersOf } from '../../docker/images.ts'
import type { Launch } from './prepare-launch.ts'

/** The parts of a create request that decide what a program makes of new data. */
const MAKES = /^(?:Env |File |Cmd$|Entrypoint$|User$|WorkingDir$)/

/**
 * The hash of what decides what the seed of a launch makes: its command with the files that it can name, and the images and
 * settings of all services. One without volumes takes part as well: the seed runs in it, or it writes to the data of another.
 * Undefined where there is no seed.
 */
export function seedHash(
  launch: Pick<Launch, 'seed' | 'service' | 'request' | 'parts' | 'others'>,
): Sha256 | undefined {
  if (!launch.seed) return undefined
  const settings = [launch, ...launch.others].map(({ service, request, parts }) => [
    service,
    { request: Object.entries(request).filter(([part]) => MAKES.test(part)), image: programOf(parts.image) },
  ])
  return hash('sha256', canonical({ seed: launch.seed.sha256, settings: Object.fromEntries(settings) }))
}

/** What an image runs: its files, and what its configuration says of its program. */
function programOf(image: ImageDetails): unknown[] {
  const { Env, Cmd, Entrypoint, User, WorkingDir } = image.Config
  return [layersOf(image), ...[Env, Cmd, Entrypoint, User, WorkingDir].map((one) => one ?? null)]
}
