import { expect, test } from 'vitest'
import { ancestors } from '../../../main/container/start/chown-mounts.ts'
import { parseWriteAccess, placeOutside } from '../../../main/container/start/write-access.ts'

test('of a repository that is mounted whole, the folder to be given to a user is the project', () => {
  const mount = { source: '/home/me/repo', target: '/workspaces/repo' }
  expect(placeOutside(mount, '/workspaces/repo/shop')).toBe('/home/me/repo/shop')
  expect(placeOutside(mount, '/workspaces/repo')).toBe('/home/me/repo')
  expect(placeOutside(mount, '/elsewhere')).toBe('/home/me/repo')
})

test('what a look inside printed shows whose the closed folders are', () => {
  const text = '1000 1000\n1 drwxr-xr-x    3 3337     100           4096 Nov 29 10:00 /work\n3 \n'
  expect(parseWriteAccess(text, ['/work', '/open', '/gone'])).toEqual({
    uid: 1000,
    gid: 1000,
    unwritable: [{ path: '/work', mode: '755', owner: '3337:100' }, { path: '/gone' }],
  })
  const sticky = parseWriteAccess('1 2\n1 drwxrws--T+ 2 0 5 40 Nov 29 10:00 /t\n', ['/t'])
  expect(sticky?.unwritable).toEqual([{ path: '/t', mode: '770', owner: '0:5' }])
  expect(parseWriteAccess('', ['/work'])).toBeUndefined()
  const at = (line: string) => parseWriteAccess(`1000 1000 /home/the dev\n${line}`, ['/t'])?.unwritableHome
  const listed = 'drwxr-xr-x 2 0 0 40 Nov 29 10:00 /home/the dev\n'
  const home = { path: '/home/the dev', missing: false }
  expect(at(`home ${listed}`)).toEqual({ ...home, mode: '755', owner: '0:0' })
  expect(at('home \n')).toEqual(home)
  expect(at('missing\n')).toEqual({ ...home, missing: true })
  expect(at(`1 ${listed}`)).toBeUndefined()
})

test('the folders above a place do not hold the root', () => {
  expect(ancestors('/home/dev/.cache/tool')).toEqual(['/home', '/home/dev', '/home/dev/.cache'])
  expect(ancestors('/data')).toEqual([])
})
