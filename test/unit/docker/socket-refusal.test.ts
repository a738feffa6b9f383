import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { socketRefusal } from '../../../main/docker/connection/socket-refusal.ts'
import { describeRefusal, type SocketRefusal } from '../../../shared/engine-state.ts'
import { productError } from '../../../shared/errors.ts'

const ADA = { name: 'ada', uid: 64_001, gids: [64_001] }
const BOB = 64_002
/** A group that every Linux has, and no person is in. */
const GROUP = 'daemon'
const OF_ROOT = 'sockets of other people can be made by root alone'
const root = process.platform === 'linux' && process.getuid?.() === 0

let folder: string
let gid: number
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-socket-'))
  await chmod(folder, 0o755)
  gid = Number(new RegExp(`^${GROUP}:[^:]*:(\\d+)`, 'm').exec(await readFile('/etc/group', 'utf8'))?.[1])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A socket that nobody needs to answer at, as it would be on disk. */
async function socket(name: string, uid: number, group: number, mode: number) {
  const at = path.join(folder, name)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(at, resolve))
  await chown(at, uid, group)
  await chmod(at, mode)
  return { at, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) }
}

test.skipIf(!root).each<[string, number, () => number, number, object | null]>([
  ['of a group', 0, () => gid, 0o660, { kind: 'group', group: GROUP, member: false }],
  ["of root's group", 0, () => 0, 0o660, { kind: 'owner', owner: 'root', group: 'root', mode: '660' }],
  ['of root alone', 0, () => gid, 0o600, { kind: 'owner', owner: 'root', group: GROUP, mode: '600' }],
  ['that its group may only read', 0, () => gid, 0o640, { kind: 'owner', owner: 'root', mode: '640' }],
  ['of somebody without a name', BOB, () => BOB, 0o600, { kind: 'owner', owner: String(BOB) }],
  ['of the person', ADA.uid, () => 0, 0o600, null],
  ["of the person's group", 0, () => ADA.uid, 0o660, null],
  ['of everybody', 0, () => 0, 0o666, null],
])(`${root ? '' : `skipped, because ${OF_ROOT}: `}a socket %s`, async (name, uid, group, mode, expected) => {
  await using made = await socket(name, uid, group(), mode)
  const refusal = await socketRefusal(made.at, ADA)
  if (expected === null) expect(refusal).toBeNull()
  else expect(refusal).toMatchObject({ path: made.at, ...expected })
})

test.skipIf(!root)(
  `${root ? '' : `skipped, because ${OF_ROOT}: `}a folder on the way tells before the socket does`,
  async () => {
    await mkdir(path.join(folder, 'run'), { mode: 0o700 })
    await using made = await socket('run/docker.sock', 0, 0, 0o666)
    expect(await socketRefusal(made.at, ADA)).toMatchObject({
      kind: 'owner',
      path: path.dirname(made.at),
      owner: 'root',
      mode: '700',
    })
  },
)

test('where nothing is, and where no modes are, nothing is reported', async () => {
  expect(await socketRefusal(path.join(folder, 'nowhere/docker.sock'), ADA)).toBeNull()
  expect(await socketRefusal('//./pipe/docker_engine'.slice(2), ADA)).toBeNull()
})

test.each<[SocketRefusal, string, string]>([
  [
    { kind: 'group', path: '/s', group: 'engines', member: false },
    '/s lets in the group engines, in which you are not',
    'Add yourself to the group ("sudo usermod -aG engines $USER"), then log in again.',
  ],
  [
    { kind: 'group', path: '/s', group: 'docker', member: true },
    '/s lets in the group docker, in which you are, but not in this login yet',
    'Log in again, or run "newgrp docker" in this terminal.',
  ],
  [
    { kind: 'owner', path: '/run/user/1001', owner: 'bob', group: 'bob', mode: '700' },
    '/run/user/1001 lets in bob alone (mode 700)',
    'Run "pristine doctor": it shows which engines there are, and what can be done.',
  ],
])('%j is told, and what to do', (refusal, why, hint) => {
  const error = productError('engine-forbidden', { address: 'unix:///s', refusal })
  expect([describeRefusal(refusal), error.why, error.hint]).toEqual([why, `${why}.`, hint])
})

test.skipIf(!root)('somebody whom the system has no name for is named by number', async () => {
  const source = new URL('../../../main/docker/connection/socket-refusal.ts', import.meta.url).pathname
  // Becomes that user only then: the folders of Node and of this checkout may be closed to others.
  const script = `const { userName } = await import(${JSON.stringify(source)})
    process.setgid(54_321)
    process.setuid(54_321)
    console.log(userName())`
  const given = { env: {}, cwd: '/' }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], given)
  expect(stdout).toBe('54321\n')
})
