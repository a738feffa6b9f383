import type { ObjectHash } from './repository.ts'

/** A file's entry in git's index. */
export interface TrackedFile {
  kind: 'file' | 'link' | 'module'
  executable: boolean
  /** The id of its content in the repository, in hexadecimal digits. */
  readonly object: string
}

const SIZE: Record<ObjectHash, number> = { sha1: 20, sha256: 32 }
/** So many questions are answered one by one; for more, all names are read. */
const FEW = 200

/** Files in the order of their names' bytes, each once; where what is known of one stands. */
export interface TrackedEntries {
  count: number
  /** The names, each from `starts` to `ends`. */
  names: Buffer
  starts: Uint32Array
  ends: Uint32Array
  modes: Uint32Array
  /** The ids of the contents, each from `objectsAt`. */
  objects: Buffer
  objectsAt: Uint32Array
  /** Of those that a sparse checkout leaves out of the working tree, their places. */
  skipped: number[]
  /** Of those that git assumes to be unchanged without a check, their places. */
  assumed: number[]
}

/** The files that git tracks in a working tree, by their paths from its root. */
export class TrackedFiles {
  private readonly entries: TrackedEntries
  private readonly size: number
  private asked = 0
  /** Where the next file probably is: callers usually ask in the index's order. */
  private next = 0
  private places: Map<string, number> | undefined

  constructor(hash: ObjectHash, entries: TrackedEntries) {
    this.entries = entries
    this.size = SIZE[hash]
  }

  find(file: string): TrackedFile | undefined {
    const at = this.placeOf(file)
    return at === undefined ? undefined : this.fileAt(at)
  }

  has(file: string): boolean {
    return this.placeOf(file) !== undefined
  }

  /** Whether anything is tracked below a folder. */
  holds(folder: string): boolean {
    const key = Buffer.from(`${folder}/`)
    const at = this.lowerBound(key)
    if (at >= this.entries.count) return false
    const start = this.startOf(at)
    return key.compare(this.entries.names, start, Math.min(start + key.length, this.endOf(at))) === 0
  }

  /** The paths of all, or of those of one kind. */
  *paths(kind?: TrackedFile['kind']): Generator<string> {
    for (let at = 0; at < this.entries.count; at++)
      if (kind === undefined || kindOf(this.entries.modes[at] ?? 0) === kind) yield this.nameAt(at)
  }

  /** The paths of those that a sparse checkout leaves out. */
  *skipped(): Generator<string> {
    for (const at of this.entries.skipped) yield this.nameAt(at)
  }

  /** The paths of those that git does not check for changes (`--assume-unchanged`, `--skip-worktree`). */
  *unwatched(): Generator<string> {
    for (const at of this.entries.assumed) yield this.nameAt(at)
    yield* this.skipped()
  }

  private placeOf(file: string): number | undefined {
    if (this.next < this.entries.count && this.nameAt(this.next) === file) return this.next++
    const at = this.searchFor(file)
    if (at !== undefined) this.next = at + 1
    return at
  }

  private searchFor(file: string): number | undefined {
    if (++this.asked > FEW) {
      this.places ??= new Map(Array.from({ length: this.entries.count }, (_, at) => [this.nameAt(at), at]))
      return this.places.get(file)
    }
    const key = Buffer.from(file)
    const at = this.lowerBound(key)
    return at < this.entries.count && this.compareAt(at, key) === 0 ? at : undefined
  }

  private lowerBound(key: Buffer): number {
    let low = 0
    let high = this.entries.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.compareAt(middle, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  private compareAt(at: number, key: Buffer): number {
    return this.entries.names.compare(key, 0, key.length, this.startOf(at), this.endOf(at))
  }

  private fileAt(at: number): TrackedFile {
    const { modes, objects, objectsAt } = this.entries
    const mode = modes[at] ?? 0
    const from = objectsAt[at] ?? 0
    const to = from + this.size
    return {
      kind: kindOf(mode),
      executable: (mode & 0o100) !== 0,
      // Few ask for it.
      get object() {
        return objects.toString('hex', from, to)
      },
    }
  }

  private startOf(at: number): number {
    return this.entries.starts[at] ?? 0
  }

  private endOf(at: number): number {
    return this.entries.ends[at] ?? 0
  }

  private nameAt(at: number): string {
    return this.entries.names.toString('utf8', this.startOf(at), this.endOf(at))
  }
}

/** Files that are given one by one, in order. */
export function trackedFiles(
  hash: ObjectHash,
  files: { name: Buffer; mode: number; object: Buffer; skipped?: boolean; assumed?: boolean }[],
): TrackedFiles {
  const once = files.filter(({ name }, at) => !files[at - 1]?.name.equals(name))
  const ends = new Uint32Array(once.length)
  let end = 0
  for (const [at, { name }] of once.entries()) {
    end += name.length
    ends[at] = end
  }
  return new TrackedFiles(hash, {
    count: once.length,
    names: Buffer.concat(once.map(({ name }) => name)),
    starts: Uint32Array.from(once, (_, at) => ends[at - 1] ?? 0),
    ends,
    modes: Uint32Array.from(once, ({ mode }) => mode),
    objects: Buffer.concat(once.map(({ object }) => object)),
    objectsAt: Uint32Array.from(once, (_, at) => at * SIZE[hash]),
    skipped: once.flatMap(({ skipped }, at) => (skipped ? [at] : [])),
    assumed: once.flatMap(({ assumed }, at) => (assumed ? [at] : [])),
  })
}

/** The types of an index entry (gitformat-index(5)); of a link and a submodule there is no executable bit. */
function kindOf(mode: number): TrackedFile['kind'] {
  const type = mode & 0o170000
  return type === 0o120000 ? 'link' : type === 0o160000 ? 'module' : 'file'
}
