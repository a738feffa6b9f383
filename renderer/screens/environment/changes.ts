import type { InputChange } from '../../../shared/change.ts'
import type { Inventory } from '../../../shared/version.ts'
import { isPin } from '../../store/versions/comparison.ts'

/** A change in short: hashes by their first digits, so many that old and new differ. */
export function shortChange({ input, from, to }: InputChange): InputChange {
  for (const digits of [4, 12, 64]) {
    const short = { input, from: shorten(from, digits), to: shorten(to, digits) }
    if (short.from !== short.to) return short
  }
  return { input, from, to }
}

const LONGEST = 48

function shorten(value: string | null, digits: number): string | null {
  if (value === null) return null
  if (/^[0-9a-f]{64}(?: \(executable\))?$/.test(value)) return value.replace(/^([0-9a-f]+)/, cut(digits))
  if (/sha\d+[:-]/.test(value)) {
    return value.replace(/(sha\d+[:-])([\w+/=]+)/, (_, kind: string, hash: string) =>
      hash.length > digits ? `${kind}${hash.slice(0, digits)}…` : kind + hash,
    )
  }
  return value.length > LONGEST && digits < 64 ? `${value.slice(0, LONGEST)}…` : value
}

const cut = (digits: number) => (hash: string) => hash.slice(0, digits)

/** Whether nothing but pins moved: the images that the definition starts from, or what it downloads. */
export const onlyPins = (because: InputChange[]): boolean =>
  because.length > 0 && because.every((change) => isPin(change) && change.from !== null && change.to !== null)

/** What differs inside two images: tools one by one, packages with their database. */
export function contentsChange(before: Inventory, after: Inventory): InputChange[] {
  const [old, now] = [flat(before), flat(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((input) => {
    const [from, to] = [old.get(input) ?? null, now.get(input) ?? null]
    return from === to ? [] : [{ input, from, to }]
  })
}

function flat({ tools, packages }: Inventory): Map<string, string> {
  const all = new Map(Object.entries(tools))
  for (const [database, found] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(found)) all.set(`${name} (${database})`, version)
  }
  return all
}

/** How many things came, went and became others. */
export const countChanges = (
  changes: InputChange[],
): { added: number; removed: number; changed: number } => ({
  added: changes.filter(({ from }) => from === null).length,
  removed: changes.filter(({ to }) => to === null).length,
  changed: changes.filter(({ from, to }) => from !== null && to !== null).length,
})
