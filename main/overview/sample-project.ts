import { cp, readdir, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { Host } from '../host/host.ts'

/**
 * Copies the sample to `pristine-sample` in the person's home, and returns that folder. An existing folder is not
 * changed, because the person may have worked in it.
 * Errors: `storage-failed`.
 */
export async function putSample(host: Host): Promise<string> {
  const folder = path.join(host.env['HOME'] || homedir(), 'pristine-sample')
  try {
    if ((await readdir(folder).catch(() => [])).length === 0) {
      await cp(await sampleFolder(), folder, { recursive: true, errorOnExist: false, force: false })
    }
    return folder
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw productError('storage-failed', { path: folder, problem: error.message }, { cause: error })
  }
}

/** The sample is beside the program's sources, or beside what was built from them. */
async function sampleFolder(): Promise<string> {
  const beside = ['../../examples/shop', '../examples/shop', '../../../examples/shop']
  for (const name of beside) {
    const folder = await realpath(path.join(import.meta.dirname, name)).catch(() => undefined)
    if (folder) return folder
  }
  throw productError('internal', { problem: 'The sample is not part of this program.' })
}
