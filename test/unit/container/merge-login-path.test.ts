import { expect, test } from 'vitest'
import { mergeLoginPath } from '../../../main/container/launch/merge-login-path.ts'

const OWN = '/opt/tool/bin:/usr/bin:/bin'
const PROFILE = ['"/usr/local/sbin:/usr/bin:/bin"', '"/usr/bin:/bin:/usr/games";']

test("the container's own folders take the place of those that /etc/profile sets", () => {
  expect(mergeLoginPath('/usr/bin:/bin:/usr/games', OWN, PROFILE)).toBe(OWN)
  expect(mergeLoginPath('/usr/local/sbin:/usr/bin:/bin', OWN, PROFILE)).toBe(OWN)
})

test('what the start-up files put before and after stays', () => {
  const found = '/home/me/bin:/usr/bin:/bin:/usr/games:/last'
  expect(mergeLoginPath(found, OWN, PROFILE)).toBe(`/home/me/bin:${OWN}:/last`)
})

test('a PATH that /etc/profile did not set is left alone', () => {
  expect(mergeLoginPath(`/home/me/bin:${OWN}`, OWN, PROFILE)).toBe(`/home/me/bin:${OWN}`)
  expect(mergeLoginPath('/only/mine', OWN, PROFILE)).toBe('/only/mine')
  expect(mergeLoginPath('/usr/bin:/bin', OWN, [])).toBe('/usr/bin:/bin')
})

test("own folders that begin or end like the profile's are not put in twice", () => {
  const own = '/opt/bin:/usr/bin:/bin:/usr/games'
  expect(mergeLoginPath(`${own}:/last`, own, PROFILE)).toBe(`${own}:/last`)
  expect(mergeLoginPath('/usr/bin:/bin:/usr/games', '/usr/bin:/bin', PROFILE)).toBe('/usr/bin:/bin')
})

test('without own folders there is nothing to put in', () => {
  expect(mergeLoginPath('/usr/bin:/bin:/usr/games', '', PROFILE)).toBe('/usr/bin:/bin:/usr/games')
})
