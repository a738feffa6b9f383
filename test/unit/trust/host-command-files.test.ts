import { execFileSync, spawn } from 'node:child_process'
import { appendFile, chmod, cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { type HostCommandFiles, projectFiles, touchedFiles } from '../../../main/trust/host-command-files.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

/* What a granted command on this computer may run of a project. */

const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
}

const git = (folder: string, ...args: string[]) => execFileSync('git', args, { cwd: folder, env })

async function filesOf(all: Scratch, folder = all.at('project')): Promise<HostCommandFiles> {
  const home = openHome({ PRISTINE_HOME: all.at('home') })
  const host = { home, env }
  return projectFiles(host, await openProject(folder), new AbortController().signal)
}

const pipe = (file: string) => execFileSync('mkfifo', [file])

async function pipeBeside(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}/a.log`, '')
  pipe(`${folder}/GNUmakefile`)
}

/** A path whose last part is no UTF-8. */
const undecodable = (folder: string, name = 'z.sh') =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff]), Buffer.from(name)])

const mkfifo = async (file: Buffer) =>
  execFileSync('sh', ['-c', 'mkfifo "$(printf "$0")"', file.toString('latin1').replace('\xff', '\\377')])

async function linkBeside(folder: string): Promise<void> {
  await symlink('evil.sh', undecodable(folder))
  await writeFile(`${folder}/evil.sh`, '')
}

const names = async (all: Scratch) =>
  [...(await filesOf(all)).files.keys()].filter((name) => !/^\.git\//.test(name))

async function repository(): Promise<Scratch> {
  const all = await scratch({
    'project/tools/x.sh': 'echo 1',
    'project/.gitignore': 'node_modules\n*.log\n',
    'project/node_modules/left/index.js': '',
    'project/a.log': '',
    'project/pristine.lock': '{}',
  })
  const folder = all.at('project')
  git(folder, 'init', '-q')
  git(folder, 'add', '.')
  git(folder, 'commit', '-qm', 'first')
  return all
}

test('is what git does not ignore, tracked or not, without the own lock', async () => {
  await using all = await repository()
  await all.write('project/new', '')
  await all.link('project/to', 'tools/x.sh')
  expect(await names(all)).toEqual(['.gitignore', 'new', 'to', 'tools/x.sh'])
  const before = await filesOf(all)
  expect((await filesOf(all)).sha256).toBe(before.sha256)
  await all.write('project/pristine.lock', '{ }')
  await all.write('project/a.log', 'more')
  await all.write('project/node_modules/left/index.js', 'more')
  expect((await filesOf(all)).sha256).toBe(before.sha256)
})

test.for<[string, (folder: string) => Promise<unknown>]>([
  ['a content', (folder) => appendFile(`${folder}/tools/x.sh`, '2')],
  ['the right to be run', (folder) => chmod(`${folder}/tools/x.sh`, 0o755)],
  ['a new file', (folder) => writeFile(`${folder}/Makefile`, '')],
  ['a name', (folder) => rename(`${folder}/tools/x.sh`, `${folder}/tools/y.sh`)],
  ['a file that is gone', (folder) => rm(`${folder}/tools/x.sh`)],
  ['what is ignored', (folder) => writeFile(`${folder}/.gitignore`, 'tools')],
  ['what is ignored, in git’s own folder', (folder) => writeFile(`${folder}/.git/info/exclude`, 'Makefile')],
  ['a file that git forgot and ignores', async (folder) => git(folder, 'rm', '-q', '--cached', 'tools/x.sh')],
  ['a hook of git', (folder) => writeFile(`${folder}/.git/hooks/post-checkout`, '')],
  [
    'what a hook of git runs',
    async (folder) => {
      await mkdir(`${folder}/.git/hooks/pre-commit.d/deep`, { recursive: true })
      await writeFile(`${folder}/.git/hooks/pre-commit.d/deep/x.sh`, '')
    },
  ],
  [
    'a folder in that of git',
    async (folder) => {
      await mkdir(`${folder}/.git/own-hooks`)
      await writeFile(`${folder}/.git/own-hooks/pre-commit`, '')
    },
  ],
  ['a setting of git', (folder) => appendFile(`${folder}/.git/config`, '[core]\nsshCommand = x\n')],
  ['the settings of a submodule', (folder) => appendFile(`${folder}/.git/modules/a/b/config`, 'x')],
  [
    'a link',
    async (folder) => {
      await rm(`${folder}/link`)
      await symlink('b', `${folder}/link`)
    },
  ],
  ['a file of a repository in it', (folder) => appendFile(`${folder}/nested/file`, 'x')],
  ['an ignore file that ignores itself', (folder) => writeFile(`${folder}/tools/.gitignore`, '*\n')],
  [
    'a new folder that ignores itself',
    async (folder) => {
      await mkdir(`${folder}/hidden`)
      await writeFile(`${folder}/hidden/.gitignore`, '*\n')
    },
  ],
  ['another place of what worktrees share', (folder) => writeFile(`${folder}/.git/commondir`, '../x')],
  ['a file with the name of a lock', (folder) => writeFile(`${folder}/tools/pristine.lock`, 'echo 1')],
  ['a repository in the place of a folder', async (folder) => git(`${folder}/tools`, 'init', '-q')],
  ['a pipe', async (folder) => pipe(`${folder}/tools/GNUmakefile`)],
  ['a pipe that hides itself from git in a new folder', (folder) => pipeBeside(`${folder}/new/deep`)],
  ['a pipe in a submodule that git does not have', (folder) => pipeBeside(`${folder}/module`)],
  ['a pipe in the place of settings', async (folder) => pipe(`${folder}/.git/config.worktree`)],
  ['a pipe in a folder of git', async (folder) => pipe(`${folder}/.git/hooks/post-checkout`)],
])('%s makes it another', async ([_, change]) => {
  await using all = await repository()
  const folder = all.at('project')
  await all.link('project/link', 'a')
  await all.write('project/nested/file', '')
  git(all.at('project/nested'), 'init', '-q')
  await all.write('project/.git/modules/a/b/HEAD', '')
  await all.write('project/.git/modules/a/b/config', '')
  git(folder, 'update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},module`)
  await mkdir(`${folder}/module`)
  if (_ === 'a file that git forgot and ignores') await all.write('project/.git/info/exclude', 'tools')
  const before = await filesOf(all)
  await change(folder)
  expect((await filesOf(all)).sha256).not.toBe(before.sha256)
})

