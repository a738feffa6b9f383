import { once } from 'node:events'
import { readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { ACCOUNT, startGitServer } from '../rig/git-server.ts'
import { halves } from '../sample.ts'
import { finish, pristine, start } from './command.ts'
import { git } from './git.ts'
import { hasTerminal, onTerminal } from './on-terminal.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** A folder to clone into; what is cloned is removed with it. */
async function desk() {
  const project = await testProject({})
  const folder = path.join(project.folder, 'shop')
  return {
    project,
    folder,
    left: () => readdir(project.folder),
    async [Symbol.asyncDispose]() {
      await project.engine.remove(folder, { data: true, versions: true }, project.run()).catch(() => {})
      await project[Symbol.asyncDispose]()
    },
  }
}

const shop = (mark: string) =>
  devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { MARK: mark } })

/** The fingerprint under which a command was refused. */
async function refused({ code, stdout }: { code: number | null; stdout: string }): Promise<string> {
  const { error } = JSON.parse(stdout) as { error: { code: string; data: { fingerprint: string } } }
  expect([code, error.code]).toEqual([7, 'not-trusted'])
  return error.data.fingerprint
}

test('one command, from a git URL to a running environment, once it is trusted', async () => {
  await using server = await startGitServer()
  await using at = await desk()
  await server.repository('shop', shop('clone-up'), { branches: ['tax'] })
  const url = `${server.url('shop')}#tax`
  const first = await pristine(at.project, 'up', url, '--json')
  expect(first.stderr).toMatch(/✓ Connect to 127\.0\.0\.1[\s\S]*✓ Receive objects/)
  const fingerprint = await refused(first)
  // Looking is no starting: it says how the clone stands, and that it waits.
  const looked = await pristine(at.project, '-C', at.folder, 'status')
  expect(looked).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('It is not trusted: "pristine trust" shows'),
  })
  expect(JSON.parse((await pristine(at.project, '-C', at.folder, 'status', '--json')).stdout)).toMatchObject({
    trusted: false,
    state: 'absent',
  })
  const second = await pristine(at.project, 'up', url, '--trust', fingerprint)
  expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining('is opened as it is') })
  expect(second.stdout).toContain('shop: built and running v1')
  expect((await pristine(at.project, '-C', at.folder, 'status')).stdout).not.toContain('not trusted')
  expect(JSON.parse((await pristine(at.project, '-C', at.folder, 'verify', '--json')).stdout).trusted).toBe(
    true,
  )
  await pristine(at.project, '-C', at.folder, 'trust', '--revoke')
  const verified = await pristine(at.project, '-C', at.folder, 'verify')
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('It is not trusted') })
  await pristine(at.project, 'up', url, '--trust', fingerprint)
  const third = await pristine(at.project, 'up', url, '--json')
  expect(JSON.parse(third.stdout)).toMatchObject({ project: { path: at.folder }, action: 'none' })

  // The same definition in another place: its fingerprint is known, and one command does it all.
  await rm(at.folder, { recursive: true })
  const again = await pristine(at.project, 'up', url, '--trust', fingerprint)
  expect(again.code).toBe(0)
  expect(again.stderr).toContain('Receive objects')
  expect(await at.left()).toEqual(['shop'])
})

testEven('a clone stays a stranger wherever it is moved, in its folders and in its worktrees', async () => {
  await using server = await startGitServer()
  await using at = await desk()
  const inner = Object.entries(shop('clone-inner')).map(([file, text]) => [`api/${file}`, text] as const)
  await server.repository('shop', { ...shop('clone-moved'), ...Object.fromEntries(inner) })
  const fingerprint = await refused(await pristine(at.project, 'up', server.url('shop'), '--json'))
  await refused(await pristine(at.project, '-C', path.join(at.folder, 'api'), 'up', '--json'))
  const tree = path.join(at.project.folder, 'tree')
  git(at.folder, 'worktree', 'add', '-q', tree)
  await refused(await pristine(at.project, '-C', tree, 'up', '--json'))
  git(at.folder, 'worktree', 'remove', '--force', tree)

  // Trusted where it is, and asked for where it goes.
  expect((await pristine(at.project, '-C', at.folder, 'up', '--trust', fingerprint)).code).toBe(0)
  await pristine(at.project, '-C', at.folder, 'rm', '--data', '--versions')
  const moved = path.join(at.project.folder, 'moved')
  await rename(at.folder, moved)
  await refused(await pristine(at.project, '-C', moved, 'up', '--json'))
})

test.skipIf(!hasTerminal)(
  'on a terminal git asks for what it needs, and the clone is trusted in the same command',
  async () => {
    await using server = await startGitServer()
    await using at = await desk()
    await server.repository('shop', shop('clone-terminal'))
    const { code, stdout } = await onTerminal(
      at.project,
      ['up', `${server.origin}/private/shop.git`],
      [
        ['Username for', `${ACCOUNT.user}\\r`],
        ['Password for', `${ACCOUNT.password}\\r`],
        ['Grant this? [y/N]', 'y\\r'],
      ],
      { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    )
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('built and running') })
    expect(stdout).not.toContain(ACCOUNT.password)
  },
)

