import { expect, test } from 'vitest'
import {
  adaptedName,
  buildingName,
  imageName,
  tagOf,
  versionOfTag,
} from '../../../main/history/image-names.ts'
import type { ProjectKey, VersionId } from '../../../shared/ids.ts'

const KEY = 'shop-0123456789' as ProjectKey
const ID = 'abcdef012345'.padEnd(64, '0') as VersionId

test('the first service has the names of the version, and a further one its own behind them', () => {
  expect(imageName(KEY, ID)).toBe('pristine/shop-0123456789:abcdef012345')
  expect(tagOf('abcdef012345')).toBe('abcdef012345')
  expect(tagOf('abcdef012345', 'db')).toBe('abcdef012345.db')
  expect(tagOf('v12', 'my_db.2-x')).toBe('v12.my_db.2-x')
  expect(tagOf('known-good', 'db')).toBe('known-good.db')
})

test('a service with a long name has a tag, too, and no other service has it', () => {
  const [one, other] = ['a', 'b'].map((end) => tagOf('building-abcdef012345-10', `${'s'.repeat(200)}${end}`))
  for (const tag of [one, other]) expect(tag).toMatch(/^[\w][\w.-]{0,127}$/)
  expect(one).not.toBe(other)
  expect(tagOf('v1', 's'.repeat(96))).toBe(`v1.${'s'.repeat(96)}`)
})

test('a tag shows of which version it is', () => {
  expect(['abcdef012345', 'v7', 'abcdef012345.db', 'v7.db', 'v7.v8'].map(versionOfTag)).toEqual([
    'abcdef012345',
    'v7',
    'abcdef012345',
    'v7',
    'v7',
  ])
  expect(versionOfTag(adaptedName(KEY, ID, '0123456789ab').split(':')[1] ?? '')).toBe('abcdef012345')
  for (const tag of [
    'known-good',
    'known-good.db',
    'building-abcdef012345',
    'v',
    'v0',
    'abcdef0123456',
    'vx.db',
  ])
    expect(versionOfTag(tag)).toBeUndefined()
})

test('what a build begins with has another name than what any service is built as', () => {
  const names = [
    buildingName(KEY, ID),
    buildingName(KEY, ID, { base: 1 }),
    buildingName(KEY, ID, { service: 'db' }),
    buildingName(KEY, ID, { service: 'db-1' }),
    buildingName(KEY, ID, { service: 'db', base: 1 }),
  ]
  expect(new Set(names).size).toBe(names.length)
  expect(names.slice(0, 2)).toEqual([
    'pristine/shop-0123456789:building-abcdef012345',
    'pristine/shop-0123456789:building-abcdef012345-1',
  ])
})
