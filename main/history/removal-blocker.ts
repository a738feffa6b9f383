import type { CleanupProject } from '../../shared/cleanup.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { History } from './fold-ledger.ts'

type RemovalLock = CleanupProject['versions'][number]['locked']

/** Why a version's image is not to be removed, or null. `used` are the versions of the existing containers. */
export function removalBlocker(
  history: Pick<History, 'current' | 'knownGood' | 'marked' | 'proven'>,
  used: VersionId[],
  id: VersionId,
): RemovalLock {
  if (id === history.current) return 'current'
  if (id === history.knownGood || id === history.marked) return 'known-good'
  if (id === history.proven) return 'known-good-unmarked'
  return used.includes(id) ? 'in-use' : null
}
