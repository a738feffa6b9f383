import type { FeaturePin } from '../../../shared/lock.ts'
import type { InputFile } from '../../../shared/plan.ts'
import type { FeatureReference } from './feature-reference.ts'

/** A feature that is not part of the repository, as it is stored on this computer. */
export interface FeatureContent {
  pin: FeaturePin
  /** Paths relative to its folder. */
  files: InputFile[]
  /** The text of its devcontainer-feature.json. */
  metadata: string
}

/** The same, with how it is written where it is named first. */
export interface NamedContent extends FeatureContent {
  written: string
}

/** The reference of such a feature. */
export type RemoteReference = Exclude<FeatureReference, { kind: 'folder' }>

/**
 * Finds the content of a feature for the definition in `file`, without contacting anything; undefined if it was not
 * fetched yet.
 */
export type FindFeature = (file: string, reference: RemoteReference) => Promise<FeatureContent | undefined>
