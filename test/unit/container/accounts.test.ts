import { describe, expect, it } from 'vitest'
import { accountsIn, changeIds, namedUser } from '../../../main/container/launch/accounts.ts'

const PASSWD = [
  'root:x:0:0:root:/root:/bin/sh',
  'dev:x:1000:1000:Ada,,,:/home/dev:/bin/bash',
  'developer:x:1001:1001::/home/developer:/bin/sh',
  'app:x:1500:0::/app:/bin/sh',
  '',
].join('\n')
const GROUP = ['root:x:0:', 'users:x:100:', 'dev:x:1000:', 'developer:x:1001:dev', ''].join('\n')
const change = (user: string, uid: number, gid: number, passwd = PASSWD) =>
  changeIds({ passwd, group: GROUP }, user, { uid, gid })

describe('accounts', () => {
  it('are the lines of /etc/passwd that are whole', () => {
    expect(accountsIn('a:x:1:2::/a:/bin/sh\n\n# no account\nb:x:b:2::/b:\n')).toEqual([
      { name: 'a', uid: 1, gid: 2, home: '/a' },
    ])
  })

  it('are named by a user, with or without a group, and not by a number', () => {
    expect(['dev', 'dev:users', '1000', '1000:1000', '', undefined].map(namedUser)).toEqual([
      'dev',
      'dev',
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a user', () => {
  it('gets other ids, in its own line and in that of its group alone', () => {
    expect(change('dev', 3337, 3338)).toEqual({
      user: 'dev',
      from: { uid: 1000, gid: 1000 },
      to: { uid: 3337, gid: 3338 },
      home: '/home/dev',
      passwd: PASSWD.replace('dev:x:1000:1000:', 'dev:x:3337:3338:'),
      group: GROUP.replace('dev:x:1000:', 'dev:x:3338:'),
    })
  })

  it('keeps its group where the number is taken, and gets the other number', () => {
    const changed = change('dev', 3337, 100)
    expect(changed?.to).toEqual({ uid: 3337, gid: 1000 })
    expect(changed?.group).toBe(GROUP)
  })

  it("keeps root's group, which is no group of its own", () => {
    expect(change('app', 3337, 3337)).toMatchObject({ to: { uid: 3337, gid: 0 }, group: GROUP })
  })

  it('gets another group alone', () => {
    expect(change('dev', 1000, 3338)?.to).toEqual({ uid: 1000, gid: 3338 })
  })

  it.each([
    ['has them already', 'dev', 1000, 1000],
    ['wants the number of another', 'dev', 1001, 3337],
    ['wants the number of root', 'dev', 0, 0],
    ['is root', 'root', 3337, 3337],
    ['is not there', 'ghost', 3337, 3337],
    ['has another group that is taken, and its own number', 'dev', 1000, 100],
  ])('that %s stays as it is', (_, user, uid, gid) => {
    expect(change(user, uid, gid)).toBeUndefined()
  })

  it('stays as it is in a file that could not be read as it is', () => {
    expect(change('dev', 3337, 3337, PASSWD.replace('Ada', '\ufffd'))).toBeUndefined()
  })
})
