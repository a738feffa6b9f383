import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parseSource } from '../../../main/store/parse-source.ts'
import { ACCOUNT, startGitServer } from '../../rig/git-server.ts'
import { clonePlace } from './clone-place.ts'

const execute = promisify(execFile)
const FILES = { Dockerfile: 'FROM busybox:1.36\n', 'src/a.txt': 'a\n' }

test('a repository is cloned whole, with its steps, and put on the list', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', FILES)
  const result = await place.clone(server.url('shop'))
  const folder = path.join(place.projects, 'shop')
  expect(result).toEqual({ project: { path: folder, name: 'shop' }, existing: false, leftOut: null })
  expect(await readFile(path.join(folder, 'src/a.txt'), 'utf8')).toBe('a\n')
  expect(await place.left()).toEqual(['shop'])
  expect(await place.listed()).toEqual([folder])
  expect(place.events[0]).toMatchObject({ kind: 'step', name: 'Connect to 127.0.0.1', state: 'running' })
  expect(place.events).toContainEqual({
    kind: 'step',
    id: 'clone:receive',
    name: 'Receive objects',
    state: 'running',
    done: 5,
    total: 5,
    unit: 'objects',
    phase: 'fetch',
  })
  const states = new Map(
    place.events.flatMap((event) => (event.kind === 'step' ? [[event.id, event.state]] : [])),
  )
  expect([...new Set(states.values())]).toEqual(['done'])
  const { stdout } = await execute('git', ['-C', folder, 'status', '--short', '--branch'])
  expect(stdout).toBe('## main...origin/main\n')
})

test('a branch, a tag and a commit are checked out', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const commit = await server.repository('shop', FILES, { branches: ['tax/2027'], tags: ['v1.0'] })
  const head = async (name: string) => readFile(path.join(place.projects, name, '.git/HEAD'), 'utf8')
  await place.clone(`${server.url('shop')}#tax/2027`, { into: 'branch' })
  expect(await head('branch')).toBe('ref: refs/heads/tax/2027\n')
  await place.clone(`${server.url('shop')}#v1.0`, { into: 'tag' })
  expect(await head('tag')).toBe(`${commit}\n`)
  await place.clone(`${server.url('shop')}#${commit}`, { into: 'commit' })
  expect(await head('commit')).toBe(`${commit}\n`)
  expect(await readFile(path.join(place.projects, 'commit/src/a.txt'), 'utf8')).toBe('a\n')
})

test('a branch that is not there is reported with the names near to it', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', FILES, { branches: ['feature/tax', 'release'], tags: ['v1.0'] })
  await expect(place.clone(`${server.url('shop')}#relaese`)).rejects.toMatchObject({
    code: 'branch-missing',
    hint: 'Perhaps you mean "#release".',
    data: { near: ['release'] },
  })
  await expect(place.clone(`${server.url('shop')}#tax`)).rejects.toMatchObject({
    data: { near: ['feature/tax'] },
  })
  await expect(place.clone(`${server.url('shop')}#${'0'.repeat(40)}`)).rejects.toMatchObject({
    code: 'branch-missing',
    data: { near: [] },
  })
  expect(await place.left()).toEqual([])
  expect(await place.listed()).toEqual([])
})

test('cancelled in the middle of a slow answer, nothing is left, and nothing runs', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', { ...FILES, big: 'x'.repeat(100_000) })
  const controller = new AbortController()
  const cloning = place.clone(`${server.origin}/slow/shop.git`, {
    into: 'made/on/the-way',
    signal: controller.signal,
  })
  const outcome = cloning.catch((error: unknown) => error)
  await server.stalled
  expect(await place.left()).toEqual(['made'])
  expect(await place.listed()).toHaveLength(1)
  controller.abort()
  expect(await outcome).toMatchObject({ code: 'cancelled', exit: 130, hint: 'Nothing was left behind.' })
  expect(await place.left()).toEqual([])
  expect(await place.listed()).toEqual([])
  expect(await processesNaming(place.root)).toEqual([])
})

test('what a killed clone left is taken away by the next one to the same place', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', { ...FILES, big: 'x'.repeat(100_000) })
  const controller = new AbortController()
  const cloning = place.clone(`${server.origin}/slow/shop.git`, { signal: controller.signal })
  const outcome = cloning.catch((error: unknown) => error)
  await server.stalled
  const [beside = ''] = (await place.left()) ?? []
  expect(beside).toMatch(/^\.shop-[0-9a-f]{32}\.cloning$/)
  controller.abort()
  await outcome
  // As after a kill: what was there then is there again.
  await mkdir(path.join(place.projects, beside, 'objects'), { recursive: true })
  await place.clone(server.url('shop'))
  expect(await place.left()).toEqual(['shop'])
})

