import type { Version } from '../../../shared/version.ts'

/** Whether a person can mark a version as known-good: it became ready, is there, and is not marked yet. */
export const canMark = ({
  present,
  wasReady,
  marked,
}: Pick<Version, 'present' | 'wasReady' | 'marked'>): boolean => present && wasReady === true && !marked
