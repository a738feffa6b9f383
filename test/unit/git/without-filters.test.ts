import { execFileSync } from 'node:child_process'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { withoutFilters } from '../../../main/git/without-filters.ts'
import { scratch } from '../inputs/scratch.ts'

test('a working tree is made without the filters of a repository, and with those of the person', async () => {
  await using all = await scratch({ 'project/a.txt': 'text\n', 'project/b.own': 'text\n' })
  const folder = all.at('project')
  await writeFile(all.at('person'), '[filter "own"]\n\tsmudge = sed s/text/filtered/\n\tclean = cat\n')
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: all.at('person'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'user.name',
    GIT_CONFIG_VALUE_0: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  }
  const git = (variables: Record<string, string>, ...args: string[]) =>
    execFileSync('git', args, { cwd: folder, env: { ...env, ...variables }, stdio: 'pipe' })
  git({}, 'init', '-q')
  git({}, 'add', '.')
  git({}, 'commit', '-qm', 'one')
  await appendFile(
    `${folder}/.git/config`,
    '[filter "x=y.z"]\n\tsmudge = sed s/text/EVIL/\n\tprocess = false\n\trequired = true\n',
  )
  await writeFile(`${folder}/.git/info/attributes`, '*.txt filter=x=y.z\n*.own filter=own\n')

  git(await withoutFilters(folder, env), 'worktree', 'add', '-q', '-b', 'try', all.at('try'))
  expect(await readFile(all.at('try/a.txt'), 'utf8')).toBe('text\n')
  expect(await readFile(all.at('try/b.own'), 'utf8')).toBe('filtered\n')
  // Without it the repository's filter runs, and fails.
  expect(() => git({}, 'worktree', 'add', '-q', '-b', 'other', all.at('other'))).toThrow()
})

test('nothing is added where no repository names a filter', async () => {
  await using all = await scratch({ 'project/a.txt': '' })
  execFileSync('git', ['init', '-q'], { cwd: all.at('project') })
  expect(await withoutFilters(all.at('project'), process.env)).toEqual({})
  expect(await withoutFilters(all.path, process.env)).toEqual({})
})
