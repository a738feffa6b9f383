import type { InputChange } from '../../shared/change.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { LedgerEvent } from './ledger.ts'

/** One version in a project's history. */
export interface VersionRecord {
  id: VersionId
  ordinal: number
  createdAt: string
  image: string
  /** The images of its further services, by their names. Absent where it has none. */
  services?: Record<string, string>
  because: InputChange[]
  /** Whether an environment of it ever became ready here; null if the history that would show it was lost. */
  wasReady: boolean | null
  /** When an environment of it first became ready here. Absent where it never did, or the history of that was lost. */
  firstReadyAt?: string
  /** The ids that it had by older forms of its plan: images and containers that exist go on being labelled with them. */
  formerIds?: VersionId[]
  /** Of a version with the person's own layer: the version that the repository defined without it. */
  layerOn?: VersionId
}

/** A project's history, folded from its ledger. */
export interface History {
  /** By ordinal, oldest first. */
  versions: VersionRecord[]
  /** The version that was made ready last; undefined after the environment was removed. */
  current?: VersionId
  /** The containers of the current environment. */
  containers: string[]
  /** Those of its services that had ended and done what they are for, by their names, when it became ready. */
  completed?: string[]
  knownGood?: VersionId
  /** The version that became ready for the first time last: known-good where none is marked. */
  proven?: VersionId
  /** The version that a person went to by a reset; undefined once another one was made ready. */
  chosen?: VersionId
  /** The other version that they left for it, if any. */
  left?: VersionId
  /** The version that a person marked as known-good. */
  marked?: VersionId
}

/**
 * Folds a ledger into a history. Known-good follows each version that becomes ready for the first time, unless a
 * person marked one.
 */
export function foldLedger(ledger: LedgerEvent[]): History {
  const { events, former } = underTodaysIds(ledger)
  const versions = new Map<VersionId, VersionRecord>()
  const history: History = { versions: [], containers: [] }
  const wereReady = new Set<VersionId>()
  let proven: VersionId | undefined
  /** What a reset to the version that became ready last leaves. */
  let left: VersionId | undefined
  for (const event of events) {
    switch (event.kind) {
      case 'built': {
        const known = versions.get(event.version)
        const layerOn = event.layerOn ?? known?.layerOn
        const services = event.services ?? known?.services
        versions.set(event.version, {
          id: event.version,
          ordinal: known?.ordinal ?? event.ordinal,
          createdAt: known?.createdAt ?? event.at,
          image: event.image,
          because: known?.because ?? event.because.map(withKind),
          ...(services && { services }),
          ...(known?.firstReadyAt && { firstReadyAt: known.firstReadyAt }),
          wasReady: known ? known.wasReady : false,
          ...(layerOn && { layerOn }),
        })
        break
      }
      case 'recovered': {
        for (const { version: id, ordinal, image, services, createdAt, layerOn } of event.versions) {
          if (versions.has(id)) continue
          const wasReady = wereReady.has(id) || id === event.knownGood || null
          versions.set(id, {
            ...{ id, ordinal, createdAt, image, because: [], wasReady },
            ...(services && { services }),
            ...(layerOn && { layerOn }),
          })
        }
        // The pointer on the engine was moved by what was lost.
        if (event.knownGood !== undefined && event.knownGood !== (history.marked ?? proven)) {
          proven = event.knownGood
          delete history.marked
        }
        break
      }
      case 'ready': {
        delete history.completed
        if (event.completed) history.completed = event.completed
        wereReady.add(event.version)
        const version = versions.get(event.version)
        if (version && (proven === undefined || !version.wasReady)) {
          // It may have been ready before known-good moved on.
          if (proven === undefined || version.wasReady === false) proven = version.id
          // What a lost history does not show may have been long before.
          if (version.wasReady === false) version.firstReadyAt = event.at
          version.wasReady = true
        }
        left = undefined
        // New containers of the same version, such as those of a snapshot, change nothing about what a person chose.
        if (history.current !== event.version) {
          left = history.current
          delete history.chosen
          delete history.left
        }
        history.current = event.version
        history.containers = event.containers
        break
      }
      case 'marked':
        history.marked = event.version
        break
      case 'unmarked':
        delete history.marked
        break
      case 'removed':
        delete history.current
        delete history.chosen
        delete history.left
        delete history.completed
        history.containers = []
        break
      case 'reset':
        history.chosen = event.version
        if (left !== undefined) history.left = left
        break
      // Neither images nor recipes of the versions before are kept: none of them can be gone back to.
      case 'released':
        proven = undefined
        delete history.marked
        break
      // Older histories record this for content in the folder; now it belongs to the image.
      case 'prepared':
      case 'failed':
      case 'adopted':
        break
    }
  }
  for (const [id, formerIds] of former) {
    const version = versions.get(id)
    if (version) version.formerIds = formerIds
  }
  history.versions = [...versions.values()].sort((a, b) => a.ordinal - b.ordinal)
  if (proven) history.proven = proven
  const knownGood = history.marked ?? proven
  if (knownGood) history.knownGood = knownGood
  return history
}

