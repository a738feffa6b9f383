import type { Run } from '../../shared/operation.ts'

/** For work without progress that cannot be cancelled. */
export const silentRun = (): Run => ({ signal: new AbortController().signal, report: () => {} })
