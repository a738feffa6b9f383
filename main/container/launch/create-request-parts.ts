import type { RunConfig } from '../../../shared/definition.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Content } from '../../data/baked-content.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import type { ImageDetails } from '../../docker/images.ts'
import type { Project } from '../../store/open-project.ts'
import type { ChangedAccounts } from './accounts.ts'

/** The parts of a container of an environment, except its ports. `run` is resolved for this computer. */
export interface CreateRequestParts {
  project: Project
  version: VersionId
  service: string
  image: ImageDetails
  run: RunConfig
  /** Of a service of Compose files: its keys there, with today's values. */
  composed?: ComposedService | undefined
  /** Hashes of the files that are written into it before it starts, by their paths there. */
  files?: Record<string, string> | undefined
  /** The folder of this computer in which it finds the person's ssh agent. */
  agent?: string | undefined
  /** What content hooks made in the workspace. */
  content?: Content | undefined
  /** The image's accounts on this computer, where the user of commands has other ids here. */
  accounts?: ChangedAccounts | undefined
}

/** What a create request takes of an image; empty for one that is not there yet. */
export interface RequestImage {
  Id: string
  Config: Partial<Pick<ImageDetails['Config'], 'Volumes' | 'Entrypoint' | 'Cmd' | 'Labels'>>
}

/** What a create request is made of: its image need not be there yet. */
export type RequestParts = Omit<CreateRequestParts, 'image'> & { image: RequestImage }
