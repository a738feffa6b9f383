import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { relayCommand } from '../../../main/container/start/loopback-relay.ts'
import { ProcessGroup } from '../../process-group.ts'

/** Where a program of the system is, which needs no other one to start; empty where it is not. */
function pathOf(program: string): string {
  if (program === 'node') return process.execPath
  try {
    const find = ['-c', 'PATH=/usr/bin:/bin; command -v "$0"', program]
    return execFileSync('/bin/sh', find, { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

const started: ProcessGroup[] = []
afterEach(() => {
  for (const group of started.splice(0)) group.signal('SIGKILL')
})

/** Starts a program that ends with the test, with all that it started. */
function start([program = '', ...args]: string[], env: string[] = []): void {
  const given = Object.fromEntries(env.map((one) => [one.split('=', 1)[0], one.slice(one.indexOf('=') + 1)]))
  const { pid } = spawn(program, args, { detached: true, stdio: 'ignore', env: { ...process.env, ...given } })
  if (pid !== undefined) started.push(new ProcessGroup(pid))
}

/** What a server at the address answers to a whole request, once it listens. */
async function ask(host: string, port: number, request: string, localAddress = '127.0.0.1'): Promise<string> {
  for (let tries = 0; ; tries++) {
    const socket = connect({ host, port, localAddress, allowHalfOpen: true })
    try {
      await once(socket, 'connect')
      socket.end(request)
      return await text(socket)
    } catch (error) {
      if (tries > 50) throw error
      await pause(100)
    }
  }
}

/** A second loopback address stands for that of a container. */
describe.runIf(process.platform === 'linux')('a relay', () => {
  it.runIf(pathOf('perl'))('in Perl passes on what comes and goes', () => passesOn('perl'))
  it.runIf(pathOf('python3'))('in Python does', () => passesOn('python3'))
  it('in Node does', () => passesOn('node'))

  it('takes connections of the engine alone, unless the port is published further', async () => {
    for (const [address, answer] of [
      [undefined, ''],
      ['127.0.0.1', ''],
      ['0.0.0.0', 'HELLO'],
    ] as const) {
      const server = echo()
      const port = await listening(server, '127.0.0.1')
      const published = { container: port, ...(address !== undefined && { address }) }
      const { command, env } = relayCommand('127.0.0.2', '127.0.0.1', [published])
      start(command, env)
      expect(await ask('127.0.0.2', port, 'hello')).toBe('HELLO')
      const neighbour = ask('127.0.0.2', port, 'hello', '127.0.0.3').catch(() => '')
      expect([address, await neighbour]).toEqual([address, answer])
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('starts while a program listens at 127.0.0.1 alone, and ends with it', async () => {
    const server = echo()
    const port = await listening(server, '127.0.0.1')
    const { command, env } = relayCommand('127.0.0.2', '127.0.0.1', [{ container: port }])
    start(command, env)
    expect(await ask('127.0.0.2', port, 'first')).toBe('FIRST')
    await new Promise((resolve) => server.close(resolve))
    // The list of sockets is read every tenth second at the latest.
    await expect.poll(() => isOpen('127.0.0.2', port), { timeout: 30_000 }).toBe(false)
    const everywhere = echo()
    everywhere.listen(port, '0.0.0.0')
    await once(everywhere, 'listening')
    expect(await ask('127.0.0.2', port, 'second')).toBe('SECOND')
    await new Promise((resolve) => everywhere.close(resolve))
  })
})

/** Answers in capitals when the request has ended. */
const echo = () =>
  createServer({ allowHalfOpen: true }, async (socket) => {
    socket.end((await text(socket)).toUpperCase())
  })

async function listening(server: ReturnType<typeof createServer>, host: string): Promise<number> {
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** A computer that has this program, and none of the others that could relay. */
async function passesOn(program: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-relay-'))
  const server = echo()
  const port = await listening(server, '127.0.0.1')
  try {
    for (const name of [program, 'grep', 'sleep']) await symlink(pathOf(name), path.join(folder, name))
    const { command, env } = relayCommand('127.0.0.2', '127.0.0.1', [{ container: port }])
    start(command, [...env, `PATH=${folder}`])
    const long = 'x'.repeat(1 << 20)
    expect(await Promise.all([ask('127.0.0.2', port, 'one'), ask('127.0.0.2', port, long)])).toEqual([
      'ONE',
      long.toUpperCase(),
    ])
    expect(await ask('127.0.0.2', port, 'three', '127.0.0.3').catch(() => '')).toBe('')
  } finally {
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  }
}
