import { randomBytes } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import type { ContainerSpec } from '../../docker/containers.ts'
import { LABEL } from '../../docker/labels.ts'
import { createVolume } from '../../docker/volumes.ts'
import type { Home } from '../../store/home.ts'
import { type ExistingVolume, labelOf, type ManagedVolume, newVolumeName, readFilled } from '../volumes.ts'
import { type DataFacts, findVolume, gatherSettledData } from './data-facts.ts'
import { type Stack, writeDataRecord } from './data-record.ts'
import { type EnginePlace, overlayOptions } from './engine-place.ts'
import { fillCopies, makeMounts } from './make-mounts.ts'
import { findOverlays } from './overlay-support.ts'
import {
  type DataMeans,
  type DataPlan,
  type DataRequest,
  type Mounted,
  needsOverlays,
  planData,
} from './plan-data.ts'
import { volumesMade } from './plan-mount.ts'
import { resolveMounts } from './resolve-mounts.ts'
import { commitData, dropData } from './settle-data.ts'
import { sharedVolumes } from './shared-volumes.ts'
import { leftText } from './switch-data-record.ts'

/** The engine volumes of new containers. */
export interface PreparedData {
  /** The volumes that the engine fills when it creates the container. */
  fresh: ManagedVolume[]
  /** The volumes that already contain data. */
  kept: ExistingVolume[]
  /** The request of a container, with the engine volumes in place of the managed ones. */
  resolve(spec: ContainerSpec): ContainerSpec
  /** The recorded volumes of which the data consists. */
  layers: ReadonlySet<string>
  /** Records and then creates what is new. Call it before the container is created. */
  begin(run: Run): Promise<void>
  /** Set if a seed has to fill the data first. */
  seeding: Seeding | undefined
  /** The managed volumes whose current data is captured: nothing may write to it any more. */
  captured: ReadonlySet<string>
  /** The id of the change of the data that takes effect once the containers are the current ones. */
  change: string | undefined
  /** Fills the copies. Call it when nothing writes to the data any more. */
  fill(run: Run): Promise<void>
  /** Records the change: the container is the current one. */
  commit(): Promise<void>
  /** Discards the change: the container is gone. */
  drop(): Promise<void>
}

/** New data that a seed fills before the data is captured. */
export interface Seeding {
  /** The volumes, which the engine fills when it creates the containers. */
  fresh: ManagedVolume[]
  /** The request of a container that takes part in the seeding. */
  resolve(spec: ContainerSpec): ContainerSpec
  layers: ReadonlySet<string>
  /** Captures the data. Call it when nothing writes to the data any more. */
  end(run: Run): Promise<void>
}

export interface DataContext extends EnginePlace {
  home: Home
  /** The project's folder in the data folder. */
  folder: string
}

/**
 * Determines the engine volumes for the managed volumes of containers. Creates nothing yet.
 * Errors: `volume-foreign`, `data-record-unreadable`, `data-unsettled`, those of `planData`, of the engine.
 */
export async function prepareData(
  context: DataContext,
  request: Omit<DataRequest, 'key'>,
  run: Run,
): Promise<PreparedData> {
  // A version without data captures nothing, but a requested change is still made.
  const isAsked = request.change !== undefined && request.change.kind !== 'guard'
  if (request.volumes.length === 0 && !isAsked) return NOTHING
  const facts = await gatherSettledData(
    context,
    request.volumes.map(({ name }) => name),
  )
  const all = { ...request, key: context.key }
  const plan = planData(facts, all, await gatherMeans(context, facts, all, run))
  for (const text of warningsOf(context.key, facts.left, plan)) run.report({ kind: 'warning', text })
  return prepared(context, facts, request.volumes, plan)
}

/** What a person has to know about a plan. */
function warningsOf(
  key: ProjectKey,
  left: readonly string[],
  { emptied, gone, uncaptured, unguarded }: DataPlan,
): string[] {
  const named = (names: readonly string[], text: (names: string) => string): string[] =>
    names.length > 0 ? [text(names.map((name) => labelOf(key, { name })).join(', '))] : []
  return [
    ...named(left, leftText),
    ...named(
      gone,
      (names) => `The data of ${names} is gone: its volumes were removed from the engine. It begins anew.`,
    ),
    ...named(
      emptied,
      (names) => `The snapshot has no data of ${names}: it begins empty, and what it was is captured.`,
    ),
    ...named(
      uncaptured,
      (names) =>
        `The data of ${names} is not captured before the new version starts: it has so many layers that it would be copied. "pristine snapshot take" captures it, and makes one layer of it.`,
    ),
    ...[...unguarded].map(
      ([name, users]) =>
        `The data of ${labelOf(key, { name })} is not captured before the new version starts: ${users.join(', ')} uses it, too, and would go on to change what was captured.`,
    ),
  ]
}

