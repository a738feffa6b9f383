import { isOwnLabel } from '../../../docker/labels.ts'
import type { Place } from '../yaml/node.ts'
import { unsupportedAt } from '../yaml/problem.ts'

/**
 * Refuses a label by which Pristine or Docker Compose finds its own containers. `key`: the label as an error names it.
 * Error: definition-unsupported.
 */
export function requireFreeLabel(name: string, key: string, place: Place): void {
  if (isOwnLabel(name)) throw unsupportedAt(place, key, 'Pristine finds its own containers by such labels')
  if (!/^com\.docker\.compose(?:\.|$)/.test(name)) return
  throw unsupportedAt(place, key, 'Docker Compose takes a container with such labels for its own')
}
