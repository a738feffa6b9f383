import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { isAddress } from '../../shared/source.ts'
import type { CloneRequest } from '../clone/clone.ts'
import { projectMissing } from '../store/open-project.ts'
import { parseSource } from '../store/parse-source.ts'

/** A path as a person writes it; relative ones are no folder of a window. Errors: `project-missing`. */
export function absolute(folder: string, env: Record<string, string | undefined>): string {
  const full = withHome(folder, env)
  if (path.isAbsolute(full) || isAddress(full)) return full
  throw projectMissing(folder)
}

/** The same of a file, or of a folder that may not be there yet. Errors: `usage`. */
export function wholePath(folder: string, env: Record<string, string | undefined>): string {
  const full = withHome(folder.trim(), env)
  if (path.isAbsolute(full)) return full
  const problem = `"${sanitize(folder)}" is not a whole path.`
  throw productError('usage', { problem, hint: 'Begin it with / or with ~/.' })
}

function withHome(folder: string, env: Record<string, string | undefined>): string {
  const home = env['HOME'] ?? env['USERPROFILE']
  return home && /^~(?=$|[\\/])/.test(folder) ? path.join(home, folder.slice(1)) : folder
}

/** What a window asks to be cloned. Errors: `clone-refused`, `usage` for what is no address. */
export function cloneRequest(text: string, reference: string | null, destination: string): CloneRequest {
  const source = parseSource(reference === null ? text : `${text.split('#')[0]}#${reference}`)
  if (source.kind === 'folder')
    throw productError('usage', { problem: `${sanitize(text)} is not a git URL.` })
  return { source, destination, interactive: false }
}
