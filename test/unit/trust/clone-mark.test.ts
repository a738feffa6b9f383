import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readBranch } from '../../../main/git/branch.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { isMarkedClone, markClone } from '../../../main/trust/clone-mark.ts'

/** A folder with two repositories, `shop` and `lib`, that goes with the test. */
async function repositories() {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-mark-')))
  const git = (folder: string, ...args: string[]) =>
    execFileSync(
      'git',
      [
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        '-c',
        'protocol.file.allow=always',
        '-C',
        folder,
        ...args,
      ],
      { stdio: 'ignore' },
    )
  for (const name of ['shop', 'lib']) {
    await mkdir(path.join(root, name))
    git(path.join(root, name), 'init', '-q')
    git(path.join(root, name), 'commit', '-q', '--allow-empty', '-m', 'one')
  }
  const at = (...names: string[]) => path.join(root, ...names)
  return { at, git, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}

const isMarked = async (folder: string) => isMarkedClone(await openProject(folder))

test('what is opened of a marked clone is marked: folders, worktrees, submodules, and where it was moved', async () => {
  await using place = await repositories()
  const { at, git } = place
  await mkdir(at('shop', 'api'))
  git(at('shop'), 'submodule', 'add', '-q', at('lib'), 'sub')
  git(at('shop'), 'worktree', 'add', '-q', at('tree'))
  const all = [at('shop'), at('shop', 'api'), at('shop', 'sub'), at('tree')]
  expect(await Promise.all(all.map(isMarked))).toEqual([false, false, false, false])
  await markClone(at('shop'))
  expect(await Promise.all(all.map(isMarked))).toEqual([true, true, true, true])
  expect(await isMarked(at('lib'))).toBe(false)
  git(at('shop'), 'worktree', 'remove', '--force', at('tree'))
  await rename(at('shop'), at('moved'))
  expect(await isMarked(at('moved', 'api'))).toBe(true)
})

test('a folder without git is none', async () => {
  await using place = await repositories()
  await mkdir(place.at('plain'))
  expect(await isMarked(place.at('plain'))).toBe(false)
})

test('what code inside put in the place of git’s files is not waited for', async () => {
  await using place = await repositories()
  const { at } = place
  const pipe = (...names: string[]) => execFileSync('mkfifo', [at(...names)])
  pipe('shop', '.git', 'commondir')
  await rm(at('shop', '.git', 'HEAD'))
  pipe('shop', '.git', 'HEAD')
  await rm(at('lib', '.git', 'HEAD'))
  await symlink('/dev/zero', at('lib', '.git', 'HEAD'))
  expect(await isMarked(at('shop'))).toBe(false)
  await markClone(at('shop'))
  expect(await isMarked(at('shop'))).toBe(true)
  for (const name of ['shop', 'lib']) expect(await readBranch(await openProject(at(name)))).toBe(null)
})
