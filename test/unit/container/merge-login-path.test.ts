import { expect, test } from 'vitest'
import { keepPath } from '../../../main/container/merge-login-path.ts'

const OWN = '/opt/tool/bin:/usr/bin:/bin'
const PROFILE = ['"/usr/local/sbin:/usr/bin:/bin"', '"/usr/bin:/bin:/usr/games";']

test("the container's own folders take the place of those that /etc/profile sets", () => {
  expect(keepPath('/usr/bin:/bin:/usr/games', OWN, PROFILE)).toBe(OWN)
  expect(keepPath('/usr/local/sbin:/usr/bin:/bin', OWN, PROFILE)).toBe(OWN)
})

test('what the start-up files put before and after stays', () => {
  const found = '/home/me/bin:/usr/bin:/bin:/usr/games:/last'
  expect(keepPath(found, OWN, PROFILE)).toBe(`/home/me/bin:${OWN}:/last`)
})

test('a PATH that /etc/profile did not set is left alone', () => {
  expect(keepPath(`/home/me/bin:${OWN}`, OWN, PROFILE)).toBe(`/home/me/bin:${OWN}`)
  expect(keepPath('/only/mine', OWN, PROFILE)).toBe('/only/mine')
  expect(keepPath('/usr/bin:/bin', OWN, [])).toBe('/usr/bin:/bin')
})

test("own folders that begin or end like the profile's are not put in twice", () => {
  const own = '/opt/bin:/usr/bin:/bin:/usr/games'
  expect(keepPath(`${own}:/last`, own, PROFILE)).toBe(`${own}:/last`)
  expect(keepPath('/usr/bin:/bin:/usr/games', '/usr/bin:/bin', PROFILE)).toBe('/usr/bin:/bin')
})

test('without own folders there is nothing to put in', () => {
  expect(keepPath('/usr/bin:/bin:/usr/games', '', PROFILE)).toBe('/usr/bin:/bin:/usr/games')
})
