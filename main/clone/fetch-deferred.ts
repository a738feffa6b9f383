import type { DeferredContent } from '../../shared/clone.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { hasSameSettings, readDeferred, recordDeferred } from '../git/deferred-content.ts'
import { fetchLargeFiles } from '../git/fetch-large-files.ts'
import { fetchSubmodules } from '../git/fetch-submodules.ts'
import type { GitOptions } from '../git/run-git.ts'
import type { Host } from '../host/host.ts'
import { ensureFolder } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { readTrust } from '../trust/trust-record.ts'

/** In milliseconds. */
const RECORDED_WITHIN = 10_000

/**
 * Fetches what a project's clone left out: its submodules and its large files. To be called only for a project that is
 * trusted. What cannot be fetched is told as a warning, with what to do; what may come another time is tried again
 * then, until code `hasRun` that can write here, or the repository's settings are not those that the clone or the last try
 * left: by these git would run that code's programs on this computer. Returns whether anything was fetched, so that the project has to be read again.
 * Errors: `cancelled`.
 */
export async function fetchDeferred(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { hasRun }: { hasRun: boolean },
  run: Run,
): Promise<boolean> {
  const left = await readDeferred(host.home, project.key)
  if (!left) return false
  await ensureFolder(host.home.root)
  const { clone } = (await readTrust(host, project.key)) ?? {}
  const options: GitOptions = {
    env: host.env,
    cwd: project.path,
    signal: run.signal,
    // As its own address is: `http` only within this computer.
    protocols: ['https', 'ssh', ...(clone?.url.startsWith('http:') ? ['http'] : [])],
    interactive: false,
  }
  if (hasRun || !(await hasSameSettings(host.home, project.key, options))) {
    await recordDeferred(host.home, project.key, null, options)
    run.report({ kind: 'warning', text: whatIsLeft(left) })
    return false
  }
  const fetch = async (): Promise<DeferredContent> => ({
    submodules: left.submodules.length > 0 ? await fetchSubmodules(project.path, options, run) : [],
    largeFiles: left.largeFiles > 0 ? await fetchLargeFiles(options, run) : 0,
  })
  const { submodules, largeFiles } = await fetch().catch(async (error: unknown) => {
    // What git itself wrote into the settings until then does not stop the next try.
    const signal = AbortSignal.timeout(RECORDED_WITHIN)
    await recordDeferred(host.home, project.key, left, { ...options, signal })
    throw error
  })
  const rest: DeferredContent = { submodules, largeFiles }
  await recordDeferred(host.home, project.key, submodules.length + largeFiles > 0 ? rest : null, options)
  return true
}

function whatIsLeft({ submodules, largeFiles }: DeferredContent): string {
  const parts = [
    ...(submodules.length > 0
      ? [`the submodules ${sanitize(submodules.join(', '))} ("git submodule update --init --recursive")`]
      : []),
    ...(largeFiles > 0 ? [`${largeFiles} files of Git LFS ("git lfs pull")`] : []),
  ]
  return (
    `The clone still lacks ${parts.join(' and ')}. Pristine fetches them only before code of the repository runs for ` +
    'the first time, and only with the settings of git that the clone wrote, because that code can change them: look at ' +
    '.git/config, and fetch them yourself.'
  )
}
