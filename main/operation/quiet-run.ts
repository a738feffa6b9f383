import type { Run } from '../../shared/operation.ts'

/** For work that nobody watches and nobody may cancel. */
export const silentRun = (): Run => ({ signal: new AbortController().signal, report: () => {} })