test('a clone of the same repository is opened as it is, by whatever address', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', FILES, { branches: ['other'] })
  await place.clone(server.url('shop'))
  await writeFile(path.join(place.projects, 'shop/mine.txt'), 'mine')
  const count = server.requests.length
  const again = await place.clone(`${server.origin}/shop#other`)
  expect(again).toMatchObject({ existing: true })
  expect(server.requests).toHaveLength(count)
  expect(place.told.join('\n')).toMatch(/is opened as it is[\s\S]*on main, not on other; "git switch other"/)
  expect(await readFile(path.join(place.projects, 'shop/mine.txt'), 'utf8')).toBe('mine')
  await expect(place.clone(server.url('another'), { into: 'shop' })).rejects.toMatchObject({
    code: 'destination-taken',
    why: `It is not a clone of ${server.url('another')}.`,
  })
  await writeFile(path.join(place.projects, 'file'), '')
  await expect(place.clone(server.url('shop'), { into: 'file' })).rejects.toMatchObject({
    code: 'destination-taken',
    why: 'It is a file.',
  })
  await mkdir(path.join(place.projects, 'empty'))
  expect(await place.clone(server.url('shop'), { into: 'empty' })).toMatchObject({ existing: false })
})

test('what can go wrong with a server is reported by name, and leaves nothing', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', FILES)
  const fails = async (address: string) => {
    const error: unknown = await place.clone(address).catch((error: unknown) => error)
    expect(await place.left()).toEqual([])
    expect(await place.listed()).toEqual([])
    return error
  }
  expect(await fails(server.url('none'))).toMatchObject({ code: 'repository-missing' })
  expect(await fails(`${server.origin}/broken/shop.git`)).toMatchObject({ code: 'git-unreachable' })
  expect(await fails('http://127.0.0.1:1/shop.git')).toMatchObject({ code: 'git-unreachable' })
  expect(await fails('https://no-such-host.invalid/shop.git')).toMatchObject({
    code: 'git-host-unknown',
    message: 'There is no host no-such-host.invalid.',
  })
  expect(await fails('git@no-such-host.invalid:shop.git')).toMatchObject({ code: 'git-host-unknown' })
  expect(await fails('ssh://git@127.0.0.1:1/shop.git')).toMatchObject({ code: 'git-unreachable' })
  expect(await fails(`${server.origin}/private/shop.git`)).toMatchObject({
    code: 'git-authentication',
    hint: expect.stringContaining(`git ls-remote ${server.origin}/private/shop.git`),
  })
})

test("a private repository is read by the person's credential helper, and its password is nowhere", async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', FILES)
  const helper = `!f() { echo username=${ACCOUNT.user}; echo password=${ACCOUNT.password}; }; f`
  await writeFile(path.join(place.root, '.gitconfig'), `[credential]\n\thelper = "${helper}"\n`)
  await place.clone(`${server.origin.replace('://', '://someone@')}/private/shop.git`)
  expect(place.told.join('\n')).toContain("user's name in the address is left out")
  const config = await readFile(path.join(place.projects, 'shop/.git/config'), 'utf8')
  expect(config).toContain(`url = ${server.origin}/private/shop.git`)
  await writeFile(
    path.join(place.root, '.gitconfig'),
    `[url "${server.origin.replace('://', `://${ACCOUNT.user}:${ACCOUNT.password}@`)}/gone/"]\n\tinsteadOf = ${server.origin}/private/\n`,
  )
  const error: unknown = await place.clone(`${server.origin}/private/shop.git`, { into: 'b' }).catch((e) => e)
  expect(error).toMatchObject({ code: 'repository-missing' })
  expect(JSON.stringify([error, place.events])).not.toContain(ACCOUNT.password)
  const { stdout } = await execute('grep', ['-r', ACCOUNT.password, place.env['PRISTINE_HOME'] ?? '']).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toBe('')
})

test('without git the remedy is exact, and a place that cannot be written is named', async () => {
  await using server = await startGitServer()
  await server.repository('shop', FILES)
  await using place = await clonePlace({ PATH: '/nowhere' })
  await expect(place.clone(server.url('shop'))).rejects.toMatchObject({
    code: 'git-missing',
    hint: expect.stringMatching(/Install/),
  })
  expect(await place.left()).toEqual([])
  await using other = await clonePlace()
  await expect(other.clone(server.url('shop'), { into: 'a\0b' })).rejects.toMatchObject({
    code: expect.any(String),
  })
  await writeFile(path.join(other.projects, 'file'), '')
  await expect(other.clone(server.url('shop'), { into: 'file/below' })).rejects.toMatchObject({
    code: 'destination-unwritable',
  })
})

