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
 * Whether a program has ended and done what it is for. `isOneShot`: whether it ended before its environment was ready; later
 * a server that somebody stops may end with 0 as well.
 */
export const hasCompleted = ({ running, exitCode, stage, isServer }: Ending, isOneShot: boolean): boolean =>
  !running && stage === undefined && exitCode === 0 && (isOneShot || !isServer)
