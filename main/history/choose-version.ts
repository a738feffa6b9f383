import { productError } from '../../shared/errors.ts'
import type { Project } from '../store/open-project.ts'
import { findVersion, type History, type VersionRecord } from './fold-ledger.ts'

/**
 * The version that a person names, by default the known-good one.
 * Errors: `version-unknown`, `version-none`.
 */
export function chooseVersion(project: Project, history: History, wanted = 'known-good'): VersionRecord {
  const record = findVersion(history, wanted)
  if (record) return record
  if (history.versions.length === 0 || wanted === 'known-good' || wanted === 'current') {
    throw productError('version-none', { name: project.name })
  }
  const known = history.versions.map((version) => `v${version.ordinal}`).join(', ')
  throw productError('version-unknown', { wanted, known })
}
