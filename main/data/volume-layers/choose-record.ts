import type { DataRecord } from './data-record.ts'
import { volumesOf } from './layered-volumes.ts'

/** Which of a project's records belongs to an engine: the one in use, one that was put away, or a new one. */
export type RecordChoice = { kind: 'current' } | { kind: 'away'; file: string } | { kind: 'new' }

/** A record that was put away, and its file. */
export interface AwayRecord {
  file: string
  record: DataRecord
}

/**
 * Chooses the record of the data on an engine. Several engines may have volumes of the same name, so a record that names
 * the engine comes first, as long as any of its volumes exists. `here`: the volumes on the engine.
 */
export function chooseRecord(
  current: DataRecord | undefined,
  away: readonly AwayRecord[],
  engine: string,
  here: ReadonlySet<string>,
): RecordChoice {
  const isThere = (record: DataRecord) => [...volumesOf(record)].some((volume) => here.has(volume))
  const isWhole = ({ stacks }: DataRecord) =>
    Object.values(stacks).some(
      ({ layers }) => layers.length > 0 && layers.every(({ volume }) => here.has(volume)),
    )
  if (current?.engine === engine && isThere(current)) return { kind: 'current' }
  const own = away.find(({ record }) => record.engine === engine && isThere(record))
  if (own) return { kind: 'away', file: own.file }
  // The engine's id has changed, or an older Pristine recorded none: the record with the most volumes here.
  if (current && current.engine === undefined && isThere(current)) return { kind: 'current' }
  const isHere = (volume: string) => here.has(volume)
  const known: { choice: RecordChoice; record: DataRecord }[] = [
    ...(current ? [{ choice: { kind: 'current' } as const, record: current }] : []),
    ...away.map(({ file, record }) => ({ choice: { kind: 'away', file } as const, record })),
  ]
  const [best] = known
    .filter(({ record }) => isWhole(record))
    .map(({ choice, record }) => ({ choice, volumes: [...volumesOf(record)].filter(isHere).length }))
    .sort((a, b) => b.volumes - a.volumes)
  if (best) return best.choice
  return !current || volumesOf(current).size === 0 ? { kind: 'current' } : { kind: 'new' }
}
