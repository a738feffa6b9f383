import type { Socket } from 'node:net'

/**
 * Keeps connections that have not shown who they are few: when one more comes, the oldest of them goes. However many
 * idle ones are opened, the next page still gets in.
 */
export class UnverifiedConnections {
  private readonly most: number
  private readonly unknown = new Set<Socket>()

  constructor(most: number) {
    this.most = most
  }

  enter(socket: Socket): void {
    this.unknown.add(socket)
    socket.on('close', () => this.unknown.delete(socket))
    socket.on('error', () => socket.destroy())
    if (this.unknown.size <= this.most) return
    for (const oldest of this.unknown) {
      oldest.destroy()
      this.unknown.delete(oldest)
      return
    }
  }

  /** From here on it is known, and stays. */
  leave(socket: Socket): void {
    this.unknown.delete(socket)
  }
}
