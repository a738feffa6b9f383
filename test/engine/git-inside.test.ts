import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { missingRepository } from '../../main/environment/missing-repository.ts'
import { gitRootOf } from '../../main/files/project-paths.ts'
import { openProject } from '../../main/store/open-project.ts'
import type { RunConfig } from '../../shared/definition.ts'
import { pristine } from './command.ts'
import { git } from './git.ts'
import { devcontainer, testProject } from './test-project.ts'

const GIT = 'node:24-bookworm'
const of = (mark: string, more: object = {}) =>
  devcontainer({ image: GIT, userEnvProbe: 'none', containerEnv: { INSIDE: mark }, ...more })
const SAID = 'Git does not work inside: shop-tax is a worktree or a submodule'

/** A repository with a worktree beside it, on a desk. */
async function worktree(mark: string) {
  const desk = await testProject({})
  const shop = path.join(desk.folder, 'shop')
  const tree = path.join(desk.folder, 'shop-tax')
  const write = async (definition: Record<string, string>, folder: string) => {
    for (const [name, text] of Object.entries(definition)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
      await writeFile(path.join(folder, name), text)
    }
  }
  await write(of(mark), shop)
  git(shop, 'init', '-q', '-b', 'main')
  git(shop, 'add', '.')
  git(shop, 'commit', '-qm', 'one')
  git(shop, 'worktree', 'add', '-q', '-b', 'tax', tree)
  return {
    desk,
    shop,
    tree,
    change: (definition: Record<string, string>) => write(definition, tree),
    async [Symbol.asyncDispose]() {
      for (const folder of [tree, shop]) {
        await desk.engine.remove(folder, { data: true, versions: true }, desk.run()).catch(() => {})
      }
      await desk[Symbol.asyncDispose]()
    },
  }
}

test('git in the environment of a worktree: that it does not work is reported once; mounted by a grant, it does', async () => {
  await using at = await worktree('worktree')
  const inTree = (...args: string[]) => pristine(at.desk, '-C', at.tree, ...args)
  const status = () => inTree('exec', '--', 'git', 'status', '--short', '--branch')
  expect(await inTree('up')).toMatchObject({ code: 0, stderr: expect.stringContaining(SAID) })
  expect(await status()).toMatchObject({ code: 128, stderr: expect.stringContaining('not a git repository') })
  expect((await inTree('up')).stderr).not.toContain('Git does not work')

  const repository = path.join(at.shop, '.git')
  await at.change(of('worktree', { mounts: [`source=${repository},target=${repository},type=bind`] }))
  const refused = await inTree('up', '--json')
  const { error } = JSON.parse(refused.stdout)
  expect(error).toMatchObject({
    code: 'not-trusted',
    data: { asked: [{ kind: 'folder', source: repository, target: repository, access: 'write' }] },
  })
  const up = await inTree('up', '--trust', error.data.fingerprint)
  expect(up).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Git does not work') })
  expect(await status()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^## tax\n/) })
})

test('a repository says nothing of that', async () => {
  await using at = await worktree('main')
  const up = await pristine(at.desk, '-C', at.shop, 'up')
  expect(up).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Git does not work') })
})

test('relative pointers are followed from where the folder is inside', async () => {
  await using at = await worktree('relative')
  const project = await openProject(at.tree)
  const bind = (source: string, target: string) => ({ kind: 'bind', source, target, readOnly: false })
  const run = (...mounts: object[]) =>
    ({ workspaceMount: bind(gitRootOf(project), '/workspaces/shop-tax'), mounts }) as unknown as RunConfig
  const repository = path.join(at.shop, '.git')
  expect(await missingRepository(project, run())).toBe(repository)
  expect(await missingRepository(project, run(bind(repository, repository)))).toBeUndefined()
  expect(await missingRepository(project, run(bind(repository, '/workspaces/shop/.git')))).toBe(repository)

  // As "git worktree add --relative-paths" writes it.
  const pointer = path.join(at.tree, '.git')
  const written = (await readFile(pointer, 'utf8')).replace(at.desk.folder, '..')
  await writeFile(pointer, written)
  expect(await missingRepository(project, run())).toBe(repository)
  expect(await missingRepository(project, run(bind(repository, '/workspaces/shop/.git')))).toBeUndefined()
  expect(await missingRepository(project, run(bind(at.desk.folder, '/workspaces')))).toBeUndefined()
  // Where the folder is no part of the environment, nobody looks for git.
  const without = { workspaceMount: null, mounts: [] } as unknown as RunConfig
  expect(await missingRepository(project, without)).toBeUndefined()
})

test.each(['.git', 'away/commondir'])('a pipe at %s is waited for by nobody', async (at) => {
  await using project = await testProject({
    ...of('pipe'),
    ...(at !== '.git' && { '.git': 'gitdir: away\n', 'away/HEAD': 'ref: refs/heads/main\n' }),
  })
  execFileSync('mkfifo', [path.join(project.folder, at)])
  const opened = await openProject(project.folder)
  const run = {
    workspaceMount: { kind: 'bind', source: project.folder, target: '/workspaces/pipe' },
    mounts: [],
  } as unknown as RunConfig
  expect(await missingRepository(opened, run)).toBeUndefined()
})
