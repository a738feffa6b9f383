import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, chmod, cp, rm, truncate, utimes } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { workspaceCopies } from '../../../main/build/bake/workspace-copy.ts'
import { replacedIn, workspaceCopyTar } from '../../../main/build/bake/workspace-copy-tar.ts'
import { openInside } from '../../../main/files/open-inside.ts'
import type { HistoricInput } from '../../../main/plan/historic-inputs.ts'
import { openProject } from '../../../main/store/open-project.ts'
import type { OperationEvent } from '../../../shared/operation.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'
import { entriesOf } from '../inputs/tar-entries.ts'

/* What content hooks see of a project. */

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
const git = (folder: string, ...args: string[]) => execFileSync('git', args, { cwd: folder, env })

async function repository(files: Record<string, string>): Promise<Scratch> {
  const all = await scratch(
    Object.fromEntries(Object.entries(files).map(([at, text]) => [`project/${at}`, text])),
  )
  git(all.at('project'), 'init', '-q')
  return all
}

const bind = (folder: string) => ({ Type: 'bind' as const, Source: folder, Target: '/work' })

async function viewOf(
  all: Scratch,
  given: Record<string, string | undefined> = env,
  events: OperationEvent[] = [],
) {
  const project = await openProject(all.at('project'))
  const { copies: views } = await workspaceCopies(project, [bind(all.at('project'))], [], given, {
    report: (event) => events.push(event),
  })
  const [view] = views
  if (!view) throw new Error('there is no view')
  return view
}

const own = ({ entries }: Awaited<ReturnType<typeof viewOf>>) =>
  entries.map((entry) => entry.path).filter((at) => !/^\.git(?:\/|$)/.test(at))

const FILES = {
  '.gitignore': 'node_modules/\n.env\n*.log\n',
  '.env': 'TOKEN=secret\n',
  'node_modules/left/index.js': '',
  'logs/a.log': '',
  'logs/kept': '',
  'tracked.txt': 'tracked\n',
  'new.txt': '',
}

test('is what git does not ignore: no dependencies of another version, and no file of one clone alone', async () => {
  await using all = await repository(FILES)
  git(all.at('project'), 'add', 'tracked.txt')
  expect(own(await viewOf(all))).toEqual(['.gitignore', 'logs', 'logs/kept', 'new.txt', 'tracked.txt'])
  // Another repository, as a hook of git names it.
  const elsewhere = { ...env, GIT_DIR: all.at('nowhere'), GIT_WORK_TREE: all.at('nowhere') }
  expect(own(await viewOf(all, elsewhere))).toEqual([
    '.gitignore',
    'logs',
    'logs/kept',
    'new.txt',
    'tracked.txt',
  ])
})

test('is without what git ignores in a submodule and in any other repository', async () => {
  await using all = await repository({ 'tracked.txt': '' })
  const folder = all.at('project')
  for (const [name, text] of Object.entries(FILES)) await all.write(`library/${name}`, text)
  const library = all.at('library')
  git(library, 'init', '-q')
  git(library, 'add', 'tracked.txt', '.gitignore')
  git(library, '-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-qm', 'first')
  git(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'vendor/library')
  for (const name of ['.env', 'node_modules/old.js', 'new.txt'])
    await all.write(`project/vendor/library/${name}`, '')
  await cp(library, `${folder}/beside`, { recursive: true })
  const files = (at: string, names: string[]) => [at, ...names.map((name) => `${at}/${name}`)]
  expect(own(await viewOf(all)).filter((at) => !at.includes('/.git/'))).toEqual([
    '.gitmodules',
    ...files('beside', ['.git', '.gitignore', 'logs', 'logs/kept', 'new.txt', 'tracked.txt']),
    'tracked.txt',
    'vendor',
    ...files('vendor/library', ['.git', '.gitignore', 'new.txt', 'tracked.txt']),
  ])
  // Where git cannot say it of one repository, by names there, and with a warning.
  await rm(`${folder}/.git/modules`, { recursive: true })
  const events: OperationEvent[] = []
  const guessed = own(await viewOf(all, env, events))
  expect(guessed).toContain('vendor/library/.env')
  expect(guessed).not.toContain('vendor/library/node_modules')
  expect(guessed).not.toContain('beside/.env')
  expect(events).toEqual([{ kind: 'warning', text: expect.stringContaining('Git does not say') }])
})

test("mounts nothing by a path below the folder: git's objects are in the folder itself, beside the copy", async () => {
  await using all = await repository(FILES)
  const project = await openProject(all.at('project'))
  const folders = [all.at('project'), all.at('.')]
  const views = await Promise.all(
    folders.map((folder) => workspaceCopies(project, [bind(folder)], [], env, { report: () => {} })),
  )
  const sources = views.map(({ mounts }) =>
    mounts.flatMap(({ Type, Source }) => (Type === 'bind' ? [Source] : [])),
  )
  expect(sources).toEqual([[all.at('project')], [all.at('.'), all.at('.')]])
  expect(views.map(({ copies }) => copies[0]?.objects)).toEqual([
    [{ repository: '.git', target: '/run/pristine-git-0/.git/objects' }],
    [{ repository: '.git', target: '/run/pristine-git-0/project/.git/objects' }],
  ])
  expect(views[1]?.mounts.at(-1)).toMatchObject({ Target: '/run/pristine-git-0', ReadOnly: true })
})

