import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import { type Proposal, proposedText } from '../../shared/proposal.ts'
import { openFolderInside, statInside } from '../files/open-inside.ts'
import type { ProjectPaths } from '../files/project-paths.ts'
import { propose } from './propose.ts'

/**
 * Writes the proposal for a project: exactly that whose fingerprint a person saw. Never replaces a file, and on any
 * failure leaves none. Returns what was written.
 * Errors: `proposal-changed` if the files in the folder now lead to another proposal; `definition-exists`,
 * `storage-failed`; those of `propose`.
 */
export async function writeProposal(project: ProjectPaths, fingerprint: string): Promise<Proposal> {
  const proposal = await propose(project)
  if (proposal.fingerprint !== fingerprint) throw productError('proposal-changed', { path: project.path })
  const written: string[] = []
  // The definition comes last: it makes the others count.
  const files = [...proposal.files].reverse()
  try {
    for (const proposed of files) {
      await ensureOwnFolder(project, path.dirname(proposed.file))
      await writeNew(project, proposed.file, proposedText(proposed))
      written.push(proposed.file)
    }
  } catch (error) {
    for (const file of written) await remove(project, file)
    throw error
  }
  return proposal
}

/** A link could lead anywhere, also one that comes between the look and the writing. */
async function ensureOwnFolder(project: ProjectPaths, folder: string): Promise<void> {
  if (folder === '.') return
  try {
    using above = openFolderInside(project.path, path.dirname(folder))
    await mkdir(path.join(above.path, path.basename(folder)))
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw failed(folder, error)
    if (statInside(project.path, folder)?.kind === 'folder') return
    throw productError(
      'storage-failed',
      { path: folder, problem: 'It is there, and no folder.' },
      { cause: error },
    )
  }
}

async function writeNew(project: ProjectPaths, file: string, text: string): Promise<void> {
  try {
    using folder = openFolderInside(project.path, path.dirname(file))
    await using handle = await open(path.join(folder.path, path.basename(file)), 'wx', 0o644)
    folder.verify()
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) throw productError('definition-exists', { file }, { cause: error })
    await remove(project, file)
    throw failed(file, error)
  }
}

/** Removes what was written; what is no longer reached stays where it is. */
async function remove(project: ProjectPaths, file: string): Promise<void> {
  try {
    using folder = openFolderInside(project.path, path.dirname(file))
    await rm(path.join(folder.path, path.basename(file)), { force: true })
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}

const failed = (file: string, error: unknown) =>
  productError('storage-failed', { path: file, problem: (error as Error).message }, { cause: error })
