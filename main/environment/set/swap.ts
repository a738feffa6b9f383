import type { Run } from '../../../shared/operation.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import type { Start } from '../../container/last-start.ts'
import type { PortChoice } from '../../container/launch/choose-ports.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { PreparedData } from '../../data/stacks/prepare-data.ts'
import type { ExistingVolume, FilledBy, ManagedVolume } from '../../data/volumes.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import type { MountSettings } from '../../docker/containers.ts'
import type { Comparison } from './compare-volumes.ts'
import type { NewSet } from './new-set.ts'

/** The inputs and callbacks of a swap. */
export interface Swap {
  engine: Engine
  /** The data folder of this Pristine. */
  home: string
  /** Labels of the container that a person works in for other tools; those that the definition names itself come first. */
  labels: Record<string, string>
  /** The id of the image from which that container is created: the version's, or one beside it. */
  image: string
  /** That container's, with those of the other services. */
  launch: Launch
  /** The environment that is there, to be replaced; first the container that a person works in. */
  blue: EnvironmentContainer[]
  /** Completes the data of those of the blue ones, by their ids, that are about to be stopped. */
  freezeBlue: (ids: string[], run: Run) => Promise<void>
  /** Stops those of the blue ones, by their ids, that hold what the new ones need. */
  stopBlue: (contested: string[]) => Promise<void>
  /** Starts those of the blue ones again that were stopped, by their ids, with the hooks of their own version. */
  resumeBlue: (stopped: string[]) => Promise<void>
  /** Determines the volumes of the engine for those of the new containers; `fillerOf` says what fills one that is new. */
  prepareData: (
    volumes: ManagedVolume[],
    fillerOf: (volume: ManagedVolume) => Omit<FilledBy, 'place'>,
  ) => Promise<PreparedData>
  /** Begins to compare what the version has with what fills the volumes that hold data already. */
  compareVolumes: (kept: ExistingVolume[]) => Comparison
  /** Called when the new containers run, before the hooks; first the one that a person works in. */
  started: (members: readonly Member[]) => Promise<void>
  /** Called once they are ready, for what the person puts into it. */
  personalize: (container: string) => Promise<void>
  /**
   * Called after that, before the old ones go: makes these containers, by their ids, the current ones. `completed`: the
   * services that have done what they are for, by their names. `data`: the id of the change of the data that counts from now
   * on.
   */
  becomeCurrent: (
    start: Start,
    set: { containers: string[]; completed: string[]; data: string | undefined },
  ) => Promise<void>
  /**
   * Puts on the disk what is about to be done: called with the new set's name before anything of it is created, and again
   * before old containers, by their ids, are stopped.
   */
  writeIntent: (set: string, stops: string[]) => Promise<void>
  /** Called when a failed swap was undone whole. */
  clearIntent: () => Promise<void>
  /** Called before the new containers start, for what their version has in the person's folder. */
  placeFiles: () => Promise<void>
  /** Undoes that, before the old ones start again. */
  restoreFiles: () => Promise<void>
  /** Called when a container is gone. */
  onRemoved: () => Promise<void>
  /** Removes the old containers in the background; what is left of them is removed by a later command. */
  inBackground: (removal: Promise<void>) => void
}

/** What a swap has made and stopped so far. */
export interface Made {
  set: NewSet
  data: PreparedData
  /** Once all are there, first the one that a person works in. */
  members: Member[]
  /** The ids of old containers. */
  stops: string[]
  /** Whether there may be a container of the set that is none of these: the engine did not say. */
  mayBeMore?: boolean
}

/** A container of a set that is being made. */
export interface Member {
  launch: Launch
  ports: PortChoice[]
  /** What it mounts, as it was requested. */
  mounts: readonly MountSettings[]
  id: string
  /** What `putStackFiles` writes, as a tar. */
  files: Buffer | undefined
}
