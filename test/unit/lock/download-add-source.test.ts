import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { runInitializeCommand } from '../../../main/environment/run-initialize-command.ts'
import { openHost } from '../../../main/host/host.ts'
import { downloadAddSource, ensureDownload } from '../../../main/lock/download-add-source.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { lock } from '../../../main/verbs/lock.ts'
import { scratch } from '../inputs/scratch.ts'

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('what is on this computer is downloaded only where it was granted', async () => {
  await using all = await scratch()
  let asked = 0
  await using server = await serve((_, outgoing) => {
    asked++
    outgoing.end('secret')
  })
  await all.write('project/Dockerfile', `FROM scratch\nADD ${server.url} /copied\n`)
  await all.write('project/.devcontainer.json', '{ "build": { "dockerfile": "Dockerfile" } }')
  const host = openHost({ PRISTINE_HOME: all.at('home') })
  const project = await openProject(all.at('project'))
  const refused = { code: 'not-trusted', data: { asked: [{ kind: 'download', url: server.url }] } }
  await expect(runInitializeCommand(host, project, {}, silentRun())).rejects.toMatchObject(refused)
  await expect(lock(host, project, {}, silentRun())).rejects.toMatchObject(refused)
  expect(asked).toBe(0)
})

test('a download is stored under its content; what is too long, or breaks off, leaves nothing', async () => {
  await using all = await scratch()
  const home = openHome({ PRISTINE_HOME: all.at('home') })
  await using server = await serve(({ url }, outgoing) => {
    if (url === '/file') outgoing.end('content')
    else if (url === '/long') outgoing.writeHead(200, { 'content-length': 2 ** 40 }).write('x')
    else outgoing.writeHead(200, { 'content-length': 9 }).write('x', () => outgoing.destroy())
  })
  const from = (path: string) => downloadAddSource(home, new URL(path, server.url).href, {}, silentRun())
  const integrity = await from('/file')
  await expect(from('/long')).rejects.toMatchObject({
    code: 'download-failed',
    data: { problem: 'it has 1099511627776 bytes, more than 8589934592' },
  })
  await expect(from('/broken')).rejects.toMatchObject({ code: 'download-failed' })
  expect(await readdir(home.blobs)).toEqual([integrity.slice('sha256:'.length)])
})

test('a content that the store has counts only for the address that it came from', async () => {
  await using all = await scratch()
  const home = openHome({ PRISTINE_HOME: all.at('home') })
  let asked = 0
  await using server = await serve((_, outgoing) => {
    asked++
    outgoing.end('of the server')
  })
  // As a recipe keeps an input of a repository, whose lock names it.
  const own = createHash('sha256').update('of the repository').digest('hex')
  await mkdir(home.blobs, { recursive: true })
  await writeFile(`${home.blobs}/${own}`, 'of the repository')
  const ensure = (url: string, integrity: string) => ensureDownload(home, url, integrity, {}, silentRun())
  await expect(ensure(server.url, `sha256:${own}`)).rejects.toMatchObject({
    code: 'download-changed',
    data: { url: server.url, from: `sha256:${own}` },
  })
  const integrity = `sha256:${createHash('sha256').update('of the server').digest('hex')}`
  asked = 0
  for (let times = 0; times < 2; times++) await ensure(server.url, integrity)
  await ensure(`${server.url}/elsewhere`, integrity)
  expect(asked).toBe(1)
})

test('what the disk of the data folder refuses is no fault of the address', async () => {
  await using all = await scratch()
  const home = openHome({ PRISTINE_HOME: all.at('home') })
  await using server = await serve((_, outgoing) => outgoing.end('content'))
  // Where its content is to be kept a folder stands.
  await mkdir(`${home.blobs}/${createHash('sha256').update('content').digest('hex')}`, { recursive: true })
  await expect(downloadAddSource(home, server.url, {}, silentRun())).rejects.toMatchObject({
    code: 'storage-failed',
    data: { path: home.blobs, problem: expect.stringContaining('EISDIR') },
  })
})