test('what a pipe gives is not known: written again, it is another', async () => {
  await using all = await repository()
  const file = all.at('project/GNUmakefile')
  pipe(file)
  const before = await filesOf(all)
  expect(before.files.get('GNUmakefile')).toBeDefined()
  expect((await filesOf(all)).sha256).toBe(before.sha256)
  execFileSync('sh', ['-c', `cat "$0" > /dev/null & echo x > "$0"; wait`, file])
  expect((await filesOf(all)).sha256).not.toBe(before.sha256)
})

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a folder that may be entered and not listed counts by itself, and asks again for what is new in it',
  async () => {
    await using all = await repository()
    const before = await filesOf(all)
    await chmod(all.at('project/tools'), 0o311)
    const closed = await filesOf(all)
    expect(touchedFiles(before, closed)).toEqual(['tools/'])
    await all.write('project/tools/GNUmakefile', '')
    expect((await filesOf(all)).sha256).not.toBe(closed.sha256)
    await chmod(all.at('project/tools'), 0o755)
  },
)

test('a pipe in the place of settings that are included counts, also while something writes it', async () => {
  await using all = await repository()
  await appendFile(all.at('project/.git/config'), '[include]\n\tpath = x.lock\n')
  const before = await filesOf(all)
  const file = all.at('project/.git/x.lock')
  pipe(file)
  const writer = spawn('sh', ['-c', 'while :; do echo > "$0"; sleep 0.1; done', file], { detached: true })
  try {
    expect(touchedFiles(before, await filesOf(all))).toContain('.git/x.lock')
  } finally {
    process.kill(-(writer.pid ?? 0), 'SIGKILL')
  }
})

