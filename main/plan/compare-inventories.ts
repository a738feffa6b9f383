import type { InputChange } from '../../shared/change.ts'
import type { Inventory } from '../../shared/version.ts'

/** What was added, removed and changed between two images, tools before packages. */
export function compareInventories(from: Inventory, to: Inventory): InputChange[] {
  const before = flatten(from)
  const after = flatten(to)
  const changes: InputChange[] = []
  for (const input of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(input) ?? null, after.get(input) ?? null]
    if (old !== now) changes.push({ input, from: old, to: now })
  }
  return changes
}

function flatten({ tools, packages }: Inventory): Map<string, string> {
  const all = new Map(Object.entries(tools))
  for (const [database, found] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(found)) all.set(`${name} (${database})`, version)
  }
  return all
}
