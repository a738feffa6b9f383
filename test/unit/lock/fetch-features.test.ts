import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openHost } from '../../../main/host/host.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { secretsToAskFor } from '../../../main/verbs/secrets.ts'
import { showTrust } from '../../../main/verbs/trust.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

/* What asks registries for features before anything is granted. What registries answer is tried in test/engine. */
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A project with a feature of a registry that answers so. */
async function projectOf(folder: Scratch, listener: RequestListener) {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reference = `127.0.0.1:${(server.address() as AddressInfo).port}/f/tool:1`
  const definition = { image: 'busybox:1.36', features: { [reference]: {} } }
  await folder.write('project/.devcontainer.json', JSON.stringify(definition))
  const env = { PRISTINE_HOME: folder.at('home'), DOCKER_CONFIG: folder.at('docker') }
  return { host: openHost(env), project: await openProject(folder.at('project')), reference, server }
}

test('who is to be asked about a feature can cancel what is fetched for it, and sees that it is fetched', async () => {
  await using folder = await scratch()
  const { host, project, reference, server } = await projectOf(folder, () => {})
  for (const verb of [
    (run: Parameters<typeof showTrust>[3]) => showTrust(host, project, undefined, run),
    (run: Parameters<typeof showTrust>[3]) => secretsToAskFor(host, project, {}, run),
  ]) {
    const controller = new AbortController()
    const events: object[] = []
    const asked = once(server, 'request')
    const work = verb({ signal: controller.signal, report: (event) => events.push(event) })
    await asked
    controller.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(events).toMatchObject([
      { name: `Fetch feature ${reference}`, state: 'running' },
      { name: `Fetch feature ${reference}`, state: 'failed' },
    ])
  }
  expect(await readdir(folder.at('project'))).toEqual(['.devcontainer.json'])
})