testOdd('submodules are fetched once the clone is trusted, and are there for the build', async () => {
  await using server = await startGitServer()
  await using at = await desk()
  const lib = await server.repository('lib', { 'lib.txt': 'from the submodule\n' })
  const files = {
    '.devcontainer/devcontainer.json': JSON.stringify({
      build: { dockerfile: '../Dockerfile', context: '..' },
      userEnvProbe: 'none',
    }),
    Dockerfile: 'FROM busybox:1.36\nCOPY lib/lib.txt /clone-submodule.txt\n',
    '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib.git\n',
  }
  await server.repository('shop', files, { submodules: { lib } })
  const fingerprint = await refused(await pristine(at.project, 'up', server.url('shop'), '--json'))
  const said = 'Fetched once it is trusted: 1 submodule (lib)'
  for (const args of [['up'], ['trust'], ['trust', '--show']]) {
    const { stdout, stderr } = await pristine(at.project, '-C', at.folder, ...args)
    expect(stdout + stderr).toContain(said)
  }
  const shown = await pristine(at.project, '-C', at.folder, 'trust', '--show', '--json')
  expect(JSON.parse(shown.stdout)).toMatchObject({ leftOut: { submodules: ['lib'], largeFiles: 0 } })
  if (hasTerminal) {
    const asked = await onTerminal(at.project, ['-C', at.folder, 'up'], [['[y/N]', 'n\\r']])
    expect(asked).toMatchObject({ code: 7, stdout: expect.stringContaining(said) })
  }
  expect(server.requests.some((request) => request.includes('lib.git'))).toBe(false)
  const up = await pristine(at.project, 'up', server.url('shop'), '--trust', fingerprint)
  expect(up).toMatchObject({ code: 0, stderr: expect.stringContaining('✓ Fetch submodule lib') })
  const { stdout } = await pristine(at.project, '-C', at.folder, 'exec', '--', 'cat', '/clone-submodule.txt')
  expect(stdout).toBe('from the submodule\n')
  const after = await pristine(at.project, '-C', at.folder, 'trust', '--show')
  expect(after.stdout).not.toContain('Fetched once')
})

test('Ctrl-C in the middle of a clone leaves nothing; a kill leaves what the next clone takes away', async () => {
  await using at = await desk()
  for (const [signal, left] of [
    ['SIGINT', []],
    ['SIGKILL', [expect.stringMatching(/^\.shop-[0-9a-f]{32}\.cloning$/)]],
  ] as const) {
    await using server = await startGitServer()
    await server.repository('shop', { ...shop('clone-killed'), big: 'x'.repeat(100_000) })
    const child = start(at.project, ['up', `${server.origin}/slow/shop.git`])
    const exit = once(child, 'exit')
    const finished = finish(child)
    await server.stalled
    child.kill(signal)
    await exit
    expect(await at.left()).toEqual(left)
    if (signal === 'SIGINT') {
      expect(await finished).toMatchObject({
        code: 130,
        stderr: expect.stringContaining('Nothing was left behind.'),
      })
    }
  }
  await using server = await startGitServer()
  await server.repository('shop', shop('clone-killed'))
  await refused(await pristine(at.project, 'up', server.url('shop'), '--json'))
  expect(await at.left()).toEqual(['shop'])
})

test('once a project of a clone ran, nothing is fetched for another one', async () => {
  await using server = await startGitServer()
  await using at = await desk()
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  const app = Object.entries(shop('clone-app')).map(([name, text]) => [`app/${name}`, text])
  const gitmodules = `[submodule "lib"]\n\tpath = lib\n\turl = ${server.url('lib')}\n`
  const files = { ...shop('clone-root'), ...Object.fromEntries(app), '.gitmodules': gitmodules }
  await server.repository('shop', files, { submodules: { lib } })
  await refused(await pristine(at.project, 'up', server.url('shop'), '--json'))
  const up = async (folder: string) => {
    const fingerprint = await refused(await pristine(at.project, '-C', folder, 'up', '--json'))
    return pristine(at.project, '-C', folder, 'up', '--trust', fingerprint)
  }
  const inner = path.join(at.folder, 'app')
  try {
    expect((await up(inner)).code).toBe(0)
    const root = await up(at.folder)
    expect(root).toMatchObject({ code: 0, stderr: expect.stringContaining('still lacks the submodules lib') })
    expect(await readdir(path.join(at.folder, 'lib'))).toEqual([])
  } finally {
    await at.project.engine.remove(inner, { data: true, versions: true }, at.project.run())
  }
})

test('where it is cloned can be chosen, and what cannot be is reported with its exit code', async () => {
  await using server = await startGitServer()
  await using at = await desk()
  await server.repository('shop', shop('clone-into'))
  const wrong = await pristine(at.project, 'up', 'https://ada:canary@example.org/shop', '--json')
  expect(wrong.code).toBe(2)
  expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'clone-refused' } })
  expect(wrong.stdout + wrong.stderr).not.toContain('canary')
  const planned = await pristine(at.project, 'up', '--plan', server.url('shop'))
  expect(planned).toMatchObject({ code: 2, stderr: expect.stringContaining('--plan only looks') })
  const folder = await pristine(at.project, 'up', '.', '--into', 'x')
  expect(folder).toMatchObject({ code: 2, stderr: expect.stringContaining('--into goes with a git URL') })
  const private_ = await pristine(at.project, 'up', `${server.origin}/private/shop.git`)
  expect(private_).toMatchObject({ code: 1, stderr: expect.stringContaining('You may not read') })
  expect(await at.left()).toEqual([])
  await refused(await pristine(at.project, 'up', server.url('shop'), '--into', 'other', '--json'))
  expect(await at.left()).toEqual(['other'])
  const taken = await pristine(at.project, 'up', server.url('another'), '--into', 'other')
  expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') })
})
