import { existsSync, writeFileSync } from 'node:fs'
import { appendFile, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openHome } from '../../main/store/home.ts'
import { openProject } from '../../main/store/open-project.ts'
import type { OperationEvent } from '../../shared/operation.ts'
import { startGitServer } from '../rig/git-server.ts'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { thingsOf } from './docker.ts'
import { git } from './git.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

async function repository(): Promise<TestProject> {
  const project = await testProject(
    devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { FORK: '1' } }),
  )
  await project.up()
  git(project.folder, 'init', '-q', '-b', 'main')
  git(project.folder, 'add', '.')
  git(project.folder, 'commit', '-qm', 'one')
  return project
}

test('a fork is a worktree with an environment of its own, and goes as a whole; the branch stays', async () => {
  await using project = await repository()
  await project.write({ 'left.txt': 'not committed' })
  const { code, stdout, stderr } = await pristine(project, 'fork', 'try/this')
  expect(stderr).toContain('Uncommitted changes in project are not in its fork.')
  expect(code).toBe(0)
  const folder = `${project.folder}-try-this`
  expect(stdout).toContain('project-try-this: started v1')
  expect(git(folder, 'branch', '--show-current')).toBe('try/this\n')
  const list = JSON.parse((await pristine(project, 'list', '--json')).stdout).projects
  expect(list).toMatchObject([
    { name: 'project', branch: 'main', state: 'ready' },
    { name: 'project-try-this', branch: 'try/this', state: 'ready' },
  ])

  await writeFile(path.join(folder, 'work.txt'), 'precious')
  // New files are work whatever git is told to show.
  git(project.folder, 'config', 'status.showUntrackedFiles', 'no')
  const refused = await pristine(project, '-C', folder, 'rm', '--worktree', '--json')
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'fork-failed', why: expect.stringContaining('?? work.txt') },
  })
  expect(existsSync(folder)).toBe(true)
  git(folder, 'add', '.')
  git(folder, 'commit', '-qm', 'work')
  const removed = JSON.parse((await pristine(project, '-C', folder, 'rm', '--worktree', '--json')).stdout)
  expect(removed.removed.containers).toHaveLength(1)
  expect(existsSync(folder)).toBe(false)
  expect(git(project.folder, 'log', '--format=%s', '-1', 'try/this')).toBe('work\n')
  expect((await thingsOf(await project.key())).tags).not.toEqual([])

  // The branch is there by now, and is taken as it is, whatever the project's own definition is like.
  await project.write({ '.devcontainer/devcontainer.json': '{' })
  const again = await pristine(project, 'fork', 'try/this')
  expect(again.stderr).toContain(
    'The definition of project cannot be used as it is: .devcontainer/devcontainer',
  )
  expect(again.code).toBe(0)
  expect(existsSync(path.join(folder, 'work.txt'))).toBe(true)
  expect((await pristine(project, '-C', folder, 'rm', '--worktree')).code).toBe(0)
})

test.each([
  ['a folder without git', undefined, 'x', 'is in no git repository'],
  ['a name that is none', 'git', 'a..b', 'That is not a branch name'],
  ['a name that looks like an option', 'git', '--', 'That is not a branch name'],
  ['the branch that is checked out', 'git', 'main', 'main'],
])('%s is told', async (_, kind, branch, why) => {
  await using project =
    kind === 'git' ? await repository() : await testProject(devcontainer({ image: 'busybox:1.36' }))
  const failed = project.engine.fork(project.folder, branch, {}, project.run())
  await expect(failed).rejects.toMatchObject({ code: 'fork-failed', why: expect.stringContaining(why) })
})

testEven(
  'a branch may be called anything that git takes: its fork stands beside the project, and goes',
  async () => {
    await using project = await repository()
    // What code inside could write: of a program of the repository nothing runs on this computer, whenever git would use it.
    const ran = path.join(project.folder, '.git', 'ran')
    const filter = `[filter "own"]\n\tsmudge = "touch '${ran}'; cat"\n\tclean = "touch '${ran}'; cat"\n`
    await writeFile(path.join(project.folder, '.git/in-worktrees'), filter)
    await appendFile(
      path.join(project.folder, '.git/config'),
      '[includeIf "gitdir:**/worktrees/**"]\n\tpath = in-worktrees\n',
    )
    await writeFile(path.join(project.folder, '.git/info/attributes'), '* filter=own\n')
    for (const [branch, name] of [
      ['project-evil', 'project-project-evil'],
      ['größe/日本', 'project-größe-日本'],
      ["it's;$(id)`id`", 'project-it-s-id-id-'],
      ['-evil'.repeat(2).slice(1), 'project-evil-evil'],
    ] as const) {
      const { path: folder } = await project.engine.fork(project.folder, branch, {}, project.run())
      expect(folder).toBe(path.join(path.dirname(project.folder), name))
      expect(git(folder, 'branch', '--show-current')).toBe(`${branch}\n`)
      // Git has to read it to know that it is unchanged.
      await utimes(path.join(folder, '.devcontainer/devcontainer.json'), 1, 1)
      await project.engine.removeFork(folder, project.run())
      expect(existsSync(folder)).toBe(false)
    }
    expect(existsSync(ran)).toBe(false)
  },
)

