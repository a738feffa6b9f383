/** So many builds in a row: then it is the hook that changes them, and no person. */
export const RESTLESS = 3

/**
 * Knows which inputs change while hooks are baked, build after build. A person's edits do not meet every build in just
 * that time; a hook that changes its own inputs does, and every build of its asks for the next.
 */
export class RestlessInputs {
  private inputs: string[] = []
  private builds = 0

  /** Hears what changed while hooks ran in a build, nothing included. Returns what did in each of the last builds, if it is enough. */
  hear(changed: string[]): string[] {
    const again = changed.filter((input) => this.inputs.includes(input))
    this.builds = again.length > 0 ? this.builds + 1 : Math.min(changed.length, 1)
    this.inputs = again.length > 0 ? again : changed
    if (this.builds < RESTLESS) return []
    // The next change is tried once.
    this.builds = RESTLESS - 1
    return again
  }
}
