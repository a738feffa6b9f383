import path from 'node:path'
import { isSystemError, productError } from '../../../shared/errors.ts'
import { byBytes } from '../../files/byte-order.ts'
import { globMatches, globTokens, hasWildcards } from '../../files/glob.ts'
import { type Entry, type EntryKind, listInside, statInside } from '../../files/open-inside.ts'
import { YieldToEventLoop } from '../../files/yield-to-event-loop.ts'
import type { FolderMatch, Ignore } from './dockerignore.ts'

/** What was found at a path (relative, forward slashes). */
export type Found = { kind: 'file' } | { kind: 'link'; target: string } | { kind: 'folder' }

export interface CollectOptions {
  ignore?: Ignore
  /** `**` as a part of a pattern crosses folders. */
  wide?: boolean
  /** Names of folders that are not entered by a wildcard; then git's own is not, nor a file that leads to it. */
  skip?: string[]
  /** Where a path leads that is a link elsewhere, and here a file. */
  linkAt?: (file: string) => string | undefined
  /** Whether an empty folder counts that no pattern names. Without it, all do. */
  isFolder?: (folder: string) => boolean
  /** Ends it with `cancelled`. */
  signal?: AbortSignal | undefined
}

const FILE: Found = { kind: 'file' }

/** What no name in a plan can hold: what Node makes of bytes that are no UTF-8, and line ends. */
const UNUSABLE = /[\r\n\ufffd]/

/** As in the kernel: a path that goes through more links than this is a loop. */
const MAX_LINKS = 40

/**
 * Finds what patterns (parts separated by slashes, `.` for all) match below a folder; folders that no
 * pattern can reach are never listed. A folder stands for all that is in it; one in which nothing is left
 * is found itself. A link is found, not followed, except where a pattern goes through it or ends at it:
 * then what it points to is found too, unless that lies outside, where there is nothing to be had. `root` has no links
 * in its path.
 * Errors: input-unreadable, for what is neither file, folder nor link, or cannot be read; cancelled.
 */
export async function collectFiles(
  root: string,
  patterns: Iterable<string>,
  options: CollectOptions = {},
): Promise<Map<string, Found>> {
  const collector = new Collector(root, options)
  await Promise.all([...new Set(patterns)].map((pattern) => collector.resolve('', partsOf(pattern), 0)))
  return collector.found
}

/** A part of a pattern, or a name that a link gave, which is no pattern even if it looks like one. */
type Part = string | { name: string }

export const partsOf = (pattern: string): string[] =>
  pattern.split('/').filter((part) => part !== '' && part !== '.')

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

class Collector {
  readonly found = new Map<string, Found>()
  private readonly root: string
  private readonly options: CollectOptions
  private readonly lists = new Map<string, Promise<Entry[]>>()
  private readonly resolved = new Set<string>()
  private readonly walked = new Map<string, Promise<boolean>>()
  private readonly yieldTurns: YieldToEventLoop

  constructor(root: string, options: CollectOptions) {
    this.root = root
    this.options = options
    this.yieldTurns = new YieldToEventLoop(options.signal)
  }

  /** Follows the parts of a pattern from a folder that is no link. */
  resolve(folder: string, parts: Part[], links: number): Promise<void> {
    const key = JSON.stringify([folder, parts])
    // Links can lead to the same path repeatedly; every caller waits for the first answer.
    if (this.resolved.has(key)) return Promise.resolve()
    this.resolved.add(key)
    return this.resolveOnce(folder, parts, links)
  }

  private async resolveOnce(folder: string, parts: Part[], links: number): Promise<void> {
    const [part, ...rest] = parts
    if (part === undefined) {
      await this.walk(folder, folder === '' ? undefined : this.ignoreMatch(folder), true)
      return
    }
    if (typeof part === 'object') return this.step(folder, part.name, rest, links)
    if (part === '**' && this.options.wide) return this.resolveWide(folder, afterWide(rest), links)
    if (!hasWildcards(part)) return this.step(folder, part, rest, links)
    const tokens = globTokens(part, false)
    if (!tokens) return
    const entries = await this.list(folder)
    await Promise.all(
      entries
        .filter((entry) => globMatches(tokens, entry.name) && !this.skips(entry))
        .map((entry) => this.step(folder, entry.name, rest, links, entry)),
    )
  }

  private async resolveWide(folder: string, rest: Part[], links: number): Promise<void> {
    const below = (await this.list(folder)).filter((entry) => entry.kind === 'folder' && !this.skips(entry))
    await Promise.all([
      this.resolve(folder, rest, links),
      ...below.map((entry) => this.resolve(join(folder, entry.name), ['**', ...rest], links)),
    ])
  }

  private skips(entry: Entry): boolean {
    const { skip } = this.options
    return (
      skip !== undefined && (entry.name === '.git' || (entry.kind === 'folder' && skip.includes(entry.name)))
    )
  }

