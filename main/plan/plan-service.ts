import { createHash } from 'node:crypto'
import { canonical } from '../../shared/canonical.ts'
import { pinnedByHand } from '../../shared/image-reference.ts'
import type { Lock } from '../../shared/lock.ts'
import type { InputFile, PlanArgument, PlanFeature, PlanService } from '../../shared/plan.ts'
import type { Variables } from '../definition/devcontainer/document/substitute.ts'
import type { ReadService } from '../definition/read-project.ts'
import type { ValueOf } from '../definition/stack-values.ts'
import { bakedValues } from './baked-values.ts'

/**
 * The part of a plan that makes one service's image. `files` are those of its context, `seed` those that decide what a seed
 * fills data with. `local` and `ofCompose` give the values of this computer that are baked.
 */
export function planService(
  { service, reading, metadata, merged }: ReadService,
  files: InputFile[],
  features: PlanFeature[],
  seed: InputFile[],
  lock: Lock,
  { local, ofCompose }: { local: Variables; ofCompose: ValueOf | undefined },
): PlanService {
  const { source, run } = service
  const compose = service.compose && ofCompose && { record: service.compose, valueOf: ofCompose }
  const baked = bakedValues(merged, local, compose)
  const built = source.kind === 'build' ? source : undefined
  const { frontends = {} } = lock
  // A frontend that could not be had has no pin: the text is sent without its line.
  const pinned = reading.images.filter(({ reference }) => !Object.hasOwn(frontends, reference))
  return {
    name: service.name,
    dockerfile: reading.text,
    ...(built?.target !== undefined && { target: built.target }),
    args: built ? planArguments(built.args, built.hostArgs) : {},
    context: built?.context ?? '.',
    files,
    images: Object.fromEntries([
      ...pinned.map(({ reference }) => [reference, lock.images[reference]?.resolved ?? '']),
      ...reading.digests.map(({ reference }) => [reference, pinnedByHand(reference) ?? '']),
    ]),
    downloads: Object.fromEntries(
      reading.downloads.map(({ url }) => [url, lock.downloads[url]?.integrity ?? '']),
    ),
    run,
    ...(baked && { baked }),
    ...(metadata && { metadata }),
    ...(run.seed && { seedInputs: createHash('sha256').update(canonical(seed)).digest('hex') }),
    ...(features.length > 0 && { features }),
    ...(service.compose && { compose: service.compose }),
    ...(Object.keys(reading.onbuild).length > 0 && { onbuild: reading.onbuild }),
  }
}

/** Values that come from this computer's environment may be secret: the plan holds only their hashes. */
function planArguments(
  args: Record<string, string>,
  hostArgs: Record<string, string>,
): Record<string, PlanArgument> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]): [string, PlanArgument] => {
      const template = Object.hasOwn(hostArgs, name) ? hostArgs[name] : undefined
      if (template === undefined) return [name, value]
      return [name, { template, sha256: createHash('sha256').update(value).digest('hex') }]
    }),
  )
}
