import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, utimes, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/quiet-run.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { fork, removeFork } from '../../../main/verbs/fork.ts'
import { scratch } from '../inputs/scratch.ts'

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
