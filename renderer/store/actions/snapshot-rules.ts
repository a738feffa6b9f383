import { SnapshotName } from '../../../shared/snapshot.ts'
import { t } from '../../messages/messages.ts'

/** Why a text cannot be the name of a new snapshot beside others; undefined where it can. */
export function nameProblem(name: string, others: readonly string[]): string | undefined {
  if (!SnapshotName.safeParse(name).success) return t('snapshots.nameRule')
  return others.includes(name) ? t('snapshots.nameTaken') : undefined
}

/** The file that is proposed for an export: in the home, called after the project and the snapshot. */
export const exportFile = (project: string, snapshot: string): string =>
  `~/${project.replace(/[^\p{L}\p{N}._-]+/gu, '-')}-${snapshot}.tar`
