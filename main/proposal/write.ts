import { lstat, mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import { type Proposal, proposedText } from '../../shared/proposal.ts'
import type { ProjectPlace } from '../definition/local-variables.ts'
import { propose } from './propose.ts'

/**
 * Writes the proposal for a project: exactly that whose fingerprint a person saw. Never replaces a file, and on any failure
 * leaves none. Returns what was written.
 * Errors: `proposal-changed` when the files in the folder say something else by now; `definition-exists`,
 * `storage-failed`; those of `propose`.
 */
export async function writeProposal(project: ProjectPlace, fingerprint: string): Promise<Proposal> {
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
    for (const file of written) await rm(path.join(project.path, file), { force: true })
    throw error
  }
  return proposal
}

/** A link could lead anywhere. */
async function ensureOwnFolder(project: ProjectPlace, folder: string): Promise<void> {
  const where = path.join(project.path, folder)
  try {
    await mkdir(where)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw failed(folder, error)
    if ((await lstat(where)).isDirectory()) return
    throw productError(
      'storage-failed',
      { path: folder, problem: 'It is there, and no folder.' },
      { cause: error },
    )
  }
}

async function writeNew(project: ProjectPlace, file: string, text: string): Promise<void> {
  const where = path.join(project.path, file)
  const handle = await open(where, 'wx', 0o644).catch((error: unknown) => {
    if (isSystemError(error, 'EEXIST')) throw productError('definition-exists', { file }, { cause: error })
    throw failed(file, error)
  })
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    await rm(where, { force: true })
    throw failed(file, error)
  } finally {
    await handle.close()
  }
}

const failed = (file: string, error: unknown) =>
  productError('storage-failed', { path: file, problem: (error as Error).message }, { cause: error })
