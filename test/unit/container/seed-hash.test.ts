import { expect, test } from 'vitest'
import { seedHash } from '../../../main/container/launch/seed-hash.ts'

const service = (name: string, { Image = '1', config = {}, ...request }: Settings = {}) => ({
  service: name,
  request: { Image, ...request },
  parts: { image: { RootFS: { Layers: [Image] }, Config: { ...config } } },
  others: [],
})
type Settings = { Image?: string; config?: object; [part: string]: string | object | undefined }
const launch = (web: Settings = {}, db: Settings = {}, sha256 = 'a'): never =>
  ({
    ...service('web', web),
    seed: { command: [], sha256 },
    others: [service('db', db), service('migrate')],
  }) as never

test('what a seed makes depends on itself, and on the image and the settings of each service', () => {
  const first = seedHash(launch())
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(seedHash(launch({ Memory: '3', config: { Labels: { version: '2' } } }))).toBe(first)
  const others = [
    ...[{ Image: '2' }, { config: { Env: ['A=1'] } }, { 'Env A': '1' }, { Cmd: '1' }, { 'File /a': '1' }],
  ].flatMap((one) => [launch(one), launch({}, one)])
  const keys = [...others, launch({}, {}, 'b')].map(seedHash)
  expect(new Set([...keys, first]).size).toBe(keys.length + 1)
})

test('without a seed there is nothing to decide', () => {
  expect(seedHash({ ...(service('web') as object), seed: undefined } as never)).toBeUndefined()
})