/**
 * What was said of `updateRemoteUserUID` when an environment of a version became ready last; undefined where that is not
 * known.
 */
export function lastUpdateOfIds(ledger: LedgerEvent[], version: VersionId): boolean | undefined {
  const said = underTodaysIds(ledger).events.map((event) =>
    event.kind === 'ready' && event.version === version ? event.updateRemoteUserUID : undefined,
  )
  return said.findLast((value) => value !== undefined)
}

/** The ids of the changes of the data that count: an environment with each of them became ready. */
export const countedDataChanges = (ledger: LedgerEvent[]): string[] =>
  ledger.flatMap((event) => (event.kind === 'ready' && event.data !== undefined ? [event.data] : []))

/** The events as if every version that was adopted had had its new id from the beginning, and the ids it had by that. */
function underTodaysIds(ledger: LedgerEvent[]): {
  events: LedgerEvent[]
  former: Map<VersionId, VersionId[]>
} {
  const renamed = new Map(
    ledger.flatMap((event) => (event.kind === 'adopted' ? [[event.from, event.version]] : [])),
  )
  if (renamed.size === 0) return { events: ledger, former: new Map() }
  const today = (id: VersionId): VersionId => {
    let now = id
    // As many steps as there are at most: a damaged ledger may go in circles.
    for (let step = 0; step < renamed.size; step++) now = renamed.get(now) ?? now
    return now
  }
  const events = ledger.map((event): LedgerEvent => {
    if (event.kind === 'recovered') {
      const versions = event.versions.map((one) => ({ ...one, version: today(one.version) }))
      return { ...event, versions, ...(event.knownGood && { knownGood: today(event.knownGood) }) }
    }
    return 'version' in event ? { ...event, version: today(event.version) } : event
  })
  const former = Map.groupBy(renamed.keys(), today)
  return { events, former }
}

/** The id by which a history knows a version whose image or container may be labelled with a former one. */
export const idToday = ({ versions }: Pick<History, 'versions'>, id: VersionId): VersionId =>
  versions.find(({ formerIds }) => formerIds?.includes(id))?.id ?? id

/** Of what was recorded before inputs had kinds, pins are known by their digests. */
const withKind = (change: InputChange): InputChange =>
  change.kind === undefined && /^sha256:/.test(change.to ?? change.from ?? '')
    ? { ...change, kind: 'pin' }
    : change

/** The version that a person names: `v12`, `12`, `known-good`, `current`, or the first digits of an id. */
export function findVersion(history: History, wanted: string): VersionRecord | undefined {
  const byId = (id: VersionId | undefined) => history.versions.find((version) => version.id === id)
  if (wanted === 'known-good') return byId(history.knownGood)
  if (wanted === 'current') return byId(history.current)
  const ordinal = /^v?(\d{1,6})$/.exec(wanted)?.[1]
  const found = ordinal ? history.versions.find((version) => version.ordinal === Number(ordinal)) : undefined
  if (found) return found
  if (!/^[0-9a-f]{6,64}$/.test(wanted)) return undefined
  const matches = history.versions.filter((version) => version.id.startsWith(wanted))
  if (matches.length === 0)
    return history.versions.find((version) => version.formerIds?.some((id) => id.startsWith(wanted)))
  return matches.length === 1 ? matches[0] : undefined
}
