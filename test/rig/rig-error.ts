/** A failure of the rig that a person can act on: what happened, and the next step. */
export class RigError extends Error {
  override readonly name = 'RigError'
  readonly next: string

  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options)
    this.next = next
  }
}
