import type { RunConfig } from '../../../shared/definition.ts'
import type { DevcontainerJson } from '../devcontainer/document/schema.ts'
import { type Origin, unsupported } from '../devcontainer/document/source-position.ts'
import { variablesIn } from '../devcontainer/document/substitute.ts'

/**
 * Refuses users that only this computer can name in a definition with features: each feature is given them while it is
 * installed, and an image must not differ between computers. Error: definition-unsupported.
 */
export function requireKnownUsers(
  json: Pick<DevcontainerJson, 'features' | 'containerUser'>,
  { containerUser, remoteUser }: Pick<RunConfig, 'containerUser' | 'remoteUser'>,
  origin: Origin,
): void {
  if (Object.keys(json.features ?? {}).length === 0) return
  const ofContainer = containerUser === json.containerUser ? 'containerUser' : 'runArgs'
  for (const [key, user] of [
    ['remoteUser', remoteUser],
    [ofContainer, containerUser],
  ] as const) {
    const [variable] = variablesIn(user ?? '')
    if (variable === undefined) continue
    const reason = `features are installed for a user that is the same on every computer, which \${${variable}} is not`
    throw unsupported(origin, [key], key, reason)
  }
}