test('two at once to one place: one gets an error that names the other', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', { ...FILES, big: 'x'.repeat(100_000) })
  const controller = new AbortController()
  const first = place.clone(`${server.origin}/slow/shop.git`, { signal: controller.signal }).catch((e) => e)
  await server.stalled
  await expect(place.clone(server.url('shop'))).rejects.toMatchObject({
    code: 'busy',
    data: { what: 'cloning shop' },
  })
  controller.abort()
  await first
})

test('nothing of a hostile repository runs, and what it links to stays outside', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const canary = path.join(place.root, 'ran')
  const program = `#!/bin/sh\ntouch ${canary}\n`
  // The person's own template would install a hook; a filter that a repository names is none of theirs.
  const template = path.join(place.root, 'template/hooks')
  await mkdir(template, { recursive: true })
  await writeFile(path.join(template, 'post-checkout'), program, { mode: 0o755 })
  await writeFile(
    path.join(place.root, '.gitconfig'),
    `[init]\n\ttemplateDir = ${path.dirname(template)}\n[core]\n\thooksPath = ${template}\n`,
  )
  await server.repository(
    'evil',
    {
      '.gitattributes': '* filter=evil\n',
      '.githooks/post-checkout': program,
      '.gitmodules': [
        '[submodule "a"]\n\tpath = a\n\turl = ext::sh -c "touch ran"\n',
        `[submodule "b"]\n\tpath = b\n\turl = file://${place.root}\n\tupdate = !touch ran\n`,
      ].join(''),
      'Shop.txt': 'upper',
      'shop.txt': 'lower',
    },
    { links: { outside: '/etc', '.vscode': '../..' } },
  )
  const { leftOut } = await place.clone(server.url('evil'))
  await expect(stat(canary)).rejects.toMatchObject({ code: 'ENOENT' })
  const folder = path.join(place.projects, 'evil')
  expect(await readdir(path.join(folder, '.git'))).not.toContain('hooks')
  expect(await readdir(path.join(folder, '.git'))).not.toContain('modules')
  expect(leftOut).toEqual({ submodules: ['a', 'b'], largeFiles: 0 })
})

test.each(['.git', 'GIT~1', '.gitmodules'])('a link in the place of %s is not written', async (name) => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('evil', FILES, { links: { [name]: place.root } })
  const error: unknown = await place.clone(server.url('evil')).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'clone-failed', why: expect.stringContaining('invalid path') })
  expect(await place.left()).toEqual([])
})

test("only what the address is of is spoken, whatever the person's settings turn it into", async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  await server.repository('shop', FILES)
  const canary = path.join(place.root, 'ran')
  await writeFile(
    path.join(place.root, '.gitconfig'),
    `[url "ext::touch ${canary} "]\n\tinsteadOf = https://example.org/\n[protocol "ext"]\n\tallow = always\n`,
  )
  await expect(place.clone('https://example.org/shop.git')).rejects.toMatchObject({
    code: 'clone-refused',
    why: expect.stringContaining('"ext"'),
  })
  await expect(stat(canary)).rejects.toMatchObject({ code: 'ENOENT' })
})

test("ssh is the person's own, and is configured not to ask", async () => {
  await using place = await clonePlace()
  const recorded = path.join(place.root, 'recorded')
  const ssh = path.join(place.root, 'my-ssh')
  await writeFile(
    ssh,
    `#!/bin/sh\necho "$@" > ${recorded}\necho "Permission denied (publickey)." >&2\nexit 255\n`,
    {
      mode: 0o755,
    },
  )
  place.env['GIT_SSH_COMMAND'] = ssh
  await expect(place.clone('git@example.org:ada/shop.git')).rejects.toMatchObject({
    code: 'git-authentication',
    hint: expect.stringContaining('ssh -T git@example.org'),
  })
  expect(await readFile(recorded, 'utf8')).toMatch(/^(?:-G )?.*-o BatchMode=yes .*git@example\.org/)
  delete place.env['GIT_SSH_COMMAND']
  await writeFile(path.join(place.root, '.gitconfig'), `[core]\n\tsshCommand = ${ssh} -v\n`)
  await expect(place.clone('git@example.org:ada/shop.git')).rejects.toMatchObject({
    code: 'git-authentication',
  })
  expect(await readFile(recorded, 'utf8')).toMatch(/-v .*-o BatchMode=yes/)
})

test('an address of a folder with a password in it is named without it', () => {
  expect(() => parseSource('https://ada:canary@example.org/shop')).toThrow(
    /^https:\/\/example\.org\/shop is not/,
  )
})

/** The processes of this computer whose command line names something. */
async function processesNaming(text: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((line) => line.includes(text)).map((line) => line.replaceAll('\0', ' '))
}