test('runs nothing that the settings of the repository name', async () => {
  await using all = await repository(FILES)
  const folder = all.at('project')
  git(folder, 'add', 'tracked.txt')
  await appendFile(
    `${folder}/.git/config`,
    `[filter "x"]\n\tclean = touch ${all.at('ran')}; cat\n[core]\n\tfsmonitor = touch ${all.at('ran')}\n`,
  )
  await appendFile(`${folder}/.git/info/attributes`, '*.txt filter=x\n')
  await utimes(`${folder}/tracked.txt`, 1, 1)
  await viewOf(all)
  expect(existsSync(all.at('ran'))).toBe(false)
  // The same settings do run something where contents are compared.
  git(folder, 'status')
  expect(existsSync(all.at('ran'))).toBe(true)
})

test('is for an earlier version without what came later, and with what is gone', async () => {
  await using all = await repository({
    'conf/a': 'a',
    'conf/b': 'later',
    'later/only': 'later',
    'now-a-file': 'later',
    'now-a-folder/in': 'later',
  })
  const older = (at: string, content: string): HistoricInput => ({
    ...{ kind: 'file', path: at, isGone: true, executable: false },
    sha256: createHash('sha256').update(content).digest('hex'),
    open: () => openInside(all.path, 'kept'),
  })
  await all.write('kept', 'older')
  const historic: HistoricInput[] = [
    ...['conf/b', 'later/only'].map((at) => ({ kind: 'absent' as const, path: at })),
    ...['gone/deep/file', 'now-a-file/in', 'now-a-folder', '../outside'].map((at) => older(at, 'older')),
    { kind: 'link', path: 'gone/link', target: 'deep/file', isGone: true },
  ]
  const view = await viewOf(all)
  const replaced = replacedIn(view, all.at('project'), historic)
  const copied = new Map<string, string>()
  const tar = await buffer(workspaceCopyTar(view, { uid: 1, gid: 1 }, { replaced, extra: [] }, copied))
  const shown = (await entriesOf(tar)).flatMap(({ header, content }) =>
    header.name.startsWith('.git') ? [] : [[header.name, header.linkname || content?.toString() || '']],
  )
  expect(shown).toEqual([
    ['conf/', ''],
    ['conf/a', 'a'],
    ['gone/', ''],
    ['gone/deep/', ''],
    ['gone/deep/file', 'older'],
    ['now-a-file/', ''],
    ['now-a-file/in', 'older'],
    ['now-a-folder', 'older'],
    ['gone/link', 'deep/file'],
  ])
  expect([...copied.keys()].filter((at) => !at.startsWith('.git'))).toEqual(
    shown.map(([name = '']) => name.replace(/\/$/, '')),
  )
})

test('fails where an older file became longer than any text, without reading it whole', async () => {
  await using all = await repository({ a: 'a' })
  await all.write('kept', 'older')
  await truncate(all.at('kept'), 256 * 1024 ** 2 + 1)
  const historic: HistoricInput = {
    ...{
      kind: 'file',
      path: 'a',
      executable: false,
      sha256: createHash('sha256').update('older').digest('hex'),
    },
    open: () => openInside(all.path, 'kept'),
  }
  const view = await viewOf(all)
  const replaced = replacedIn(view, all.at('project'), [historic])
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const read = async () => {
    for await (const _ of workspaceCopyTar(view, { uid: 1, gid: 1 }, { replaced, extra: [] }, new Map()))
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  await expect(read()).rejects.toMatchObject({ code: 'input-unreadable', data: { path: 'a' } })
  expect(most).toBeLessThan(128 * 1024 ** 2)
})

test.skipIf(process.platform === 'win32')('is the same whatever umask it was cloned with', async () => {
  const modes = async (plain: number, program: number) => {
    await using all = await repository({ plain: '', program: '' })
    await chmod(all.at('project/plain'), plain)
    await chmod(all.at('project/program'), program)
    const view = await viewOf(all)
    const tar = await buffer(
      workspaceCopyTar(
        view,
        { uid: 1, gid: 1 },
        { replaced: new Map(), extra: [] },
        new Map<string, string>(),
      ),
    )
    const headers = (await entriesOf(tar)).map(({ header }) => header)
    return headers.filter(({ name }) => /^pl|^pr/.test(name)).map(({ name, mode }) => [name, mode])
  }
  const expected = [
    ['plain', 0o644],
    ['program', 0o755],
  ]
  expect(await modes(0o600, 0o700)).toEqual(expected)
  expect(await modes(0o664, 0o775)).toEqual(expected)
})

test('where git does not answer, a warning says what the copy holds then', async () => {
  await using all = await repository(FILES)
  const events: OperationEvent[] = []
  const without = { ...env, PATH: all.at('nowhere') }
  expect(own(await viewOf(all, without, events))).toContain('.env')
  expect(events).toEqual([{ kind: 'warning', text: expect.stringContaining('Git does not say') }])
  await using plain = await scratch({ 'project/.env': '' })
  expect(own(await viewOf(plain, env, events))).toEqual(['.env'])
  expect(events).toHaveLength(1)
})
