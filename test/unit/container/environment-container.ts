import type { EnvironmentContainer } from '../../../main/container/environment-container.ts'
import type { VersionId } from '../../../shared/ids.ts'

/** A container of an environment that runs. */
export const environmentContainer = (
  id: string,
  more: Partial<EnvironmentContainer> = {},
): EnvironmentContainer => ({
  id,
  name: id,
  service: 'app',
  version: 'a'.repeat(64) as VersionId,
  image: 'sha256:1',
  request: undefined,
  metadata: undefined,
  home: undefined,
  path: undefined,
  running: true,
  paused: false,
  unhealthy: false,
  mounts: [],
  volumes: [],
  ports: [],
  ...more,
})
