import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Docker from 'dockerode'
import { expect, test } from 'vitest'
import { endLeftCommands, withLease } from '../../../main/container/command-leases.ts'
import { openHome } from '../../../main/store/home.ts'
import type { Project } from '../../../main/store/open-project.ts'
import { productError } from '../../../shared/errors.ts'

/** A data folder, and an engine that gives each call the same answer. No real engine refuses at will. */
async function answering(status: number) {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-leases-'))
  const socketPath = path.join(folder, 'engine.sock')
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ message: 'A test says so.' }))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const close = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  const engine = { docker: new Docker({ socketPath }), address: socketPath, local: true, buildkit: true }
  const home = openHome({ PRISTINE_HOME: path.join(folder, 'home') })
  const project = { key: 'project' } as unknown as Project
  return {
    host: { home, engine: async () => engine },
    project,
    leases: async () => {
      const names = await readdir(path.join(home.project(project.key), 'commands'))
      return names.filter((name) => !name.endsWith('.json')).length
    },
    close,
    [Symbol.asyncDispose]: async () => {
      await close()
      await rm(folder, { recursive: true })
    },
  }
}

const command = { container: 'container', user: 'dev', tty: false }
const lost = () => Promise.reject(productError('engine-unreachable', { problem: 'the link is down' }))

test('the lease of a command stays if its end is not known', async () => {
  await using at = await answering(200)
  expect(await withLease(at.host, at.project, command, async () => 3)).toBe(3)
  expect(await at.leases()).toBe(0)
  await expect(withLease(at.host, at.project, command, lost)).rejects.toMatchObject({
    code: 'engine-unreachable',
  })
  expect(await at.leases()).toBe(1)
  await withLease(at.host, at.project, command, async ({ mayGoOn }) => mayGoOn?.())
  expect(await at.leases()).toBe(2)
})

test('what was left is forgotten when its container is gone, and tried again as long as the engine cannot tell', async () => {
  await using refusing = await answering(500)
  await withLease(refusing.host, refusing.project, command, lost).catch(() => {})
  // The next command, which may replace the container, is not prevented.
  await endLeftCommands(refusing.host, refusing.project)
  expect(await refusing.leases()).toBe(1)
  await refusing.close()
  await expect(endLeftCommands(refusing.host, refusing.project)).rejects.toMatchObject({
    code: 'engine-unreachable',
  })
  expect(await refusing.leases()).toBe(1)

  await using without = await answering(404)
  await withLease(without.host, without.project, command, lost).catch(() => {})
  await endLeftCommands(without.host, without.project)
  expect(await without.leases()).toBe(0)
})
