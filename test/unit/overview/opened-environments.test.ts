import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { OpenedEnvironments } from '../../../main/overview/opened-environments.ts'
import type { Environment } from '../../../shared/environment.ts'
import { productError } from '../../../shared/errors.ts'
import type { ProjectKey, VersionId } from '../../../shared/ids.ts'
import type { UpResult } from '../../../shared/result.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pristine-opened-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const environment: Environment = { state: 'ready', containers: [], ports: [], services: [] }
const result = async (action: UpResult['action']): Promise<UpResult> => ({
  project: { path: '/shop', name: 'shop' },
  version: { id: 'a'.repeat(64) as VersionId, ordinal: 1, image: 'shop:1' },
  action,
  because: [],
  environment,
  lock: { added: [], removed: [] },
})
const failed = () => Promise.reject(productError('busy', { what: 'it starts', pid: 1 }))

/** The projects that it would stop: here none is recorded, so that each of them is a fault that names it. */
async function keysOf(opened: OpenedEnvironments): Promise<unknown[]> {
  const keys: unknown[] = []
  const host = openHost({ HOME: root, PRISTINE_HOME: path.join(root, 'home') })
  await opened.stopAll(host, silentRun(), (error) => keys.push((error as { data: { key: string } }).data.key))
  return keys
}
const key = (name: string) => name as ProjectKey

test('what an operation started counts, once it succeeded', async () => {
  const opened = new OpenedEnvironments()
  for (const action of ['built', 'recreated', 'started', 'none'] as const)
    await opened.starting(key(action), result(action))
  await opened.starting(key('restarted'), Promise.resolve(environment))
  await expect(opened.starting(key('failed'), failed())).rejects.toMatchObject({ code: 'busy' })
  expect(await keysOf(opened)).toEqual(['built', 'recreated', 'started', 'restarted'])
})

test('what was started counts until it is stopped: a start that changes nothing and a stop that fails leave it', async () => {
  const opened = new OpenedEnvironments()
  await opened.starting(key('shop'), result('started'))
  await opened.starting(key('shop'), result('none'))
  await expect(opened.stopping(key('shop'), failed())).rejects.toMatchObject({ code: 'busy' })
  expect(await keysOf(opened)).toEqual(['shop'])
  await opened.stopping(key('shop'), Promise.resolve())
  expect(await keysOf(opened)).toEqual([])
})
