import path from 'node:path'
import { parse } from 'smol-toml'
import { isProductError, isSystemError } from '../../../shared/errors.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { parseJsonc } from '../../definition/devcontainer/document/jsonc.ts'
import { byBytes } from '../../files/byte-order.ts'
import { type Entry, listInside } from '../../files/open-inside.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readHead, readText } from '../../files/read-text.ts'

/** How far is looked: so many folders down, and so many names in all. */
const DEPTH = 3
const MAX_NAMES = 5000
/** A warning may contain text of a file. */
const LONGEST = 500
/** Folders that hold what others wrote, or what a build made. */
const SKIPPED =
  /^(?:\..*|node_modules|bower_components|vendor|venv|env|__pycache__|site-packages|target|build|dist|out|bin|obj|coverage|tmp)$/
/** A folder that may be named in a command and in a Dockerfile as it is. */
const PLAIN = /^[A-Za-z0-9][\w.-]*$/

interface Seen {
  project: ProjectPaths
  regular: Set<string>
  /** Links, FIFOs, sockets … */
  other: Set<string>
  warnings: Set<string>
}

/**
 * Read access to a folder: its names, and the texts of requested files. Nothing is run, and nothing that stands in a
 * file can make it fail: what cannot be read is noted as a warning, and is as if it were not there.
 */
export class ProjectReader {
  /** The folder that is looked at, relative to the project's; '' for that itself. */
  readonly at: string
  private readonly seen: Seen

  private constructor(seen: Seen, at: string) {
    this.seen = seen
    this.at = at
  }

  /** Lists the names in a project's folder. */
  static async into(project: ProjectPaths): Promise<ProjectReader> {
    const seen: Seen = { project, regular: new Set(), other: new Set(), warnings: new Set() }
    await list(seen)
    return new ProjectReader(seen, '')
  }

  /** The same, seen from a folder in it. */
  inside(folder: string): ProjectReader {
    return new ProjectReader(this.seen, path.posix.join(this.at, folder))
  }

  /** A file's path from the project's folder. */
  path(file: string): string {
    return path.posix.join(this.at, file)
  }

  /** Whether there is such a file, an ordinary one. */
  has(file: string): boolean {
    const name = this.path(file)
    if (this.seen.other.has(name)) this.warn(`${name} is left out: it is no ordinary file.`)
    return this.seen.regular.has(name)
  }

  /** The first of these files that is there. */
  first(...files: string[]): string | undefined {
    return files.find((file) => this.has(file))
  }

  /** The files here and below whose path from here matches. */
  matching(pattern: RegExp): string[] {
    const start = this.at === '' ? '' : `${this.at}/`
    return [...this.seen.regular]
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length))
      .filter((name) => pattern.test(name))
      .sort(byBytes)
  }

  /** The folders so many levels below this one that hold files and whose names can be written anywhere. */
  folders(depth: number): string[] {
    const paths = this.matching(/\//).map((name) => name.split('/').slice(0, -1))
    const found = paths.filter((path) => path.length >= depth).map((path) => path.slice(0, depth))
    return [
      ...new Set(
        found.filter((path) => path.every((name) => PLAIN.test(name))).map((path) => path.join('/')),
      ),
    ]
  }

  /** A file's text; undefined when it is not there, or cannot be read, which is noted. */
  async text(file: string): Promise<string | undefined> {
    const name = this.path(file)
    if (!this.seen.regular.has(name) && !this.seen.other.has(name)) return undefined
    return this.tried(name, () => readText(this.seen.project, name))
  }

  /** A JSON file's value, comments allowed; undefined as for `text`. */
  async json(file: string): Promise<unknown> {
    const text = await this.text(file)
    return text === undefined
      ? undefined
      : this.tried(this.path(file), () => parseJsonc(this.path(file), text).value)
  }

  /** A TOML file's value; undefined as for `text`. */
  async toml(file: string): Promise<unknown> {
    const text = await this.text(file)
    return text === undefined
      ? undefined
      : this.tried(this.path(file), () => parse(text, { maxDepth: 100, integersAsBigInt: 'asNeeded' }))
  }

  /** The beginning of a file that may be long; undefined as for `text`. */
  async head(file: string): Promise<string | undefined> {
    return this.has(file)
      ? this.tried(this.path(file), () => readHead(this.seen.project, this.path(file), 4096))
      : undefined
  }

  /** The same with warnings of its own. */
  apart(): ProjectReader {
    return new ProjectReader({ ...this.seen, warnings: new Set() }, this.at)
  }

  /** Takes over what another look noted. */
  adopt(other: ProjectReader): void {
    for (const warning of other.seen.warnings) this.seen.warnings.add(warning)
  }

  warn(text: string): void {
    this.seen.warnings.add(sanitize(text).slice(0, LONGEST))
  }

  get warnings(): string[] {
    return [...this.seen.warnings]
  }

  /** What a stranger's text makes a parser throw is his, not ours. */
  private async tried<T>(name: string, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read()
    } catch (error) {
      const why = isProductError(error)
        ? `${error.message} ${sentence(error.why)}`
        : `${name} cannot be used. ${sentence((error as Error).message.split('\n')[0] ?? '')}`
      this.warn(why)
      return undefined
    }
  }
}

const sentence = (text: string): string => {
  const whole = text.trim()
  return whole.charAt(0).toUpperCase() + whole.slice(1) + (/[.!?]$/.test(whole) ? '' : '.')
}

/** Breadth first, so that what is near the top is seen even where there is too much. */
async function list({ project, regular, other, warnings }: Seen): Promise<void> {
  let folders = ['']
  let names = 0
  for (let depth = 0; depth <= DEPTH && folders.length > 0; depth++) {
    const next: string[] = []
    for (const folder of folders) {
      const found = entries(project, folder).slice(0, MAX_NAMES - names)
      names += found.length
      for (const entry of found) {
        const name = path.posix.join(folder, entry.name)
        if (entry.kind === 'folder') {
          if (!SKIPPED.test(entry.name)) next.push(name)
        } else if (entry.kind === 'file') regular.add(name)
        else other.add(name)
      }
      if (names >= MAX_NAMES) {
        warnings.add(`Only ${MAX_NAMES} of the names in this folder were looked at.`)
        return
      }
    }
    folders = next.sort(byBytes)
  }
}

function entries(project: ProjectPaths, folder: string): Entry[] {
  try {
    return listInside(project.path, folder)
  } catch (error) {
    // A folder that may not be listed has nothing to show.
    if (!isSystemError(error)) throw error
    return []
  }
}
