import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runWithoutSettings } from '../../../main/git/without-repository-settings.ts'
import { openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { fork } from '../../../main/verbs/fork.ts'
import { scratch } from '../inputs/scratch.ts'

/** A repository `project` with a definition, whose `a.txt` goes through the filter `own` of whoever names one. */
async function repository() {
  const all = await scratch({
    'project/.devcontainer/devcontainer.json': '{ "image": "busybox:1.36" }',
    'project/a.txt': 'text\n',
    person: '[user]\n\tname = a\n\temail = a@example.org\n',
  })
  const env = {
    ...process.env,
    PRISTINE_HOME: all.at('home'),
    GIT_CONFIG_GLOBAL: all.at('person'),
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const folder = all.at('project')
  const git = (at: string, ...args: string[]) =>
    execFileSync('git', ['-C', at, ...args], { env, stdio: 'pipe' }).toString()
  git(folder, 'init', '-q', '-b', 'main')
  git(folder, 'add', '.')
  git(folder, 'commit', '-qm', 'one')
  await writeFile(path.join(folder, '.git/info/attributes'), '*.txt filter=own\n')
  const run = (args: string[], root = folder) =>
    runWithoutSettings(args, root, {
      ...{ env, cwd: root, protocols: [], interactive: false },
      signal: new AbortController().signal,
    })
  return { ...all, folder, env, git, run, [Symbol.asyncDispose]: () => all[Symbol.asyncDispose]() }
}

const STATUS = ['--no-optional-locks', 'status', '--porcelain']

test.for<[string, string]>([
  ['named in the settings', ''],
  ['included for worktrees', '[includeIf "gitdir:**/worktrees/**"]\n\tpath = more\n'],
  ['included for a branch', '[includeIf "onbranch:try"]\n\tpath = more\n'],
  ['included always', '[include]\n\tpath = more\n'],
])('no filter %s of a repository runs when its files are written or compared', async ([, include]) => {
  await using all = await repository()
  const { folder, env, git } = all
  const ran = all.at('ran')
  const filter = `[filter "own"]\n\tsmudge = "touch '${ran}'; cat"\n\tclean = "touch '${ran}'; cat"\n\trequired = true\n`
  if (include !== '') await writeFile(`${folder}/.git/more`, filter)
  await appendFile(`${folder}/.git/config`, include || filter)

  const forked = await fork(openHost(env), await openProject(folder), 'try', {}, silentRun())
  expect(await readFile(`${forked.path}/a.txt`, 'utf8')).toBe('text\n')
  expect(git(forked.path, 'branch', '--show-current')).toBe('try\n')
  // Of the same size, so that git has to read it.
  await utimes(`${forked.path}/a.txt`, 1, 1)
  expect(await all.run(STATUS, forked.path)).toMatchObject({ code: 0, stdout: '' })
  expect(existsSync(ran)).toBe(false)
  git(forked.path, 'status')
  expect(existsSync(ran)).toBe(true)
})

test('filters of the person run, and what only says how files are written counts', async () => {
  await using all = await repository()
  const { folder, git } = all
  await appendFile(all.at('person'), '[filter "own"]\n\tsmudge = sed s/text/filtered/\n\tclean = cat\n')
  git(folder, 'config', 'core.eol', 'crlf')
  await writeFile(`${folder}/.git/info/attributes`, '*.txt filter=own text\n')
  await rm(`${folder}/a.txt`)
  expect(await all.run(['checkout-index', '--all'])).toMatchObject({ code: 0 })
  expect(await readFile(`${folder}/a.txt`, 'utf8')).toBe('filtered\r\n')
})

test('it sees what git sees: the commit, what is staged, changed, new and ignored; with a split index, too', async () => {
  await using all = await repository()
  const { folder, git, run } = all
  const seen = async () => (await run(STATUS)).stdout
  expect(await seen()).toBe('')
  await all.write('project/staged.txt', '')
  await all.write('project/.git/info/exclude', '*.log\n')
  git(folder, 'update-index', '--split-index', '--add', 'staged.txt')
  await all.write('project/a.txt', 'more\n')
  await all.write('project/new.txt', '')
  await all.write('project/x.log', '')
  expect(await seen()).toBe(git(folder, ...STATUS))
  expect(await seen()).toBe(' M a.txt\nA  staged.txt\n?? new.txt\n')
})

test('a fork of a sparse working tree is sparse, of ids of the other kind, too', async () => {
  await using all = await scratch({ 'project/in/a': '', 'project/out/b': '', 'project/.git-none': '' })
  const folder = all.at('project')
  const env = { ...process.env, PRISTINE_HOME: all.at('home'), GIT_CONFIG_GLOBAL: '/dev/null' }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', folder, ...args], {
      env,
      stdio: 'pipe',
    })
  git('init', '-q', '--object-format=sha256')
  git('add', '.')
  git('commit', '-qm', 'one')
  git('sparse-checkout', 'set', 'in')
  const forked = await fork(openHost(env), await openProject(folder), 'try', {}, silentRun())
  expect([existsSync(`${forked.path}/in/a`), existsSync(`${forked.path}/out/b`)]).toEqual([true, false])
})

test('what git cannot answer is a failure, and no clean working tree; a worktree that cannot be filled goes again', async () => {
  await using all = await repository()
  const { folder, env, git, run } = all
  expect(await run(STATUS, all.path)).toMatchObject({ code: 128, stdout: '' })
  await appendFile(all.at('person'), '[filter "own"]\n\tsmudge = false\n\trequired = true\n')
  const failed = fork(openHost(env), await openProject(folder), 'try', {}, silentRun())
  await expect(failed).rejects.toMatchObject({ code: 'fork-failed', why: expect.stringContaining('own') })
  expect(existsSync(`${folder}-try`)).toBe(false)
  expect(git(folder, 'worktree', 'list').trim().split('\n')).toHaveLength(1)
  expect(git(folder, 'branch', '--format=%(refname:short)')).toBe('main\n')
})
