import type { HookName } from '../../../shared/definition.ts'
import type { StepPhase } from '../../../shared/operation.ts'

/** The hooks that run in a container that was started (containers.dev, "Lifecycle scripts"). */
const HOOKS_OF_START = new Set<string>([
  'postCreateCommand',
  'postStartCommand',
  'postAttachCommand',
] satisfies HookName[])

/** Whether a hook runs in a container that was started. */
export const isHookOfStart = (hook: unknown): boolean => HOOKS_OF_START.has(String(hook))

/** Whether a step is of the start of a container: the version is built by then. */
export const isOfStart = ({
  phase,
  subject,
}: {
  phase: StepPhase
  subject?: string | null | undefined
}): boolean =>
  phase === 'start' ||
  phase === 'health' ||
  phase === 'dotfiles' ||
  (phase === 'hook' && isHookOfStart(subject))
