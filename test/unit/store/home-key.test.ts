import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { openHome } from '../../../main/store/home.ts'
import { homeKey } from '../../../main/store/home-key.ts'

// As on a file system without hard links.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  link: () =>
    Promise.reject(Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })),
}))

test('a data folder has one key, however many ask for it first, also without hard links', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'pristine-key-'))
  const home = openHome({ PRISTINE_HOME: path.join(root, 'home') })
  const keys = await Promise.all(Array.from({ length: 5 }, () => homeKey(home)))
  expect(new Set([...keys, await homeKey(home)].map((key) => key.toString('hex'))).size).toBe(1)
  expect(keys[0]).toHaveLength(32)
  expect((await readdir(home.root)).sort()).toEqual(['key', 'store.lock'])
  await writeFile(path.join(home.root, 'key'), 'short')
  await expect(homeKey(home)).rejects.toMatchObject({
    code: 'storage-failed',
    why: expect.stringContaining('32 bytes'),
  })
  await rm(root, { recursive: true })
})
