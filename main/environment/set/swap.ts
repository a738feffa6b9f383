import type { Run } from '../../../shared/operation.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import type { PortChoice } from '../../container/launch/choose-ports.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { Start } from '../../container/start-record.ts'
import type { PreparedData } from '../../data/volume-layers/prepare-data.ts'
import type { FilledBy, ManagedVolume } from '../../data/volumes.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import type { MountSettings } from '../../docker/containers.ts'
import type { Comparison, KeptVolumes } from './compare-volumes.ts'
import type { NewSet } from './new-set.ts'

/** The inputs and callbacks of a swap. */
export interface Swap {
  engine: Engine
  /** The data folder of this Pristine. */
  home: string
  /** Labels for other tools on the container that a person works in; the definition's own labels take precedence. */
  labels: Record<string, string>
  /** The id of the image from which that container is created: the version's image, or one beside it. */
  image: string
  /** The launch of that container, with those of the other services. */
  launch: Launch
  /** The existing environment to replace; first the container that a person works in. */
  blue: EnvironmentContainer[]
  /** Completes the data of the given old containers, by their ids, that are about to be stopped. */
  freezeBlue: (ids: string[], run: Run) => Promise<void>
  /** Stops the given old containers, by their ids, which hold what the new ones need. */
  stopBlue: (contested: string[]) => Promise<void>
  /** Restarts the given stopped old containers, by their ids, with the hooks of their own version. */
  resumeBlue: (stopped: string[]) => Promise<void>
  /** Determines the engine volumes for the volumes of the new containers; `fillerOf` returns what fills a new one. */
  prepareData: (
    volumes: ManagedVolume[],
    fillerOf: (volume: ManagedVolume) => Omit<FilledBy, 'place'>,
  ) => Promise<PreparedData>
  /** Starts comparing the version's content with that of the images that filled the existing volumes of each service. */
  compareVolumes: (kept: readonly KeptVolumes[]) => Comparison
  /** Called when the new containers run, before the hooks; the first is the one that a person works in. */
  started: (members: readonly Member[]) => Promise<void>
  /** Called once they are ready, to add what the person adds to environments. */
  personalize: (container: string) => Promise<void>
  /**
   * Called after that, before the old ones are removed: makes these containers, by their ids, the current ones.
   * `completed`: the names of the completed services. `data`: the id of the change of the data that counts from now on.
   */
  becomeCurrent: (
    start: Start,
    set: { containers: string[]; completed: string[]; data: string | undefined },
  ) => Promise<void>
  /**
   * Writes the intent to the disk. Called with the new set's name before anything of it is created, and again before old
   * containers, by their ids, are stopped.
   */
  writeIntent: (set: string, stops: string[]) => Promise<void>
  /** Called after a failed swap was undone completely. */
  clearIntent: () => Promise<void>
  /** Called before the new containers start, to place the files of their version in the person's folder. */
  placeFiles: () => Promise<void>
  /** Undoes that before the old ones start again. */
  restoreFiles: () => Promise<void>
  /** Called after a container was removed. */
  onRemoved: () => Promise<void>
  /** Removes the old containers in the background; a later command removes what is left of them. */
  inBackground: (removal: Promise<void>) => void
}

/** What a swap has created and stopped so far. */
export interface Made {
  set: NewSet
  data: PreparedData
  /** Once all exist, the first is the one that a person works in. */
  members: Member[]
  /** The ids of the stopped old containers. */
  stops: string[]
  /** Whether there may be another container of the set, because the engine did not answer. */
  mayBeMore?: boolean
}

/** A container of a set that is being created. */
export interface Member {
  launch: Launch
  ports: PortChoice[]
  /** Its mounts, as requested. */
  mounts: readonly MountSettings[]
  id: string
  /** The files that `putStackFiles` writes, as a tar. */
  files: Buffer | undefined
}
