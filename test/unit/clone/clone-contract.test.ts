import path from 'node:path'
import { expect, test } from 'vitest'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import type { RecordedEvent } from '../../../shared/operation.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { startGitServer } from '../../rig/git-server.ts'
import { type Client, failureOf, Window } from '../server/client.ts'
import { serveApp } from '../server/serving.ts'

async function app() {
  const stack = new AsyncDisposableStack()
  const git = stack.use(await startGitServer())
  const serving = stack.use(await serveApp())
  const { client } = stack.use(await Window.open(serving.server))
  const home = serving.env['HOME'] ?? ''
  const owned = stack.move()
  return { git, serving, client, home, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function toEnd(client: Client, project: ProjectKey, operation: OperationId | null) {
  const events: RecordedEvent[] = []
  if (operation === null) return events
  for await (const event of await client.operations.watch({ project, operation, from: 0 })) events.push(event)
  return events
}

/** The list as a window sees it when something holds of it. */
async function until(client: Client, what: (list: ProjectSummary[]) => boolean): Promise<ProjectSummary[]> {
  const list = new Map<string, ProjectSummary>()
  for await (const event of await client.projects.watch()) {
    if (event.kind === 'all') for (const project of event.projects) list.set(project.key, project)
    else if (event.kind === 'changed') list.set(event.project.key, event.project)
    else list.delete(event.key)
    if (what([...list.values()])) break
  }
  return [...list.values()]
}

const FILES = { Dockerfile: 'FROM busybox:1.36\n', big: 'x'.repeat(100_000) }

test('a clone is an operation that is watched and seen on the list, and its folder is opened', async () => {
  await using at = await app()
  const { client, git } = at
  await git.repository('shop', FILES, { branches: ['tax'] })
  const wanted = { source: git.url('shop'), reference: 'tax', destination: '~/Projects/shop' }
  const { project, operation } = await client.projects.clone(wanted)
  const events = await toEnd(client, project, operation)
  expect(events.at(-1)?.event).toEqual({ kind: 'end', state: 'done' })
  expect(events.some(({ event }) => event.kind === 'step' && event.unit === 'objects')).toBe(true)
  const [shop] = await until(client, ([shop]) => shop?.branch === 'tax')
  expect(shop).toMatchObject({ key: project, name: 'shop', path: path.join(at.home, 'Projects/shop') })
  expect(await client.projects.clone(wanted)).toEqual({ project, operation: null })
  expect(at.serving.faults).toEqual([])
})

test('a clone is cancelled by any window, and leaves the list; its end can still be seen', async () => {
  await using at = await app()
  const { client, git } = at
  await git.repository('shop', FILES)
  const source = `${git.origin}/slow/shop.git`
  const { project, operation } = await client.projects.clone({
    source,
    reference: null,
    destination: '~/a/shop',
  })
  await git.stalled
  const [shop] = await until(client, ([shop]) => shop?.operation != null)
  expect(shop).toMatchObject({ key: project, operation: { id: operation, kind: 'clone' } })
  await using other = await Window.open(at.serving.server)
  if (operation === null) throw new Error('Nothing goes on.')
  expect(await other.client.operations.cancel({ project, operation })).toBe(true)
  await until(client, (list) => list.length === 0)
  expect((await toEnd(client, project, operation)).at(-1)?.event).toMatchObject({ state: 'cancelled' })
  expect(at.serving.faults).toEqual([])
})

test('what is asked for wrongly is refused before anything begins', async () => {
  await using at = await app()
  const { client, git } = at
  const asked = (change: object) =>
    failureOf(
      client.projects.clone({ source: git.url('shop'), reference: null, destination: '~/shop', ...change }),
    )
  expect(await asked({ source: 'https://ada:canary@example.org/shop' })).toMatchObject({
    code: 'clone-refused',
  })
  expect(await asked({ source: 'ext::id' })).toMatchObject({ code: 'clone-refused' })
  expect(await asked({ source: '/srv/shop' })).toMatchObject({ code: 'usage' })
  expect(await asked({ reference: '--upload-pack=id' })).toMatchObject({ code: 'clone-refused' })
  expect(await asked({ destination: 'shop' })).toMatchObject({ code: 'usage' })
  expect(await asked({ destination: '/a\0b' })).toMatchObject({ code: 'request-invalid' })
  expect(await asked({ destination: '~' })).toMatchObject({ code: 'destination-taken' })
  expect(await until(client, () => true)).toEqual([])
  expect(await failureOf(client.projects.open({ folder: 'ext::id' }))).toMatchObject({
    code: 'clone-refused',
  })
  expect(at.serving.faults).toEqual([])
})

test('a failed clone says why to whoever watches, and leaves the list', async () => {
  await using at = await app()
  const { client, git } = at
  const wanted = { source: git.url('none'), reference: null, destination: '~/none' }
  const { project, operation } = await client.projects.clone(wanted)
  const end = (await toEnd(client, project, operation)).at(-1)?.event
  expect(end).toMatchObject({ state: 'failed', error: { code: 'repository-missing' } })
  await until(client, (list) => list.length === 0)
})
