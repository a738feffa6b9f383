import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import { Cancelable } from './cancelable.ts'

class App extends EventEmitter {
  isPackaged = false
  /** Whether no other instance runs. */
  alone = true
  readonly paths: Record<string, string> = { home: tmpdir(), userData: tmpdir() }
  readonly protocols: string[] = []
  /** How the app ended. */
  ended: 'quit' | 'exit' | undefined
  private ready = false

  async whenReady(): Promise<void> {
    await new Promise(setImmediate)
    this.ready = true
  }
  isReady(): boolean {
    return this.ready
  }
  getVersion(): string {
    return '0.0.0-test'
  }
  getPath(name: string): string {
    return this.paths[name] ?? tmpdir()
  }
  setPath(name: string, folder: string): void {
    this.paths[name] = folder
  }
  requestSingleInstanceLock(): boolean {
    return this.alone
  }
  setAsDefaultProtocolClient(scheme: string): void {
    this.protocols.push(scheme)
  }
  quit(): void {
    const event = new Cancelable('')
    this.emit('will-quit', event)
    if (event.prevented) return
    this.ended = 'quit'
    this.emit('quit')
  }
  exit(): void {
    this.ended = 'exit'
  }
}

export const app = new App()
