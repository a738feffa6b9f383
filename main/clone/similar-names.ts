import { distance } from '../definition/devcontainer/document/edit-distance.ts'

/** At most this many names are listed. */
const MAX = 3

/** The names that a mistyped one may mean, the nearest first. */
export function similarNames(wanted: string, names: string[]): string[] {
  const plain = wanted.toLowerCase().slice(0, 100)
  return names
    .map((name) => ({ name, far: distanceTo(plain, name.toLowerCase().slice(0, 100)) }))
    .filter(({ far }) => far <= Math.max(2, plain.length / 3))
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, MAX)
    .map(({ name }) => name)
}

/** A name that is a part of the other is nearer than its letters are. */
function distanceTo(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.length > 2 && long.split('/').includes(short)) return 1
  return Math.abs(a.length - b.length) > 20 ? Number.POSITIVE_INFINITY : distance(a, b)
}
