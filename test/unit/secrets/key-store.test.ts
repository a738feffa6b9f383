import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { keyStoreOf } from '../../../main/secrets/system-key-store.ts'
import { hasKeyring, startKeyring } from '../../rig/keyring.ts'

const here = process.platform === 'darwin' || hasKeyring

test.skipIf(!here)("the system's key store keeps, gives back and forgets a value", async () => {
  await using keyring = process.platform === 'darwin' ? undefined : await startKeyring()
  const store = keyStoreOf({ ...process.env, ...keyring?.env })
  if (!store) throw new Error('This system has a key store.')
  const key = { project: `test-${randomBytes(4).toString('hex')}`, remote: null, name: 'TOKEN' }
  const others = [
    { ...key, project: `${key.project}-2` },
    { ...key, remote: 'https://example.org/a.git' },
    { ...key, name: 'TOKE' },
  ]
  try {
    expect(await store.read(key)).toBeUndefined()
    await store.remove(key)
    for (const value of [
      'plain',
      ' "quotes" $HOME \\ \n two lines, é, \u{1f600} \n',
      '-w',
      'x'.repeat(2_800),
    ]) {
      await store.write(key, value)
      expect(await store.read(key)).toBe(value)
    }
    for (const other of others) expect(await store.read(other)).toBeUndefined()
  } finally {
    await store.remove(key)
  }
  expect(await store.read(key)).toBeUndefined()
})

test.skipIf(process.platform !== 'linux')(
  'a key store that is not there is told with its remedy',
  async () => {
    const key = { project: 'p', remote: null, name: 'TOKEN' }
    const without = keyStoreOf({ PATH: '/nowhere' })
    await expect(without?.read(key)).rejects.toMatchObject({
      code: 'key-store-unusable',
      why: expect.stringContaining('libsecret-tools'),
    })
  },
)

test.skipIf(!hasKeyring).each<[string, Record<string, string>]>([
  ['nobody answers on it', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }],
  ['none is named', {}],
  ['its address is none', { DBUS_SESSION_BUS_ADDRESS: 'nonsense' }],
])('nor is one without a session bus, and no word of the bus reaches people: %s', async (_, env) => {
  const key = { project: 'p', remote: null, name: 'TOKEN' }
  const store = keyStoreOf({ PATH: process.env['PATH'], ...env })
  for (const ask of [() => store?.read(key), () => store?.write(key, 'v'), () => store?.remove(key)]) {
    await expect(ask()).rejects.toMatchObject({
      code: 'key-store-unusable',
      why: expect.stringMatching(/^No keyring answers in this session/),
      cause: { message: expect.stringMatching(/bus|connect|address/i) },
    })
  }
})
