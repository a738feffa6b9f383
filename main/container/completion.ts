/** What of a container shows whether its program has done what it is for. */
export interface Ending {
  running: boolean
  /** How its program ended, if it does not run and this is known. */
  exitCode?: number
  /** As of a container of an environment. */
  stage?: 'created' | 'restarting'
  /** Whether its program was meant to go on: it listens on ports, its check has passed, or its policy restarts it. */
  isServer?: true
}

/**
 * Whether a program has ended and done what it is for. `known`: whether others wait for its end, or it had ended when its
 * environment became ready; undefined where nobody knows. A server that somebody stops may end with 0 as well.
 */
export const hasCompleted = (
  { running, exitCode, stage, isServer }: Ending,
  known: boolean | undefined,
): boolean => !running && stage === undefined && exitCode === 0 && (known ?? !isServer)