test('pipes in folders that git ignores, and those that it ignores by name, do not count', async () => {
  await using all = await repository()
  const before = await filesOf(all)
  await pipeBeside(all.at('project/node_modules/left'))
  pipe(all.at('project/tools/x.log'))
  expect((await filesOf(all)).sha256).toBe(before.sha256)
})

test.skipIf(process.platform !== 'linux').for<[string, (folder: string) => Promise<unknown>]>([
  ['a new file', (folder) => writeFile(undecodable(`${folder}/tools`), '')],
  ['a file in a new folder', (folder) => writeFile(undecodable(`${folder}/new`), '')],
  ['another content', (folder) => writeFile(undecodable(`${folder}/known`), 'echo 2')],
  ['another file that looks the same', (folder) => writeFile(undecodable(`${folder}/known`, '\xfez.sh'), '')],
  [
    'a new file in a folder of such a name',
    (folder) => writeFile(undecodable(`${folder}/known`, 'd/new'), ''),
  ],
  ['a pipe in a folder of such a name', (folder) => mkfifo(undecodable(`${folder}/known`, 'd/x'))],
  ['a link beside a new file', (folder) => linkBeside(`${folder}/new`)],
  ['a link beside a new file, in a folder of git', (folder) => linkBeside(`${folder}/.git/own-hooks`)],
  ['what settings include', (folder) => writeFile(undecodable(`${folder}/.git/objects`), 'x')],
])('a name that is no UTF-8 counts: %s', async ([, change]) => {
  await using all = await repository()
  const folder = all.at('project')
  for (const name of ['known', 'new', '.git/own-hooks']) await mkdir(`${folder}/${name}`)
  await writeFile(undecodable(`${folder}/known`), 'echo 1')
  await mkdir(undecodable(`${folder}/known`, 'd'))
  await writeFile(undecodable(`${folder}/known`, 'd/x.sh'), 'echo 1')
  await appendFile(
    `${folder}/.git/config`,
    Buffer.concat([Buffer.from('[include]\n\tpath = '), undecodable('objects'), Buffer.from('\n')]),
  )
  git(folder, 'add', 'known')
  const before = await filesOf(all)
  expect((await filesOf(all)).sha256).toBe(before.sha256)
  await change(folder)
  const after = await filesOf(all)
  expect(after.sha256).not.toBe(before.sha256)
  expect(touchedFiles(before, after)).toEqual(
    expect.arrayContaining([expect.stringMatching(/\ufffd|own-hooks\/evil|new\/evil/)]),
  )
})

/* What code inside prepares is noticed once; what it writes there afterwards must be, too. */
test.for<[string, string, (folder: string) => Promise<unknown>]>([
  [
    'a submodule whose HEAD is a link',
    '.git/modules/a/config',
    async (folder) => {
      await mkdir(`${folder}/.git/modules/a`, { recursive: true })
      await symlink('refs/heads/main', `${folder}/.git/modules/a/HEAD`)
    },
  ],
  [
    'a submodule whose HEAD is a pipe',
    '.git/modules/a/config',
    async (folder) => {
      await mkdir(`${folder}/.git/modules/a`, { recursive: true })
      execFileSync('mkfifo', [`${folder}/.git/modules/a/HEAD`])
    },
  ],
  [
    'a repository behind a link',
    'node_modules/git/config',
    async (folder) => {
      await rename(`${folder}/.git`, `${folder}/node_modules/git`)
      await symlink('node_modules/git', `${folder}/.git`)
    },
  ],
  [
    'a repository that a file names',
    'node_modules/git/config',
    async (folder) => git(folder, 'init', '-q', '--separate-git-dir=node_modules/git'),
  ],
  [
    'settings that worktrees share',
    'node_modules/git/config',
    async (folder) => {
      await cp(`${folder}/.git`, `${folder}/node_modules/git`, { recursive: true })
      await writeFile(`${folder}/.git/commondir`, '../node_modules/git')
    },
  ],
  [
    'settings behind a link',
    'node_modules/config',
    async (folder) => {
      await rename(`${folder}/.git/config`, `${folder}/node_modules/config`)
      await symlink('../node_modules/config', `${folder}/.git/config`)
    },
  ],
])('the settings of %s count, although git does not name them', async ([, settings, prepare]) => {
  await using all = await repository()
  const folder = all.at('project')
  await prepare(folder)
  await appendFile(`${folder}/${settings}`, '[a]\n\tb = c\n')
  const before = await filesOf(all)
  await appendFile(`${folder}/${settings}`, '[core]\n\tfsmonitor = x\n')
  expect((await filesOf(all)).sha256).not.toBe(before.sha256)
})