test('a fork begins with the data of its project, which both go on with for themselves', async () => {
  const seed = 'echo seeded >/data/rows'
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      mounts: ['source=data,target=/data,type=volume'],
      customizations: { pristine: { data: { seed } } },
    }),
  )
  await project.up()
  git(project.folder, 'init', '-q', '-b', 'main')
  git(project.folder, 'add', '.')
  git(project.folder, 'commit', '-qm', 'one')
  await project.exec('echo mine >>/data/rows')
  const forked = await pristine(project, 'fork', 'try', '--data')
  expect(forked.stderr).not.toContain('data.seed: ')
  expect(forked.code).toBe(0)
  const folder = `${project.folder}-try`
  const inFork = async (command: string) =>
    (await pristine(project, '-C', folder, 'exec', '--', 'sh', '-c', command)).stdout
  expect(await inFork('cat /data/rows; echo fork >>/data/rows')).toBe('seeded\nmine\n')
  expect((await project.exec('cat /data/rows; echo more >>/data/rows')).stdout).toBe('seeded\nmine\n')
  expect(await inFork('cat /data/rows')).toBe('seeded\nmine\nfork\n')
  expect(await project.engine.snapshots(project.folder)).toMatchObject([
    { name: 'for-fork', origin: 'fork' },
    { name: 'seed' },
  ])

  // What the fork needs stays, also without a container of it, until it goes itself.
  const { engine } = project
  await engine.remove(folder, { data: false, versions: false }, project.run())
  for (const { name } of await engine.snapshots(project.folder))
    await engine.deleteSnapshot(project.folder, name, project.run())
  await engine.remove(project.folder, { data: true, versions: false }, project.run())
  const key = await project.key()
  expect((await thingsOf(key)).volumes).not.toEqual([])
  // The project itself begins anew, and writes to nothing that the fork has.
  await project.up()
  expect((await project.exec('cat /data/rows; echo anew >>/data/rows')).stdout).toBe('seeded\n')
  await engine.remove(project.folder, { data: true, versions: false }, project.run())
  expect((await pristine(project, '-C', folder, 'up')).code).toBe(0)
  expect(await inFork('cat /data/rows')).toBe('seeded\nmine\nfork\n')
  // The fork has what the seed made, too.
  expect((await pristine(project, '-C', folder, 'reset', '--data')).stderr).not.toContain('data.seed: ')
  expect(await inFork('cat /data/rows')).toBe('seeded\n')
  const named = await pristine(project, '-C', folder, 'fork', 'again', '--data', 'before-seed')
  expect(named.code).toBe(0)
  const again = `${folder}-again`
  const { stdout } = await pristine(project, '-C', again, 'exec', '--', 'cat', '/data/rows')
  expect(stdout).toBe('seeded\nmine\nfork\n')
  for (const one of [folder, again])
    expect((await pristine(project, '-C', one, 'rm', '--worktree')).code).toBe(0)
  expect((await thingsOf(key)).volumes).toEqual([])
  await expect(engine.fork(project.folder, 'none', { data: null }, project.run())).rejects.toMatchObject({
    code: 'data-none',
  })
})

