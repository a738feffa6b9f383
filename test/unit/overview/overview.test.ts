import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHost } from '../../../main/host/host.ts'
import { Overview } from '../../../main/overview/overview.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { forgetProject, rememberProject } from '../../../main/store/project-records.ts'
import { recordClone } from '../../../main/trust/trust-record.ts'
import type { ProjectsEvent } from '../../../shared/project.ts'

const MANY = 1_000

let root: string
let engine: Server
let asked: string[] = []
/** What lists of containers wait for. */
let answering: Promise<void> = Promise.resolve()
beforeAll(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-overview-')))
  // An engine without containers, that counts what it is asked.
  engine = createServer((request, response) => {
    const call = request.url?.replace(/^\/v[\d.]+/, '').split('?')[0] ?? ''
    asked.push(call)
    response.setHeader('api-version', '1.41')
    if (call === '/events') response.flushHeaders()
    else if (call === '/_ping') response.end('OK')
    else void answering.then(() => response.end('[]'))
  })
  await new Promise<void>((resolve) => engine.listen(path.join(root, 'engine.sock'), resolve))
})
afterAll(async () => {
  engine.closeAllConnections()
  engine.close()
  await rm(root, { recursive: true, force: true })
})

async function place(name: string): Promise<string> {
  const folder = path.join(root, 'projects', name)
  await mkdir(path.join(folder, '.git'), { recursive: true })
  await writeFile(path.join(folder, '.git', 'HEAD'), `ref: refs/heads/branch-of-${name}\n`)
  return folder
}

test('a thousand projects are listed with one question to the engine, and each change is reported alone', async () => {
  const host = openHost({
    HOME: root,
    PRISTINE_HOME: path.join(root, 'home'),
    DOCKER_HOST: `unix://${path.join(root, 'engine.sock')}`,
  })
  const names = Array.from({ length: MANY }, (_, n) => `p${n}`)
  for (const name of names) await rememberProject(host, await openProject(await place(name)))
  const faults: unknown[] = []
  const overview = new Overview(host, (error) => faults.push(error))
  const end = new AbortController()
  overview.start()
  try {
    const events = overview.watch(end.signal)
    const next = async (): Promise<ProjectsEvent> => (await events.next()).value
    const first = await next()
    expect(first.kind === 'all' && first.projects.length).toBe(MANY)
    if (first.kind !== 'all') return
    expect(first.projects.find(({ name }) => name === 'p7')).toMatchObject({
      branch: 'branch-of-p7',
      state: 'absent',
      version: null,
    })
    // Looked at once for itself and once for who watches.
    expect(asked.filter((call) => call === '/containers/json').length).toBeLessThanOrEqual(3)
    expect(new Set(asked)).toEqual(new Set(['/_ping', '/containers/json', '/events']))

    asked = []
    const more = await openProject(await place('one-more'))
    await rememberProject(host, more)
    expect(await next()).toMatchObject({
      kind: 'changed',
      project: { key: more.key, branch: 'branch-of-one-more' },
    })
    expect(await overview.summary(more.key)).toMatchObject({ needsTrust: false })
    await recordClone(host, more.key, 'https://example.org/more.git')
    expect(await overview.summary(more.key)).toMatchObject({ needsTrust: true })
    expect(await next()).toMatchObject({ kind: 'changed', project: { key: more.key, needsTrust: true } })

    await writeFile(path.join(more.path, '.git', 'HEAD'), 'ref: refs/heads/other\n')
    expect(await overview.summary(more.key)).toMatchObject({ branch: 'other' })
    expect(await next()).toMatchObject({ kind: 'changed', project: { key: more.key, branch: 'other' } })
    await rm(more.path, { recursive: true })
    expect(await overview.summary(more.key)).toMatchObject({ state: 'missing' })
    expect(await next()).toMatchObject({ kind: 'changed', project: { key: more.key, state: 'missing' } })
    await forgetProject(host, more.key)
    expect(await next()).toEqual({ kind: 'removed', key: more.key })
    expect(asked.length).toBeLessThan(20)
    expect(faults).toEqual([])
  } finally {
    end.abort()
    await overview.close()
  }
}, 60_000)

test('a window that comes later sees at once what is known, while the engine takes its time', async () => {
  const host = openHost({
    HOME: root,
    PRISTINE_HOME: path.join(root, 'slow-home'),
    DOCKER_HOST: `unix://${path.join(root, 'engine.sock')}`,
  })
  const project = await openProject(await place('known'))
  await rememberProject(host, project)
  const overview = new Overview(host, () => {})
  const end = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  overview.start()
  try {
    await overview.watch(end.signal).next()
    answering = promise
    expect(await overview.watch(end.signal).next()).toMatchObject({
      value: { kind: 'all', projects: [{ key: project.key }] },
    })
  } finally {
    resolve()
    end.abort()
    await overview.close()
  }
})

test('it ends at once, whenever that is', async () => {
  const host = openHost({
    HOME: root,
    PRISTINE_HOME: path.join(root, 'another-home'),
    DOCKER_HOST: `unix://${path.join(root, 'engine.sock')}`,
  })
  for (let milliseconds = 0; milliseconds < 60; milliseconds += 3) {
    const overview = new Overview(host, () => {})
    overview.start()
    await pause(milliseconds)
    await overview.close()
  }
})
