import { watch as watchFolder } from 'node:fs'
import { LEDGER_FILE } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { TRUST_FILE } from '../trust/trust-record.ts'

/** Calls `onChange` with the file when trust is granted or revoked, or the environment is replaced, by any process. */
export function watchExternalChanges(
  host: Pick<Host, 'home'>,
  project: Project,
  onChange: (file: string) => void,
  signal: AbortSignal,
): void {
  try {
    const folder = host.home.project(project.key)
    const files = [TRUST_FILE, LEDGER_FILE]
    watchFolder(folder, { signal }, (_, name) => name !== null && files.includes(name) && onChange(name)).on(
      'error',
      () => {},
    )
  } catch {
    // Then the next change of a file shows it.
  }
}
