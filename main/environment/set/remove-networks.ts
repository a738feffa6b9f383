import type { ProjectKey } from '../../../shared/ids.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { listNetworks, removeNetwork } from '../../docker/networks.ts'

/**
 * Removes the networks of a project's sets, except those of the sets `but`. A network belongs to the project if both its
 * labels and its name, which only Pristine assigns, say so.
 */
export async function removeNetworks(
  engine: Engine,
  { key, path }: { key: ProjectKey; path: string },
  but: readonly string[] = [],
): Promise<void> {
  const found = await listNetworks(engine, [`${LABEL.project}=${key}`, `${LABEL.path}=${path}`, LABEL.set])
  const gone = found.filter(
    ({ Name, Labels }) => Name.startsWith(`pristine-${key}-`) && !but.includes(Labels?.[LABEL.set] ?? ''),
  )
  for (const { Id } of gone) await removeNetwork(engine, Id)
}
