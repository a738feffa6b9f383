import type { OperationKind, StepPhase } from '../../shared/operation.ts'
import { readVertexName } from '../docker/build/vertex-name.ts'

/** By the word with which it began: recordings had "bringing up shop" where they have a kind now. */
const KINDS: Record<string, OperationKind> = {
  bringing: 'up',
  initializing: 'initialize',
  rebuilding: 'rebuild',
  resetting: 'reset',
  stopping: 'stop',
  restarting: 'restart',
  removing: 'remove',
  locking: 'lock',
  cleaning: 'clean',
  repairing: 'repair',
  cloning: 'clone',
}

/** The first line of an older recording as one of today. */
export function migrateFirstLine(line: { kind?: unknown; what?: unknown }): object {
  if (line.kind !== undefined || typeof line.what !== 'string') return line
  return { ...line, kind: KINDS[line.what.split(' ')[0] ?? ''] ?? 'build' }
}

/** How the names of steps began that had no phase; `subject` is what stands in the group. */
const PHASES: [RegExp, StepPhase][] = [
  [/^initializeCommand/, 'initialize'],
  [/^(onCreateCommand|updateContentCommand|postCreateCommand|postStartCommand|postAttachCommand)/, 'hook'],
  [/^Pull (.*)/s, 'pull'],
  [/^Download (.*)/s, 'download'],
  [/^Read inputs$/, 'inputs'],
  [/^Keep the baked image$/, 'bake'],
  [/^Start (.*)/s, 'start'],
  [/^Health check$/, 'health'],
  [/^Dotfiles$/, 'dotfiles'],
  [/^Remove (?:the volume )?(.*)/s, 'clean'],
  [/^(?:Connect to|Fetch|Wait for|Receive|Put objects|Write files)/, 'fetch'],
]

/** A line of an older recording, whose steps had neither phase nor subject, as one of today. */
export function migrateLine(line: { event?: { kind?: unknown; name?: unknown; phase?: unknown } }): object {
  const { event } = line
  if (event?.kind !== 'step' || event.phase !== undefined || typeof event.name !== 'string') return line
  for (const [begin, phase] of PHASES) {
    const [found, subject] = begin.exec(event.name) ?? []
    if (found !== undefined)
      return { ...line, event: { ...event, phase, ...(subject !== undefined && { subject }) } }
  }
  return { ...line, event: { ...event, ...readVertexName(event.name) } }
}