/** For containers without managed volumes. */
const NOTHING: PreparedData = {
  fresh: [],
  kept: [],
  resolve: (spec) => spec,
  layers: new Set(),
  begin: () => Promise.resolve(),
  seeding: undefined,
  captured: new Set(),
  change: undefined,
  fill: () => Promise.resolve(),
  commit: () => Promise.resolve(),
  drop: () => Promise.resolve(),
}

async function gatherMeans(
  context: DataContext,
  facts: DataFacts,
  request: DataRequest,
  run: Run,
): Promise<DataMeans> {
  return {
    overlays: needsOverlays(facts, request) ? await findOverlays(context.home, context, run) : undefined,
    shared: request.change ? await sharedVolumes(context, facts) : new Map(),
    copies: (await engineVersion(context.engine)).name !== 'Podman',
    newName: () => newVolumeName(context.key),
    now: new Date().toISOString(),
  }
}

/** Carries out a plan step by step. */
function prepared(
  context: DataContext,
  facts: DataFacts,
  volumes: readonly ManagedVolume[],
  { next, generation, makings, seeding, mounted, remade, fresh, captured }: DataPlan,
): PreparedData {
  const { state: before } = facts
  const id = randomBytes(8).toString('hex')
  const made = [...(seeding?.makings ?? []), ...makings].flatMap(({ make }) => volumesMade(make))
  const pending = next !== before ? { id, next, made, inLedger: true } : undefined
  return {
    change: pending?.id,
    fresh: volumes.filter(({ name }) => fresh.has(name)),
    kept: volumes.flatMap((volume): ExistingVolume[] =>
      seeding || fresh.has(volume.name)
        ? []
        : [{ ...volume, filled: readFilled(findVolume(facts, volume.name).filled) }],
    ),
    resolve: (spec) => {
      const Labels = pending ? { ...spec.Labels, [LABEL.data]: id } : spec.Labels
      return withMounts({ ...spec, ...(Labels && { Labels }) }, mounted)
    },
    layers: new Set([...mounted.values()].flatMap(({ layers }) => layers.map(({ volume }) => volume))),
    begin: async (run) => {
      if (pending) await writeDataRecord(context.folder, { format: 1, ...before, pending })
      for (const [name, stack] of remade) await remakeMount(context, name, stack, before.generation)
      await makeMounts(context, seeding?.makings ?? makings, generation, run)
    },
    seeding: seeding && {
      fresh: [...volumes],
      resolve: (spec) =>
        withMounts(spec, new Map([...seeding.volumes].map(([name, made]) => [name, filledBy(made)]))),
      layers: new Set(),
      end: (run) => makeMounts(context, makings, generation, run),
    },
    captured,
    fill: (run) => fillCopies(context, makings, run),
    commit: async () => {
      if (pending) await commitData(context, pending.next)
    },
    drop: async () => {
      if (pending) await dropData(context, before, made)
    },
  }
}

/** A volume that the engine fills from the image of the container that mounts it. */
const filledBy = (volume: string): Mounted => ({ layers: [{ volume, path: '' }], mount: volume, fill: true })

const withMounts = (spec: ContainerSpec, stacks: ReadonlyMap<string, Mounted>): ContainerSpec => ({
  ...spec,
  HostConfig: { ...spec.HostConfig, Mounts: resolveMounts(spec.HostConfig?.Mounts ?? [], stacks) },
})

/** Creates an overlay again that was removed. It holds nothing but its layers. */
async function remakeMount(
  { engine, key, home }: DataContext,
  name: string,
  { layers, mount }: Stack,
  generation = 0,
): Promise<void> {
  if (mount === null) return
  const upper = layers.at(-1)?.volume ?? ''
  const options = await overlayOptions(engine, name, layers.slice(0, -1), upper)
  const label = canonical({ layers, at: new Date().toISOString(), generation })
  const own = { [LABEL.project]: key, [LABEL.home]: home.root }
  const labels = { ...own, [LABEL.part]: name, [LABEL.layers]: label }
  await createVolume(engine, mount, labels, options)
}
