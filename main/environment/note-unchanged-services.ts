import { canonical } from '../../shared/canonical.ts'
import { listed } from '../../shared/errors/wording.ts'
import type { Run } from '../../shared/operation.ts'
import type { Plan } from '../../shared/plan.ts'

/**
 * Reports which services of a new version are as they were in the one that runs: their containers are replaced all the same,
 * because data is captured for the old version, and hooks of the new one see only its own services.
 */
export function noteUnchangedServices(before: Plan, after: Plan, run: Run): void {
  const texts = new Map(before.services.map((service) => [service.name, canonical(service)]))
  const same = after.services.filter((service) => texts.get(service.name) === canonical(service))
  if (same.length === 0 || same.length === after.services.length) return
  const names = listed(same.map(({ name }) => name))
  const is = same.length === 1 ? 'is' : 'are'
  const text = `${names} did not change and ${is} replaced too: the services of a version start together.`
  run.report({ kind: 'note', text })
}
