import { mkdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type FileLock, takeLock } from '../../main/store/file-lock.ts'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { builtPageOf, hashPageSources, pageRecordOf } from './page-sources.ts'
import { runBuildTool } from './run-build-tool.ts'

/** In milliseconds: how often a build of another process is looked at. */
const RETRY_INTERVAL = 100

/**
 * Builds the page of a checkout unless the one that is there was made of exactly these sources. Of several processes,
 * one builds and the others wait for it. Returns the folder of the page.
 * Errors: `app-build-failed`, `cancelled`.
 */
export async function buildPage(checkout: string, run: Run): Promise<string> {
  const folder = builtPageOf(checkout)
  if (!(await whyBuild(checkout))) return folder
  const lock = await takePatiently(path.join(checkout, 'dist'), run)
  try {
    const reason = await whyBuild(checkout)
    if (!reason) return folder
    run.report({ kind: 'note', text: `Building the page, because ${reason}.` })
    const vite = { program: 'vite/bin/vite.js', args: ['build', '--logLevel', 'warn'] }
    await runBuildTool(checkout, { part: 'The page', ...vite }, run)
    return folder
  } finally {
    lock.close()
  }
}

/** Why the page has to be built; undefined if it does not. */
async function whyBuild(checkout: string): Promise<string | undefined> {
  const page = await stat(path.join(builtPageOf(checkout), 'index.html')).catch(() => undefined)
  if (!page) return 'there is none yet'
  const built = await readFile(pageRecordOf(checkout), 'utf8').catch(() => undefined)
  return built === (await hashPageSources(checkout)) ? undefined : 'its sources changed'
}

/** Takes the lock of the folder `dist`. Errors: `cancelled`. */
async function takePatiently(dist: string, run: Run): Promise<FileLock> {
  await mkdir(dist, { recursive: true })
  for (;;) {
    const lock = await takeLock(path.join(dist, 'renderer.lock'))
    if (lock) return lock
    if (run.signal.aborted) throw productError('cancelled', { left: 'Nothing was built.' })
    await pause(RETRY_INTERVAL)
  }
}
