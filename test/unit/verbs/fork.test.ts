import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { addFork, removeMade } from '../../../main/git/fork-worktree.ts'
import { removeWorktree, whyKept } from '../../../main/git/worktree.ts'
import { openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { openProject, type Project } from '../../../main/store/open-project.ts'
import { fork, removeFork } from '../../../main/verbs/fork.ts'
import { scratch } from '../inputs/scratch.ts'

/** A repository `shop` with a definition and one commit, and how to fork it. */
async function repository() {
  const all = await scratch({
    'shop/.devcontainer/devcontainer.json': '{ "image": "busybox:1.36" }',
    person: '[user]\n\tname = a\n\temail = a@example.org\n',
    'victim/kept': 'kept',
  })
  const env = {
    ...process.env,
    PRISTINE_HOME: all.at('home'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: all.at('person'),
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', all.at('shop'), ...args], { env, stdio: 'pipe' }).toString()
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  const host = openHost(env)
  return {
    ...{ ...all, git, host },
    forked: async (branch: string) => fork(host, await openProject(all.at('shop')), branch, {}, silentRun()),
    entry: ({ path: folder }: Project) => ({
      common: all.at('shop/.git'),
      id: path.basename(folder),
      folder,
    }),
    worktrees: () => git('worktree', 'list').trim().split('\n').length,
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  }
}

test('a fork is what git makes: branch, worktree and index; what git refuses is refused', async () => {
  await using all = await repository()
  const { git, at, forked } = all
  const made = await forked('a/new')
  expect(git('-C', made.path, 'status', '--porcelain', '--branch')).toBe('## a/new\n')
  git('-C', made.path, 'commit', '-q', '--allow-empty', '-m', 'two')
  expect(git('rev-parse', 'a/new')).toBe(git('-C', made.path, 'rev-parse', 'HEAD'))
  git('fsck', '--strict')
  git('branch', 'there')
  git('pack-refs', '--all')
  expect(git('-C', (await forked('there')).path, 'branch', '--show-current')).toBe('there\n')
  const refusals: [string, RegExp][] = [
    ['there', /shop-there is a worktree already/],
    ['main', /branch main is in use at .*shop\.$/],
    ['a', /a branch a\/new/],
    ['there/too', /a branch there,/],
    ['@{-1}', /not a branch name/],
    ['..', /not a branch name/],
  ]
  for (const [branch, why] of refusals)
    await expect(forked(branch)).rejects.toMatchObject({
      code: 'fork-failed',
      why: expect.stringMatching(why),
    })
  await all.write('shop-full/file', '')
  await expect(forked('full')).rejects.toMatchObject({
    why: expect.stringContaining('shop-full is there already'),
  })
  expect(existsSync(at('shop-full/file'))).toBe(true)
  git('checkout', '-q', '-b', 'topic')
  git('commit', '-q', '--allow-empty', '-m', 'two')
  git('commit', '-q', '--allow-empty', '-m', 'three')
  const unfinished = { why: expect.stringContaining('A rebase or bisect of topic is not finished') }
  git('-c', 'sequence.editor=sed -i s/^pick/edit/', 'rebase', '-q', '--keep-empty', '-i', 'HEAD~1')
  await expect(forked('topic')).rejects.toMatchObject(unfinished)
  git('rebase', '--abort')
  git('bisect', 'start', 'HEAD', 'HEAD~2')
  await expect(forked('topic')).rejects.toMatchObject(unfinished)
  git('bisect', 'reset')
  git('checkout', '-q', 'main')
  expect(git('-C', (await forked('topic')).path, 'branch', '--show-current')).toBe('topic\n')
  await all.folder('shop/.git/reftable')
  await expect(forked('refs')).rejects.toMatchObject({ why: expect.stringContaining('reftable') })
  expect(git('branch', '--format=%(refname:short)')).toBe('a/new\nmain\nthere\ntopic\n')
  expect(all.worktrees()).toBe(4)
})

test('a fork that is taken back leaves no branch, even if its worktree cannot be removed whole', async () => {
  await using all = await repository()
  const { signal } = silentRun()
  const options = { env: all.host.env, cwd: all.at('shop'), signal, protocols: [], interactive: false }
  const made = await addFork(all.at('shop'), { folder: all.at('shop-try'), branch: 'try' }, options)
  // As "git worktree prune" does it at the same moment.
  await rm(all.at('shop/.git/worktrees/shop-try'), { recursive: true })
  await expect(removeMade(made)).rejects.toMatchObject({ code: 'fork-failed' })
  expect(all.git('branch', '--format=%(refname:short)')).toBe('main\n')
  expect(existsSync(all.at('shop-try'))).toBe(false)
})

test('a fork runs no hook that the settings of the repository name', async ({ skip }) => {
  await using all = await repository()
  const { git, at } = all
  const events = ['reference-transaction', 'post-checkout', 'post-index-change']
  const hook = `[hook "x"]\n\tcommand = "touch '${at('ran')}'; true"\n${events.map((one) => `\tevent = ${one}\n`).join('')}`
  await appendFile(at('shop/.git/config'), hook)
  await removeWorktree(all.entry(await all.forked('try')))
  expect([existsSync(at('ran')), existsSync(at('shop-try')), all.worktrees()]).toEqual([false, false, 1])
  git('branch', 'other')
  skip(!existsSync(at('ran')), `${git('--version').trim()} runs no hooks that settings name`)
})

test.each(['refs/heads', 'refs/heads/in', 'worktrees', 'logs/refs/heads'])(
  'a fork writes nothing through a link in the place of %s',
  async (name) => {
    await using all = await repository()
    const { at } = all
    all.git('pack-refs', '--all')
    await rm(at(`shop/.git/${name}`), { recursive: true, force: true })
    await all.link(`shop/.git/${name}`, at('victim'))
    const made = all.forked('in/try')
    if (name.startsWith('logs')) expect((await made).name).toBe('shop-in-try')
    else
      await expect(made).rejects.toMatchObject({ code: 'fork-failed', why: expect.stringContaining('link') })
    expect(await readdir(at('victim'))).toEqual(['kept'])
    expect(existsSync(at('shop-in-try'))).toBe(name.startsWith('logs'))
  },
)

test('removing a fork removes nothing through a link, and nothing that another worktree needs', async () => {
  await using all = await repository()
  const { at, git } = all
  const [one, other] = [all.entry(await all.forked('one')), all.entry(await all.forked('other'))]
  expect(whyKept(one)).toBe(undefined)
  // As the file ".git" of one could say.
  expect(whyKept({ ...one, id: other.id })).toContain('does not know it')
  git('worktree', 'lock', other.folder)
  expect(whyKept(other)).toContain('locked')
  await all.link('shop/.git/worktrees/shop-one/logs', at('victim'))
  await removeWorktree(one)
  expect([existsSync(at('shop-one')), await readdir(at('victim')), all.worktrees()]).toEqual([
    false,
    ['kept'],
    2,
  ])
  await rename(at('shop/.git/worktrees'), at('moved'))
  await all.link('shop/.git/worktrees', at('moved'))
  await expect(removeWorktree(other)).rejects.toMatchObject({ code: 'ELOOP' })
  expect(await readdir(at('moved'))).toEqual(['shop-other'])
})

const isRoot = process.getuid?.() === 0

// What is mounted cannot be removed, as files of another user cannot.
test.skipIf(!isRoot)('a worktree that cannot be removed whole is forgotten all the same', async () => {
  await using all = await repository()
  const made = await all.forked('try')
  await all.folder('shop-try/busy')
  execFileSync('mount', ['-t', 'tmpfs', 'none', all.at('shop-try/busy')])
  try {
    await expect(removeWorktree(all.entry(made))).rejects.toMatchObject({ code: 'EBUSY' })
    expect(all.worktrees()).toBe(1)
    expect(all.git('checkout', '-q', 'try')).toBe('')
  } finally {
    execFileSync('umount', [all.at('shop-try/busy')])
  }
})

test('no filter runs that the settings of a submodule name; git removes no worktree with one', async () => {
  await using all = await scratch({
    'shop/.devcontainer/devcontainer.json': '{ "image": "busybox:1.36" }',
    'shop/sub/a.txt': 'one\n',
    'shop/sub/.gitattributes': '* filter=own\n',
  })
  const [shop, sub, ran] = [all.at('shop'), all.at('shop/sub'), all.at('ran')]
  const env = {
    ...process.env,
    PRISTINE_HOME: all.at('home'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: all.at('person'),
  }
  await writeFile(all.at('person'), '[user]\n\tname = a\n\temail = a@example.org\n')
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], { env, stdio: 'pipe' }).toString()
  for (const folder of [sub, shop]) {
    git(folder, 'init', '-q', '-b', 'main')
    git(folder, 'add', '.')
    git(folder, 'commit', '-qm', 'one')
  }
  await appendFile(`${sub}/.git/config`, `[filter "own"]\n\tclean = "touch ${ran}; cat"\n`)
  // Of the same length, so that git has to read it.
  await writeFile(`${sub}/a.txt`, 'two\n')
  await utimes(`${sub}/a.txt`, 1, 1)

  const host = openHost(env)
  const forked = await fork(host, await openProject(shop), 'try', {}, silentRun())
  expect(existsSync(`${shop}-try/.devcontainer/devcontainer.json`)).toBe(true)
  await expect(removeFork(host, forked, silentRun())).rejects.toMatchObject({
    code: 'fork-failed',
    why: expect.stringContaining('It has submodules'),
  })
  expect(existsSync(ran)).toBe(false)
  git(shop, 'status')
  expect(existsSync(ran)).toBe(true)
})
