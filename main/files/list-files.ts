import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { type Entry, listInside } from './open-inside.ts'
import { YieldToEventLoop } from './yield-to-event-loop.ts'

/** So many are listed: there is no searching of a person's whole home. */
const MAX = 100_000

export interface Listed {
  /** Files and links. */
  files: string[]
  /** The links among them, and where they lead. */
  links: Map<string, string>
  /** Whether there were more. */
  cut: boolean
}

/**
 * Lists the files and links in a folder of a root by their paths from the root, except `.git`, also where it is a file, and
 * what is in `node_modules`. What cannot be listed has none. Error: cancelled.
 */
export async function listFiles(root: string, folder: string, signal?: AbortSignal): Promise<Listed> {
  const files: string[] = []
  const links = new Map<string, string>()
  const yieldTurns = new YieldToEventLoop(signal)
  const folders = [folder]
  for (const at of folders) {
    await yieldTurns.take()
    for (const { name, kind, target = '' } of entriesOf(root, at)) {
      if (name === '.git') continue
      const file = at === '' ? name : `${at}/${name}`
      if (kind === 'folder' && name !== 'node_modules') folders.push(file)
      if (kind !== 'file' && kind !== 'link') continue
      if (files.length === MAX) return { files, links, cut: true }
      files.push(file)
      const leads = kind === 'link' ? linkTarget(file, target) : undefined
      if (leads !== undefined) links.set(file, leads)
    }
  }
  return { files, links, cut: false }
}

/** The target of a link below the root; undefined outside. */
export function linkTarget(link: string, target: string | undefined): string | undefined {
  if (target === undefined) return undefined
  const to = target.replaceAll('\\', '/')
  const found = path.posix.join(path.posix.dirname(link), to)
  return path.posix.isAbsolute(to) || found === '..' || found.startsWith('../')
    ? undefined
    : found.replace(/\/$/, '')
}

function entriesOf(root: string, folder: string): Entry[] {
  try {
    return listInside(root, folder)
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
}