  private async step(
    folder: string,
    name: string,
    rest: Part[],
    links: number,
    known?: Entry,
  ): Promise<void> {
    const here = join(folder, name)
    const entry = known ?? this.look(here)
    if (!entry) return
    const target = this.linkTarget(here, entry)
    if (target !== undefined) {
      if (!this.isIgnored(here)) this.add(here, { kind: 'link', target })
      if (links >= MAX_LINKS) return
      // An absolute target counts from the context's root, and nothing climbs out of it (as BuildKit has it).
      const from = target.startsWith('/') ? [] : partsOf(folder)
      const names = normalParts([...from, ...partsOf(target)]).map((name) => ({ name }))
      return this.resolve('', [...names, ...rest], links + 1)
    }
    if (entry.kind === 'folder') return this.resolve(here, rest, links)
    if (rest.length === 0 && !this.isIgnored(here)) this.addFile(here, entry.kind)
  }

  /** Finds all below a folder; whether anything of it, or itself, is left. */
  private walk(
    folder: string,
    match: { ignored: boolean; match: FolderMatch } | undefined,
    top: boolean,
  ): Promise<boolean> {
    const known = this.walked.get(folder)
    if (known) return known
    const walk = this.walkOnce(folder, match, top)
    this.walked.set(folder, walk)
    return walk
  }

  private async walkOnce(
    folder: string,
    match: { ignored: boolean; match: FolderMatch } | undefined,
    top: boolean,
  ): Promise<boolean> {
    const { ignore } = this.options
    if (match?.ignored && !ignore?.mayKeepBelow(folder)) return false
    const below: [folder: string, matched: ReturnType<Ignore['match']> | undefined][] = []
    let own = false
    for (const entry of await this.list(folder)) {
      if (this.skips(entry)) continue
      const here = join(folder, entry.name)
      const matched = ignore?.match(here, match?.match)
      if (entry.kind === 'folder') below.push([here, matched])
      else if (!matched?.ignored) {
        const target = this.linkTarget(here, entry)
        if (target !== undefined) this.add(here, { kind: 'link', target })
        else this.addFile(here, entry.kind)
        own = true
      }
    }
    const left = await Promise.all(below.map(([here, matched]) => this.walk(here, matched, false)))
    const any = own || left.includes(true)
    if (any || match?.ignored || (top && folder === '')) return any
    if (!top && this.options.isFolder?.(folder) === false) return false
    this.add(folder, { kind: 'folder' })
    return true
  }

  private linkTarget(here: string, { kind, target = '' }: Entry): string | undefined {
    if (kind === 'link') return target.replaceAll(path.sep, '/')
    return kind === 'file' ? this.options.linkAt?.(here) : undefined
  }

  private ignoreMatch(path: string): { ignored: boolean; match: FolderMatch } | undefined {
    return this.options.ignore?.matchFromTop(path)
  }

  private isIgnored(path: string): boolean {
    return this.ignoreMatch(path)?.ignored ?? false
  }

  private add(here: string, found: Found): void {
    if (UNUSABLE.test(here)) {
      if (here.includes('\ufffd')) throw unreadable(here, 'its name is not valid UTF-8')
      throw unreadable(JSON.stringify(here), 'its name holds a line end')
    }
    this.found.set(here, found)
  }

  private addFile(here: string, kind: EntryKind): void {
    if (kind !== 'file') throw unreadable(here, `it is a ${kind}`)
    this.add(here, FILE)
  }

  private look(here: string): Entry | undefined {
    if (here.includes('\0')) throw unreadable(JSON.stringify(here), 'no name can hold a NUL')
    try {
      return statInside(this.root, here)
    } catch (error) {
      throw unreadable(here, reasonOf(error), error)
    }
  }

  private list(folder: string): Promise<Entry[]> {
    const known = this.lists.get(folder)
    if (known) return known
    const list = this.listOnce(folder)
    this.lists.set(folder, list)
    return list
  }

  private async listOnce(folder: string): Promise<Entry[]> {
    await this.yieldTurns.take()
    try {
      // In order, so that the whole is nearly sorted already.
      return listInside(this.root, folder).sort((a, b) => byBytes(a.name, b.name))
    } catch (error) {
      if (folder !== '' && isSystemError(error, 'ENOENT')) return []
      throw unreadable(folder === '' ? this.root : folder, reasonOf(error), error)
    }
  }
}

/** What follows a `**`: another one right behind it adds nothing. */
function afterWide(parts: Part[]): Part[] {
  const other = parts.findIndex((part) => part !== '**')
  return other < 0 ? [] : parts.slice(other)
}

/** Without `..`, as far as they can be taken back. */
function normalParts(parts: string[]): string[] {
  const normal: string[] = []
  for (const part of parts) {
    if (part === '..') normal.pop()
    else normal.push(part)
  }
  return normal
}

export function unreadable(shown: string, problem: string, cause?: unknown): Error {
  return productError('input-unreadable', { path: shown, problem }, { cause })
}

/** A system error in words, without the path that the message names already. */
export function reasonOf(error: unknown): string {
  if (isSystemError(error, 'EACCES', 'EPERM')) return 'it may not be read'
  if (isSystemError(error, 'ENOENT')) return 'it does not exist'
  if (isSystemError(error, 'ELOOP')) return 'a link has taken its place, or that of a folder above it'
  if (isSystemError(error, 'ENOTDIR')) return 'it is no longer a folder'
  return error instanceof Error ? error.message : String(error)
}