/* Settings that were there when the command was granted; what they lead to is written afterwards. */
test.for([
  ['[include]\n\tpath = x.lock\n', '.git/x.lock'],
  ['[INCLUDE] path = "logs/"x\n', '.git/logs/x'],
  ['[includeIf "gitdir:/"]\n\tpath = ../node_modules/left/x\n', 'node_modules/left/x'],
  ['[include]\n\tpath = first.lock\n', '.git/objects/x'],
  ['[core]\n\thooksPath = .git/logs/own\n', '.git/logs/own/pre-commit'],
  ['[core]\n\tfsmonitor = sh .git/worktrees/x\n', '.git/worktrees/x'],
  ['[alias]\n\tx = !.git/MERGE_MSG\n', '.git/MERGE_MSG'],
] as const)('what the settings %j of git lead to counts', async ([settings, file]) => {
  await using all = await repository()
  await appendFile(all.at('project/.git/config'), settings)
  await all.write('project/.git/first.lock', '[include]\n\tpath = objects/x\n')
  const before = await filesOf(all)
  expect([...before.files.keys()]).not.toContain(file)
  await all.write(`project/${file}`, '[core]\n\tfsmonitor = x\n')
  expect((await filesOf(all)).sha256).not.toBe(before.sha256)
})

test.for<[string, string, (folder: string) => Promise<unknown>]>([
  ['submodule', 'sub/built/hooks/pre-commit', async () => {}],
  [
    'submodule with a working tree elsewhere',
    'node_modules/tree/built/hooks/pre-commit',
    async (folder) =>
      git(folder, 'config', '-f', '.git/modules/sub/config', 'core.worktree', '../../../node_modules/tree'),
  ],
  [
    'submodule whose settings include others',
    'sub/built/more',
    async (folder) => {
      await writeFile(`${folder}/.git/modules/sub/x.lock`, '[core]\n\tfsmonitor = sh built/more\n')
      await appendFile(`${folder}/.git/modules/sub/config`, '[include]\n\tpath = x.lock\n')
    },
  ],
  [
    'repository in the repository',
    'nested/built/hooks/pre-commit',
    async (folder) => {
      await cp(`${folder}/sub`, `${folder}/nested`, { recursive: true })
      await rm(`${folder}/nested/.git`)
      await cp(`${folder}/.git/modules/sub`, `${folder}/nested/.git`, { recursive: true })
      git(folder, 'config', '-f', 'nested/.git/config', '--unset', 'core.worktree')
    },
  ],
])('the settings of a %s count from its working tree', async ([, file, prepare]) => {
  await using all = await repository()
  const folder = all.at('project')
  await all.write('other/.gitignore', 'built\n')
  git(all.at('other'), 'init', '-q')
  git(all.at('other'), 'add', '.')
  git(all.at('other'), 'commit', '-qm', 'first')
  git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../other', 'sub')
  git(folder, 'config', '-f', '.git/modules/sub/config', 'core.hooksPath', 'built/hooks')
  await prepare(folder)
  const before = await filesOf(all)
  expect([...before.files.keys()]).not.toContain(file)
  await all.write(`project/${file}`, 'one')
  const after = await filesOf(all)
  expect([...after.files.keys()]).toContain(file)
})

test('names in git that are settings lead to no file', async () => {
  await using all = await repository()
  git(all.at('project'), 'config', 'branch.main.merge', 'HEAD')
  git(all.at('project'), 'config', 'core.worktree', '..')
  const before = await filesOf(all)
  expect([...before.files.keys()]).not.toContain('.git/HEAD')
  expect([...before.files.keys()]).not.toContain('node_modules/left/index.js')
})

