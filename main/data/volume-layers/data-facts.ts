import { existsSync } from 'node:fs'
import path from 'node:path'
import { productError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { inspectVolume } from '../../docker/volumes.ts'
import { homeRootOf, openHome } from '../../store/home.ts'
import { labelOf } from '../volumes.ts'
import { type DataState, dataFile, type SnapshotRecord } from './data-record.ts'
import { stackOf, volumesOf } from './layered-volumes.ts'
import { readLayersLabel, stateOf } from './recover-record.ts'
import { type EnteredEngine, type FoundRecord, findRecord, switchDataRecord } from './switch-data-record.ts'

/** A project's data: its record, and what is on the engine. */
export interface DataFacts {
  state: DataState
  /** The labels of the project's volumes on the engine, by name, including those that it shares with another project. */
  here: ReadonlyMap<string, Record<string, string>>
}

/** What is on the engine of a managed volume. */
export interface FoundVolume {
  /** Whether it has data on the engine. */
  exists: boolean
  /** The layers that are not on the engine. */
  missing: string[]
  /** The label that says what first filled it. */
  filled: string | undefined
}

/** Where a project's data is: its engine, and its folder in the data folder. */
export interface DataSource {
  engine: Engine
  key: ProjectKey
  folder: string
}

/** Reads what data a project has. Errors: `data-record-unreadable`, those of the engine. */
export const gatherData = async (source: DataSource): Promise<DataFacts> =>
  factsOf(source, await findRecord(source))

async function factsOf(
  { engine, key }: Pick<DataSource, 'engine' | 'key'>,
  { record, volumes }: Pick<FoundRecord, 'record' | 'volumes'>,
): Promise<DataFacts> {
  const own = volumes.filter(({ Labels }) => Labels?.[LABEL.project] === key)
  const state = await stateOf(engine, record, own)
  const needed = volumesOf(state)
  // A fork has layers of the project that it was made of.
  const shared = volumes.filter(({ Name }) => needed.has(Name) && labelOf(key, { name: Name }) === Name)
  return { state, here: new Map([...own, ...shared].map(({ Name, Labels }) => [Name, Labels ?? {}])) }
}

/**
 * The same before a change of the data, with the record of this engine. Refused while a change that may count is not
 * recorded yet. `names`: managed volumes that must not belong to anybody else.
 * Errors: `data-unsettled`, `data-elsewhere`, `volume-foreign`, those of `gatherData`.
 */
export async function gatherSettledData(
  source: DataSource,
  names: Iterable<string> = [],
): Promise<DataFacts & Pick<EnteredEngine, 'left'>> {
  const entered = await switchDataRecord(source)
  const { engine, left, record } = entered
  if (record?.pending) throw productError('data-unsettled', { file: dataFile(source.folder) })
  const found = await factsOf(source, entered)
  const facts = { ...found, state: { ...found.state, engine }, left }
  requireNewest(facts, source.folder)
  for (const name of names)
    for (const { volume } of stackOf(facts.state, name).layers)
      if (!facts.here.has(volume) && (await inspectVolume(source.engine, volume)))
        throw productError('volume-foreign', { volume })
  return facts
}

/** The record of the data, for changes of the record alone. Errors: those of `gatherSettledData`. */
export const readSettledData = async (engine: Engine, key: ProjectKey, folder: string): Promise<DataState> =>
  (await gatherSettledData({ engine, key, folder })).state

/** The highest generation of the project's volumes on the engine, 0 if none has one. */
export const newestGeneration = ({ here }: Pick<DataFacts, 'here'>): number =>
  Math.max(0, ...[...here.values()].map(generationOf))

const generationOf = (labels: Record<string, string> | undefined): number =>
  readLayersLabel(labels?.[LABEL.layers])?.generation ?? 0

/**
 * A volume that shows that the data has changed without this record: it is newer than everything recorded, and nothing
 * refers to it. The layers that the record considers writable may be captured by now. Undefined if there is none.
 */
export function newerThanRecord({ state, here }: DataFacts): string | undefined {
  const known = new Set([...volumesOf(state), ...state.unneeded])
  return [...here.keys()].find(
    (name) => generationOf(here.get(name)) > (state.generation ?? 0) && !known.has(name),
  )
}

/** Refuses if the data has changed with another record. Errors: `data-elsewhere`. */
export function requireNewest(facts: DataFacts, folder: string): void {
  const newer = newerThanRecord(facts)
  if (newer === undefined) return
  const home = facts.here.get(newer)?.[LABEL.home] ?? ''
  const other = home === homeRootOf(folder) ? undefined : home
  throw productError('data-elsewhere', { file: dataFile(folder), ...(other && { home: other }) })
}

/**
 * Refuses, for a data folder without a record, if another data folder has a record and created the newest volumes.
 * Errors: `data-elsewhere`.
 */
export function requireNoOther({ here }: Pick<DataFacts, 'here'>, folder: string): void {
  const newest = newestGeneration({ here })
  const homes = [...here.values()]
    .filter((labels) => generationOf(labels) === newest)
    .map((labels) => labels[LABEL.home] ?? homeRootOf(folder))
  const [home] = homes
  if (home === undefined || homes.includes(homeRootOf(folder))) return
  const file = dataFile(openHome({ PRISTINE_HOME: home }).project(path.basename(folder) as ProjectKey))
  if (existsSync(file)) throw productError('data-elsewhere', { file, home, unrecorded: true })
}

/** What the engine has of a managed volume. */
export function findVolume({ state, here }: DataFacts, name: string): FoundVolume {
  const layers = stackOf(state, name).layers.map(({ volume }) => volume)
  const missing = layers.filter((volume) => !here.has(volume))
  const filled = layers.map((volume) => here.get(volume)).find((labels) => labels !== undefined)
  return { exists: missing.length < layers.length, missing, filled: filled?.[LABEL.filled] }
}

/** The names of a project's managed volumes that have data on the engine. */
export function managedVolumeNames(facts: DataFacts): string[] {
  const { stacks, snapshots } = facts.state
  const consisting = [
    ...Object.entries(stacks).map(([name, { layers }]) => [name, layers] as const),
    ...snapshots.flatMap(({ volumes }) => Object.entries(volumes)),
  ]
  const layers = new Set(
    consisting.flatMap(([name, all]) => all.flatMap(({ volume }) => (volume === name ? [] : [volume]))),
  )
  const single = [...facts.here].flatMap(([name, labels]) => (labels[LABEL.part] === undefined ? [name] : []))
  // A single volume has no data of its own if it became a layer (perhaps of a fork), was emptied, or is about to be
  // removed.
  return [...new Set([...Object.keys(stacks), ...single.filter((name) => !layers.has(name))])]
    .filter((name) => findVolume(facts, name).exists)
    .sort()
}

/** The layers of a snapshot that are not on the engine. */
export function absentLayers({ here }: Pick<DataFacts, 'here'>, { volumes }: SnapshotRecord): string[] {
  const layers = Object.values(volumes).flatMap((all) => all.map(({ volume }) => volume))
  return [...new Set(layers)].filter((volume) => !here.has(volume))
}
