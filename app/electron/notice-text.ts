import type { OperationKind } from '../../shared/operation.ts'
import type { ProjectSummary } from '../../shared/project.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { describeReasons } from '../cli/wording.ts'

/** The notification for a person who is not looking at the window. */
export interface Notice {
  title: string
  body: string
}

const DONE: Record<OperationKind, string> = {
  up: 'started',
  build: 'built',
  initialize: 'initialized',
  rebuild: 'a version was rebuilt',
  reset: 'reset',
  stop: 'stopped',
  restart: 'restarted',
  remove: 'environment removed',
  snapshot: 'data changed',
  lock: 'lock updated',
  clean: 'cleaned up',
  repair: 'repaired',
  clone: 'cloned',
}

/** What is worth a word when a project went from one state to another; undefined for everything else. */
export function noticeOf(after: ProjectSummary, before: ProjectSummary | undefined): Notice | undefined {
  // What was so before the app began is no news.
  if (!before) return undefined
  const name = sanitize(after.name)
  if (after.failure && after.failure.operation !== before.failure?.operation) {
    return { title: `${name}: failed`, body: sanitize(after.failure.error.message) }
  }
  const { operation } = before
  // What is built beside is swapped in next, or waits.
  if (operation && !after.operation && !after.failure && after.watch?.kind !== 'building') {
    const now = after.version ? `It runs v${after.version.ordinal}.` : 'It has no version yet.'
    const body = after.state === 'ready' ? now : `It is ${after.state}.`
    return { title: `${name}: ${DONE[operation.kind]}`, body }
  }
  const offered = waitingVersion(after)
  if (offered && offered.ordinal !== waitingVersion(before)?.ordinal) {
    const why = describeReasons(offered.because, { verbose: false })
    const body = `v${offered.ordinal} is built and waits${why && `: ${why}`}.`
    return { title: `${name}: update ready`, body }
  }
  return undefined
}

const waitingVersion = ({ watch }: ProjectSummary) =>
  watch?.kind === 'offered' || watch?.kind === 'waiting' ? watch : undefined