test('a fork has its data whole, while nobody else writes to either, or leaves nothing behind', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      mounts: ['source=data,target=/data,type=volume'],
    }),
  )
  const { engine, folder } = project
  const { environment } = await project.up()
  git(folder, 'init', '-q', '-b', 'main')
  git(folder, 'add', '.')
  git(folder, 'commit', '-qm', 'one')
  await project.exec('echo mine >/data/rows')
  const fork = (branch: string, data: string | null) => engine.fork(folder, branch, { data }, project.run())
  const untouched = async () => {
    expect((await project.status()).environment).toEqual(environment)
    expect(await engine.snapshots(folder)).toEqual([])
    expect(await readdir(path.dirname(folder))).toEqual(['home', 'project'])
    expect(git(folder, 'branch', '--format=%(refname:short)')).toBe('main\n')
    expect(git(folder, 'worktree', 'list').trim().split('\n')).toHaveLength(1)
    expect(await engine.list()).toHaveLength(1)
  }
  // The worktree cannot be made.
  await expect(fork('main', null)).rejects.toMatchObject({ code: 'fork-failed' })
  await untouched()
  await expect(fork('try', 'none')).rejects.toMatchObject({ code: 'snapshot-unknown' })
  await untouched()
  // The fork's own record of an earlier time cannot be read.
  const forkFolder = `${folder}-try`
  await mkdir(forkFolder)
  const home = openHome(project.env)
  const { key } = await openProject(forkFolder, home)
  await rm(forkFolder, { recursive: true })
  await mkdir(home.project(key), { recursive: true })
  const record = path.join(home.project(key), 'data.json')
  await writeFile(record, '{')
  await expect(fork('try', null)).rejects.toMatchObject({ code: 'data-record-unreadable' })
  await untouched()
  await rm(record)
  // Whoever works there already loses nothing.
  const cancelled = new AbortController()
  const report = (event: OperationEvent) => {
    project.events.push(event)
    if (!existsSync(forkFolder) || cancelled.signal.aborted) return
    writeFileSync(path.join(forkFolder, 'work.txt'), 'precious')
    cancelled.abort()
  }
  await expect(
    engine.fork(folder, 'try', { data: null }, { signal: cancelled.signal, report }),
  ).rejects.toMatchObject({ code: 'cancelled' })
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: expect.stringContaining(`${forkFolder} was not removed`),
  })
  git(folder, 'worktree', 'remove', '--force', forkFolder)
  git(folder, 'branch', '-D', 'try')
  await engine.settled()

  // Both are locked while the data of the one becomes the other's.
  let others: Promise<unknown>[] = []
  await engine.fork(
    folder,
    'try',
    { data: null },
    {
      ...project.run(),
      report: ({ kind }) => {
        if (kind === 'step' && others.length === 0)
          others = [folder, forkFolder].map((one) =>
            engine.stop(one, project.run()).catch((error: { code: string }) => error.code),
          )
      },
    },
  )
  expect(await Promise.all(others)).toEqual(['busy', 'busy'])
  await engine.up(forkFolder, { frozen: false }, project.run())
  expect((await pristine(project, '-C', forkFolder, 'exec', '--', 'cat', '/data/rows')).stdout).toBe('mine\n')
  await engine.removeFork(forkFolder, project.run())
})

test('what is no fork is not removed', async () => {
  await using project = await repository()
  const failed = project.engine.removeFork(project.folder, project.run())
  await expect(failed).rejects.toMatchObject({ code: 'fork-failed' })
  expect(existsSync(project.folder)).toBe(true)
  expect(await project.status()).toMatchObject({ state: 'ready' })
})

testOdd(
  'of a clone that nobody trusts nothing is made; trusted in the same command, it goes without a trace',
  async () => {
    await using server = await startGitServer()
    await using desk = await testProject({})
    const files = devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      containerEnv: { FORK: 'clone' },
    })
    await server.repository('shop', files)
    const shop = path.join(desk.folder, 'shop')
    await using _ended = {
      [Symbol.asyncDispose]: async () => {
        await desk.engine.remove(shop, { data: true, versions: true }, desk.run()).catch(() => {})
      },
    }
    await pristine(desk, 'up', server.url('shop'))
    const refused = await pristine(desk, '-C', shop, 'fork', 'try', '--json')
    const { error } = JSON.parse(refused.stdout)
    expect({ code: refused.code, error }).toMatchObject({
      code: 7,
      error: { code: 'not-trusted', data: { name: 'shop' } },
    })
    expect(await readdir(desk.folder)).toEqual(['shop'])
    expect(git(shop, 'branch', '--format=%(refname:short)')).toBe('main\n')
    expect(await desk.engine.list()).toHaveLength(1)

    const folder = `${shop}-try`
    const forked = await pristine(desk, '-C', shop, 'fork', 'try', '--trust', error.data.fingerprint)
    expect(forked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('shop-try: built and running v1'),
    })
    const { key } = await openProject(folder)
    expect((await pristine(desk, '-C', folder, 'rm', '--worktree')).code).toBe(0)
    expect(await readdir(desk.folder)).toEqual(['shop'])
    expect(git(shop, 'worktree', 'list').trim().split('\n')).toHaveLength(1)
    expect(await thingsOf(key)).toEqual({ containers: [], tags: [], volumes: [] })
    const known = await readdir(openHome(desk.env).project(key))
    expect(known.filter((name) => /trust|shown|refused|project\.json/.test(name))).toEqual([])
  },
)
