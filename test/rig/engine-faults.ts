import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineCall } from './engine-call.ts'

/** Before the engine hears of a call, or after it has answered and before its reply goes on. */
export type When = 'before' | 'after'

/** What is done to a call. Whatever is done `after`, the engine has carried the call out. */
export type Action =
  /** It waits until it is released, or for ever. */
  | { kind: 'hold' }
  | { kind: 'delay'; milliseconds: number }
  /** No reply: the connection ends in an orderly way. */
  | { kind: 'drop' }
  /** The connection breaks; `after`, in the middle of the reply's first line. (A Unix socket has no other reset.) */
  | { kind: 'reset' }
  /** The reply is a refusal of the engine, in its form. */
  | { kind: 'refuse'; status: number; message: string }

/** A call that a fault has reached. */
export interface Struck {
  call: EngineCall
  /** Lets a held call go on. */
  release(): void
}

/** Which call: the one with this number, or the first that fits. */
export type Which = number | ((call: EngineCall) => boolean)

interface Fault {
  which: Which
  when: When
  action: Action
  reached(struck: Struck): void
}

/** The faults that wait for their call. Each strikes once. */
export class Faults {
  private waiting: Fault[] = []

  /** Resolves when the call is reached, which may be never. */
  add(which: Which, when: When, action: Action): Promise<Struck> {
    return new Promise((reached) => this.waiting.push({ which, when, action, reached }))
  }

  /** Does to a call what waits for it. Returns whether the call goes on. */
  async strike(call: EngineCall, when: When, client: Socket): Promise<boolean> {
    const fits = ({ which }: Fault) => (typeof which === 'number' ? which === call.sequence : which(call))
    const fault = this.waiting.find((one) => one.when === when && fits(one))
    if (!fault) return true
    this.waiting = this.waiting.filter((one) => one !== fault)
    const { promise, resolve: release } = Promise.withResolvers<void>()
    fault.reached({ call, release })
    switch (fault.action.kind) {
      case 'hold':
        await promise
        return true
      case 'delay':
        await sleep(fault.action.milliseconds)
        return true
      case 'drop':
        client.end()
        client.resume()
        return false
      case 'reset':
        if (when === 'after') client.write('HTTP/1.', () => client.destroy())
        else client.destroy()
        return false
      case 'refuse':
        client.end(refusal(fault.action.status, fault.action.message))
        // A request that is still being sent is read to its end, or its sender would see a broken pipe instead.
        client.resume()
        return false
    }
  }
}

function refusal(status: number, message: string): string {
  const body = JSON.stringify({ message })
  return [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