test('a link in the place of a folder makes it another, and is not gone through', async () => {
  await using all = await repository()
  const before = await filesOf(all)
  await rename(all.at('project/tools'), all.at('project/node_modules/tools'))
  await all.link('project/tools', 'node_modules/tools')
  const after = await filesOf(all)
  expect(after.sha256).not.toBe(before.sha256)
  expect(after.files.get('tools')?.content).toBe('-> node_modules/tools')
  expect(after.files.has('tools/x.sh')).toBe(false)
})

test('a commit, a checkout of the same and a fetch leave it as it is', async () => {
  await using all = await repository()
  const before = await filesOf(all)
  git(all.at('project'), 'commit', '-q', '--allow-empty', '-m', 'second')
  git(all.at('project'), 'checkout', '-q', '-b', 'other')
  expect((await filesOf(all)).sha256).toBe(before.sha256)
})

test('without git it is all but dependencies, pipes too', async () => {
  await using all = await scratch({
    'project/x.sh': '1',
    'project/a/y.sh': '2',
    'project/node_modules/z': '3',
  })
  await mkdir(all.at('project/.git'))
  execFileSync('mkfifo', [all.at('project/pipe')])
  expect(await names(all)).toEqual(['a/y.sh', 'pipe', 'x.sh'])
})

test('a project in a repository counts with all of it: a command can leave its folder', async () => {
  await using all = await repository()
  await mkdir(all.at('project/app'))
  const before = await filesOf(all, all.at('project/app'))
  expect([...before.files.keys()]).toContain('tools/x.sh')
  await all.write('project/app/pristine.lock', '{}')
  expect((await filesOf(all, all.at('project/app'))).sha256).toBe(before.sha256)
})

test('what was written meanwhile is reported, even if it was put back, and what is new', async () => {
  await using all = await repository()
  const before = await filesOf(all)
  expect(touchedFiles(before, await filesOf(all))).toEqual([])
  await all.write('project/tools/x.sh', 'evil')
  await all.write('project/tools/x.sh', 'echo 1')
  await all.write('project/made', '')
  const after = await filesOf(all)
  expect(touchedFiles(before, after)).toEqual(['tools/x.sh', 'made'])
  await rm(path.join(all.at('project'), 'tools/x.sh'))
  expect(touchedFiles(before, await filesOf(all))).toEqual(['tools/x.sh', 'made'])
})

test.for([
  ['GNUmakefile', 'names in ./'],
  ['tools/new.sh', 'names in tools/'],
  ['empty/new.sh', 'names in empty/'],
  ['.git/hooks/post-checkout', 'names in .git/hooks/'],
] as const)('a file that came and went meanwhile is reported by its folder: %s', async ([file, shown]) => {
  await using all = await repository()
  await all.folder('project/empty')
  const before = await filesOf(all)
  await all.write(`project/${file}`, '')
  await rm(all.at(`project/${file}`))
  expect(touchedFiles(before, await filesOf(all))).toEqual([shown])
})

test('what a command makes that git ignores is not reported, nor what git itself does', async () => {
  await using all = await repository()
  const folder = all.at('project')
  let before = await filesOf(all)
  const touched = async () => {
    const after = await filesOf(all)
    const names = touchedFiles(before, after)
    before = after
    return names
  }
  await all.write('project/made.log', '')
  expect(await touched()).toEqual([])
  await all.write('project/made.log', 'in place')
  expect(await touched()).toEqual([])
  await all.write('project/made.tmp', 'beside')
  await rename(`${folder}/made.tmp`, `${folder}/made.log`)
  expect(await touched()).toEqual([])
  await mkdir(`${folder}/data`)
  expect(await touched()).toEqual([])
  await rm(`${folder}/node_modules`, { recursive: true })
  await all.write('project/node_modules/new/index.js', '')
  expect(await touched()).toEqual([])
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'second')
  git(folder, 'status')
  expect(await touched()).toEqual([])
})
