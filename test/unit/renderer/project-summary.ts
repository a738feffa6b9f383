import type { ProjectKey, VersionId } from '../../../shared/ids.ts'
import type { ProjectSummary } from '../../../shared/project.ts'

/** A project that is ready, with what is different about it. */
export const summary = (more: Partial<ProjectSummary> = {}): ProjectSummary => ({
  key: 'shop-12345678' as ProjectKey,
  path: '/home/ann/shop',
  name: 'shop',
  branch: 'main',
  state: 'ready',
  version: { id: 'a'.repeat(64) as VersionId, ordinal: 12, knownGood: true },
  marked: null,
  ports: [],
  services: [],
  operation: null,
  failure: null,
  needsTrust: false,
  lacksDefinition: false,
  watch: null,
  chosen: null,
  drift: null,
  failedChecks: null,
  newerPins: [],
  ...more,
})
