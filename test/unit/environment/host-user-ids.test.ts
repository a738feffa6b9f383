import { describe, expect, it } from 'vitest'
import { hostUserIds } from '../../../main/environment/image/host-user-ids.ts'

const ROOT = { uid: 0, gid: 0 }
const PERSON = { uid: 1000, gid: 1000 }
const COLLEAGUE = { uid: 1001, gid: 1001 }

describe('the ids of the user of commands', () => {
  it.each([
    ['a person, in their own folder', PERSON, PERSON, true, PERSON],
    ["a person, in a colleague's folder", PERSON, COLLEAGUE, true, PERSON],
    ["a person, in root's folder", PERSON, ROOT, true, PERSON],
    ['a person whose workspace is a volume, with another bind mount', PERSON, undefined, true, PERSON],
    ['a person, without a bind mount', PERSON, undefined, false, undefined],
    ["root, in a person's folder", ROOT, PERSON, true, PERSON],
    ["root, in root's folder", ROOT, ROOT, true, undefined],
    ['root whose workspace is a volume, with another bind mount', ROOT, undefined, true, undefined],
    ['root, without a bind mount', ROOT, undefined, false, undefined],
  ])('for %s', (_, process, workspaceOwner, hasBind, ids) => {
    expect(hostUserIds({ process, workspaceOwner, hasBind })).toEqual(ids)
  })
})
