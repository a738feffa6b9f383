import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { workspaceCopies } from '../../../main/build/bake/workspace-copy.ts'
import { replacedIn, workspaceCopyTar } from '../../../main/build/bake/workspace-copy-tar.ts'
import { openCheckout } from '../../../main/build/changed-inputs.ts'
import { contextTar } from '../../../main/build/context-tar.ts'
import { checkoutBuild } from '../../../main/build/version-build.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { comparePlans } from '../../../main/plan/compare-plans.ts'
import { differingLinks } from '../../../main/plan/historic-inputs.ts'
import { type Planned, planProject } from '../../../main/plan/plan.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { productError } from '../../../shared/errors.ts'
import { git } from '../../engine/git.ts'
import { entriesOf } from '../inputs/tar-entries.ts'

/**
 * One commit on two computers: the version has the same id and the build is sent the same bytes, or what cannot be equal
 * is named.
 */

/** A variable of a definition. */
const variable = (name: string): string => `\${${name}}`
const ROOT = path.join(import.meta.dirname, '../../..')
const PINNED = { images: {}, downloads: {}, lockVersion: 1 }
const APP = 'apps/shop'
const DEFINITION = {
  build: { dockerfile: '../Dockerfile', context: '..' },
  workspaceFolder: `/src/${APP}`,
  workspaceMount: `source=${variable('localGitRoot')},target=/work,type=bind`,
  onCreateCommand: 'cd tools && ./setup.sh',
}
const FILES: Record<string, string> = {
  [`${APP}/.devcontainer/devcontainer.json`]: JSON.stringify(DEFINITION, null, 2),
  [`${APP}/.devcontainer/pristine.lock`]: JSON.stringify(PINNED),
  [`${APP}/Dockerfile`]: 'FROM scratch\n# The whole of it\nCOPY src /src\nCOPY conf /conf\n',
  [`${APP}/.dockerignore`]: '# Comment\n*.log\n',
  [`${APP}/src/a.txt`]: 'one\ntwo\n',
  [`${APP}/src/Z.txt`]: 'three\n',
  [`${APP}/src/ä.txt`]: 'four\n',
  [`${APP}/src/z/deep.txt`]: 'five\n',
  [`${APP}/conf/app.conf`]: 'a=1\nb=2\n',
  [`${APP}/package-lock.json`]: '{\n  "name": "shop"\n}\n',
  [`${APP}/web/package-lock.json`]: '{\n  "name": "web"\n}\n',
  'shared/real.sh': '#!/bin/sh\n. ./lib.sh\n',
  'shared/lib.sh': 'echo hello\n',
}

let scratch: string
let origin: string
let first: Seen
beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pristine-two-'))
  // Other users have to get in.
  chmodSync(scratch, 0o755)
  origin = path.join(scratch, 'origin')
  for (const [name, text] of Object.entries(FILES)) write(origin, name, text)
  write(origin, `${APP}/src/run.sh`, '#!/bin/sh\n')
  chmodSync(path.join(origin, APP, 'src/run.sh'), 0o755)
  symlinkSync('a.txt', path.join(origin, APP, 'src/link'))
  mkdirSync(path.join(origin, APP, 'tools'))
  symlinkSync('../../../shared/real.sh', path.join(origin, APP, 'tools/setup.sh'))
  chmodSync(path.join(origin, 'shared/real.sh'), 0o755)
  git(origin, 'init', '-q', '-b', 'main')
  git(origin, 'add', '-A')
  git(origin, 'commit', '-q', '-m', 'All')
  first = await seen(path.join(origin, APP))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function write(folder: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  writeFileSync(path.join(folder, name), text)
}

/** What is planned in a folder, and what its build would be sent. */
interface Seen {
  id: string
  plan: Planned['plan']
  warnings: string[]
  sent: unknown[]
}

let homes = 0
async function seen(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<Seen> {
  const home = openHome({ PRISTINE_HOME: path.join(scratch, `home-${homes++}`) })
  const engine = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
  const project = await openProject(folder)
  const planned = await planProject({ home, env, engine }, project, { frozen: true }, silentRun())
  const [service] = checkoutBuild({ home, env }, project, planned).services
  if (!service) throw new Error('There is no service.')
  const { plan, open, converted } = service
  const sent = await entriesOf(await buffer(contextTar({ files: plan.files, open, converted })))
  return {
    id: planned.id,
    plan: planned.plan,
    warnings: planned.warnings.map(({ message }) => message),
    sent,
  }
}

/** The links, and where they lead, in the copy of a folder that baked hooks get. */
async function linksInView(folder: string): Promise<[name: string, target: unknown][]> {
  const home = openHome({ PRISTINE_HOME: path.join(scratch, `home-${homes++}`) })
  const engine = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
  const project = await openProject(folder)
  const { env } = process
  const { differing } = await planProject({ home, env, engine }, project, { frozen: true }, silentRun())
  const mounts = [{ Type: 'bind' as const, Source: project.path, Target: '/work' }]
  const { copies: views } = await workspaceCopies(project, mounts, [], env, silentRun())
  const tars = views.map((view) => {
    const replaced = replacedIn(view, project.path, differing)
    return buffer(workspaceCopyTar(view, { uid: 0, gid: 0 }, { replaced, extra: [] }, new Map()))
  })
  const entries = await Promise.all(tars.map(async (tar) => entriesOf(await tar)))
  return entries.flatMap((all) =>
    all.flatMap(({ header }): [string, unknown][] =>
      header.type === 'symlink' ? [[header.name, header.linkname]] : [],
    ),
  )
}

const places = { count: 0 }
/** A place for a clone; a clone in a folder of another name must not be another version here. */
const place = (): string => path.join(scratch, `place-${places.count++}`, 'clone')

/** A clone with settings of git's. */
function clone(...settings: string[]): string {
  const folder = place()
  mkdirSync(path.dirname(folder), { recursive: true })
  execFileSync('git', ['clone', '-q', ...settings.flatMap((setting) => ['-c', setting]), origin, folder])
  expect(git(folder, 'status', '--porcelain')).toBe('')
  return path.join(folder, APP)
}

async function expectSame(folder: string, env?: NodeJS.ProcessEnv): Promise<Seen> {
  const second = await seen(folder, env)
  expect(second.plan).toEqual(first.plan)
  expect(second.id).toBe(first.id)
  expect(second.sent).toEqual(first.sent)
  return second
}

test('what is part of the version, to begin with', () => {
  expect(first.plan.inputs.map(([name]) => name)).toEqual([
    '../../shared/lib.sh',
    '../../shared/real.sh',
    'package-lock.json',
    'tools/setup.sh',
    'web/package-lock.json',
  ])
  expect(first.plan.services[0]?.files.map(([name, executable]) => [name, executable])).toEqual([
    ['conf/app.conf', false],
    ['src/Z.txt', false],
    ['src/a.txt', false],
    ['src/link', false],
    ['src/run.sh', true],
    ['src/z/deep.txt', false],
    ['src/ä.txt', false],
  ])
  expect(first.warnings).toEqual([])
})

describe('the same id, without a word', () => {
  const same = async (folder: string, env?: NodeJS.ProcessEnv) =>
    expect((await expectSame(folder, env)).warnings).toEqual([])

  test('another path', () => same(clone()))

  test('another umask', async () => {
    const before = process.umask(0o077)
    try {
      await same(clone())
    } finally {
      process.umask(before)
    }
  })

  test('executable bits that the file system does not keep', async () => {
    const folder = clone()
    git(folder, 'config', 'core.fileMode', 'false')
    chmodSync(path.join(folder, 'src/run.sh'), 0o644)
    chmodSync(path.join(folder, 'src/a.txt'), 0o755)
    chmodSync(path.join(folder, '../../shared/real.sh'), 0o644)
    expect(git(folder, 'status', '--porcelain')).toBe('')
    await same(folder)
  })

  test('core.autocrlf=true', async () => {
    const folder = clone('core.autocrlf=true')
    expect(readFileSync(path.join(folder, 'src/a.txt'), 'utf8')).toBe('one\r\ntwo\r\n')
    await same(folder)
  })

  test('core.symlinks=false', async () => {
    const folder = clone('core.symlinks=false')
    expect(readFileSync(path.join(folder, 'src/link'), 'utf8')).toBe('a.txt')
    await same(folder)
    const links = await linksInView(folder)
    expect(links).toEqual([
      ['src/link', 'a.txt'],
      ['tools/setup.sh', '../../../shared/real.sh'],
    ])
    expect(await linksInView(path.join(origin, APP))).toEqual(links)
    // What is baked from a recipe finds them, too.
    const host = {
      home: openHome({ PRISTINE_HOME: path.join(scratch, `home-${homes++}`) }),
      env: process.env,
    }
    const checkout = await openCheckout(host, await openProject(folder))
    expect(differingLinks(checkout)).toEqual(
      links.map(([name, target]) => ({ kind: 'link', path: name, target })),
    )
  })

  test.each([
    ['its folder', [['.devcontainer', 'config/dev']]],
    ['its file', [['.devcontainer.json', 'config/dev/devcontainer.json']]],
  ])('core.symlinks=false, where links lead to the texts: %s', async (_, links) => {
    const source = path.join(scratch, `linked-${places.count++}`, 'clone')
    const definition = { build: { dockerfile: '../Dockerfile', context: '..' } }
    const inRoot = { build: { dockerfile: 'Dockerfile', context: '.' } }
    const isInRoot = links[0]?.[0] === '.devcontainer.json'
    write(source, 'config/dev/devcontainer.json', JSON.stringify(isInRoot ? inRoot : definition))
    write(source, isInRoot ? 'pristine.lock' : 'config/dev/pristine.lock', JSON.stringify(PINNED))
    write(source, 'docker/linux/Dockerfile', 'FROM scratch\nCOPY src /src\n')
    write(source, 'cfg/ign', '**/*.log')
    write(source, 'src/a.txt', 'one\n')
    write(source, 'src/a.log', 'one\n')
    for (const [link = '', target = ''] of links) symlinkSync(target, path.join(source, link))
    symlinkSync('docker/linux', path.join(source, 'image'))
    symlinkSync('image/Dockerfile', path.join(source, 'Dockerfile'))
    symlinkSync('cfg/ign', path.join(source, '.dockerignore'))
    git(source, 'init', '-q')
    git(source, 'add', '-A')
    git(source, 'commit', '-q', '-m', 'All')
    const folder = place()
    mkdirSync(path.dirname(folder), { recursive: true })
    execFileSync('git', ['clone', '-q', '-c', 'core.symlinks=false', source, folder])
    expect(readFileSync(path.join(folder, 'Dockerfile'), 'utf8')).toBe('image/Dockerfile')
    const [before, after] = [await seen(source), await seen(folder)]
    expect(after).toEqual(before)
    expect(before.plan.services[0]?.files.map(([name]) => name)).toEqual(['src/a.txt'])
  })

  test('an empty folder that git does not know', async () => {
    const folder = clone()
    mkdirSync(path.join(folder, 'src/empty/more'), { recursive: true })
    await same(folder)
  })

  test('a worktree', async () => {
    const folder = place()
    git(origin, 'worktree', 'add', '-q', '--detach', folder)
    await same(path.join(folder, APP))
  })

  test('git is missing', () => same(clone(), { PATH: '/nowhere' }))

  test('git is missing, and it ignores a file beside the definition', async () => {
    const folder = clone()
    write(folder, '../../.git/info/exclude', '.env\n')
    write(folder, '.devcontainer/.env', 'TOKEN=secret\n')
    await same(folder)
    const { warnings } = await expectSame(folder, { PATH: '/nowhere' })
    expect(warnings).toEqual([
      expect.stringMatching(
        /^apps\/shop\/\.devcontainer\/\.env: not part of the version, because git does not say/,
      ),
    ])
  })

  test('a worktree of a feature that is a submodule', async () => {
    const { whole } = withFeature()
    git(whole, 'worktree', 'add', '-q', '--detach', `${whole}-other/clone`)
    git(
      `${whole}-other/clone`,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'update',
      '--init',
    )
    const [before, after] = [await seen(whole), await seen(`${whole}-other/clone`)]
    expect(after).toEqual(before)
    expect(before.plan.services[0]?.features?.[0]?.files.map(([name]) => name)).toContain('install.sh')
  })

  test('inside a hook of git', async () => {
    const folder = clone()
    const other = path.join(scratch, 'other')
    git(scratch, 'init', '-q', other)
    await same(folder, {
      ...process.env,
      GIT_DIR: path.join(other, '.git'),
      GIT_INDEX_FILE: '/x',
      GIT_WORK_TREE: other,
    })
  })

  test('an index of another version, or split', async () => {
    const folder = clone()
    git(folder, 'update-index', '--index-version', '4')
    await same(folder)
    git(folder, 'update-index', '--split-index')
    await same(folder)
  })

  test('a repository with objects of 32 bytes', async () => {
    const folder = place()
    mkdirSync(path.dirname(folder), { recursive: true })
    execFileSync('cp', ['-r', origin, folder])
    rmSync(path.join(folder, '.git'), { recursive: true })
    git(folder, 'init', '-q', '--object-format=sha256')
    git(folder, 'add', '-A')
    git(folder, 'config', 'core.autocrlf', 'true')
    write(folder, `${APP}/src/a.txt`, 'one\r\ntwo\r\n')
    await same(path.join(folder, APP))
  })

  test('an archive, without git', async () => {
    const whole = path.join(scratch, 'whole/clone')
    mkdirSync(path.dirname(whole))
    execFileSync('cp', ['-r', path.join(origin, APP), whole])
    rmSync(path.join(whole, 'tools'), { recursive: true })
    write(whole, 'tools/setup.sh', 'cat ../conf/*.conf\n')
    git(whole, 'init', '-q')
    git(whole, 'add', '-A')
    git(whole, 'commit', '-q', '-m', 'All')
    const folder = place()
    mkdirSync(folder, { recursive: true })
    const archive = path.join(scratch, 'archive.tar')
    git(whole, 'archive', '-o', archive, 'HEAD')
    execFileSync('tar', ['xf', archive, '-C', folder])
    const [cloned, unpacked] = [await seen(whole), await seen(folder)]
    expect(unpacked).toEqual(cloned)
    expect(cloned.plan.inputs.map(([name]) => name)).toContain('conf/app.conf')
  })

  test.skipIf(process.getuid?.() !== 0)(
    'a folder of another user, with a lockfile that git does not track',
    async () => {
      const folder = clone()
      write(folder, 'yarn.lock', '')
      write(folder, 'web/yarn.lock', '')
      execFileSync('chown', ['-R', '4321:4321', path.resolve(folder, '../..')])
      const env = { ...process.env, HOME: '/nonexistent' }
      expect(spawnSync('git', ['-C', folder, 'status'], { env }).status).toBe(128)
      const { warnings } = await expectSame(folder, env)
      expect(warnings).toEqual([expect.stringMatching(/^yarn\.lock is not tracked by git/)])
    },
  )

  test.each(['C', 'tr_TR.UTF-8', 'de_DE.UTF-8'])('the locale %s, and another time zone', async (locale) => {
    const script = `
      import { planProject } from '${ROOT}/main/plan/plan.ts'
      import { openHome } from '${ROOT}/main/store/home.ts'
      import { openProject } from '${ROOT}/main/store/open-project.ts'
      const planner = { home: openHome({ PRISTINE_HOME: process.argv[1] }), env: process.env, engine: () => Promise.reject(new Error()) }
      const run = { signal: new AbortController().signal, report: () => {} }
      console.log((await planProject(planner, await openProject(process.argv[2]), { frozen: true }, run)).id)`
    const args = [
      '--input-type=module-typescript',
      '-e',
      script,
      path.join(scratch, `home-${homes++}`),
      clone(),
    ]
    const env = { ...process.env, LC_ALL: locale, LANG: locale, TZ: 'Asia/Tokyo' }
    expect(execFileSync(process.execPath, args, { env, encoding: 'utf8' }).trim()).toBe(first.id)
  })

  test('a submodule in what is copied, initialised or from an archive', async () => {
    const whole = path.join(scratch, 'with-module/clone')
    for (const [name, text] of Object.entries(FILES))
      if (name.startsWith(`${APP}/`)) write(whole, name.slice(APP.length + 1), text)
    write(whole, 'tools/setup.sh', '')
    git(whole, 'init', '-q')
    git(whole, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, 'src/module')
    git(whole, 'add', '-A')
    git(whole, 'commit', '-q', '-m', 'All')
    const folder = place()
    mkdirSync(path.dirname(folder), { recursive: true })
    const options = ['-c', 'protocol.file.allow=always', '-c', 'core.autocrlf=true']
    execFileSync('git', [...options, 'clone', '-q', '--recurse-submodules', whole, folder])
    expect(readFileSync(path.join(folder, `src/module/${APP}/Dockerfile`), 'utf8')).toContain('\r\n')
    const [before, after] = [await seen(whole), await seen(folder)]
    expect(after).toEqual(before)
    const names = before.plan.services[0]?.files.map(([name]) => name)
    expect(names).toContain(`src/module/${APP}/Dockerfile`)
    expect(names).not.toContain('src/module/.git')
    // One that was not initialised is named, with what brings it.
    git(folder, 'submodule', '--quiet', 'deinit', '--force', 'src/module')
    const empty = await seen(folder)
    expect(empty.id).not.toBe(before.id)
    expect(empty.warnings).toEqual([
      'src/module: a submodule, which is not initialised and so an empty folder. A clone that has it whole makes another version; "git submodule update --init src/module" brings it.',
    ])
  })

  test('an edit, whatever the line ends are', async () => {
    const [unix, windows] = [clone(), clone('core.autocrlf=true')]
    write(unix, 'src/a.txt', 'one\nnew\n')
    write(windows, 'src/a.txt', 'one\r\nnew\r\n')
    const [before, after] = [await seen(unix), await seen(windows)]
    expect(before.id).not.toBe(first.id)
    expect(after).toEqual(before)
    git(windows, 'commit', '-q', '-a', '-m', 'Edit')
    expect(await seen(windows)).toEqual(before)
  })
})

/** A project with a feature in a folder that is a submodule. */
function withFeature(): { whole: string } {
  const scratchFolder = path.join(scratch, `feature-${places.count++}`)
  const [feature, whole] = [path.join(scratchFolder, 'tool'), path.join(scratchFolder, 'whole/clone')]
  write(feature, 'devcontainer-feature.json', JSON.stringify({ id: 'tool', version: '1.0.0', name: 'Tool' }))
  write(feature, 'install.sh', 'true\n')
  git(scratchFolder, 'init', '-q', feature)
  git(feature, 'add', '-A')
  git(feature, 'commit', '-q', '-m', 'All')
  const definition = { image: 'scratch', features: { './tool': {} } }
  write(whole, '.devcontainer/devcontainer.json', JSON.stringify(definition))
  write(whole, '.devcontainer/pristine.lock', JSON.stringify(PINNED))
  git(whole, 'init', '-q')
  git(whole, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', feature, '.devcontainer/tool')
  git(whole, 'add', '-A')
  git(whole, 'commit', '-q', '-m', 'All')
  return { whole }
}

describe('what cannot be equal is named', () => {
  const other = async (folder: string, warnings: string[], env?: NodeJS.ProcessEnv) => {
    const second = await seen(folder, env)
    expect(second.id).not.toBe(first.id)
    expect(second.warnings).toEqual(warnings.map((text) => expect.stringContaining(text)))
  }

  test('a file that git is configured to ignore, in a folder that is copied', async () => {
    const folder = clone()
    write(folder, '../../.git/info/exclude', '*.secret\n')
    write(folder, 'src/my.secret', '')
    await other(folder, ['src/my.secret: part of the version, and not tracked by git'])
  })

  test('a file that git ignores in the folder of a feature', async () => {
    const { whole } = withFeature()
    const before = await seen(whole)
    write(whole, '.git/modules/.devcontainer/tool/info/exclude', '*.log\n')
    write(whole, '.devcontainer/tool/debug.log', '')
    const after = await seen(whole)
    expect(after.id).not.toBe(before.id)
    expect(after.warnings).toEqual([
      expect.stringMatching(/^\.devcontainer\/tool\/debug\.log: part of the version, and not tracked by git/),
    ])
  })

  test('an ignore file that git ignores', async () => {
    const folder = clone()
    write(folder, '../../.git/info/exclude', 'Dockerfile.dockerignore\n')
    write(folder, 'Dockerfile.dockerignore', 'conf\n')
    await other(folder, ['Dockerfile.dockerignore: decides what the version is, and is not tracked by git'])
  })

  test.each([
    ['an index', []],
    ['an index of version 4', ['--index-version', '4']],
    ['a split index', ['--split-index']],
  ])('a sparse checkout, with %s', async (_, options) => {
    const folder = clone()
    if (options.length > 0) git(folder, 'update-index', ...options)
    const [deep, lib, conf] = [`${APP}/src/z`, 'shared/lib.sh', `${APP}/other`].map((name) => `!/${name}`)
    git(
      path.resolve(folder, '../..'),
      'sparse-checkout',
      'set',
      '--no-cone',
      '/*',
      deep ?? '',
      lib ?? '',
      conf ?? '',
    )
    await other(folder, ['src/z/deep.txt, ../../shared/lib.sh: not here, because the checkout is sparse.'])
  })

  test('a file of which Git LFS has put only the pointer there', async () => {
    const folder = clone()
    write(folder, '.gitattributes', '*.txt text\nsrc/*.bin filter=lfs diff=lfs -text\n')
    write(folder, 'src/a.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')
    write(folder, 'src/whole.bin', 'whole\n')
    git(folder, 'add', '-A')
    await other(folder, ['src/a.bin: kept by Git LFS, and only the pointer to it is here.'])
  })

  test.each([
    ['--assume-unchanged', []],
    ['--skip-worktree', []],
    ['--assume-unchanged', ['--index-version', '4']],
    ['--assume-unchanged', ['--split-index']],
  ])('what git is set not to check: %s %j', async (option, index) => {
    const folder = clone()
    if (index.length > 0) git(folder, 'update-index', ...index)
    git(folder, 'update-index', option, 'src/a.txt', 'src/Z.txt', 'Dockerfile')
    expect((await seen(folder)).id).toBe(first.id)
    write(folder, 'src/a.txt', 'another\n')
    write(folder, 'Dockerfile', 'FROM scratch\nCOPY src /src\nCOPY conf /other\n')
    expect(git(folder, 'status', '--porcelain')).toBe('')
    await other(folder, ['src/a.txt, Dockerfile: changed here, and git is set not to check them.'])
  })

  test.each([`${APP}/src/*.txt`, '*.txt'])('a filter that one clone has, of %s', async (pattern) => {
    const folder = clone()
    git(folder, 'config', 'filter.up.smudge', 'tr a-z A-Z')
    git(folder, 'config', 'filter.up.clean', 'tr A-Z a-z')
    write(folder, '../../.git/info/attributes', `${pattern} filter=up\n`)
    expect((await seen(folder)).id).toBe(first.id)
    rmSync(path.join(folder, 'src/a.txt'))
    git(folder, 'checkout', '-q', 'src/a.txt')
    expect(readFileSync(path.join(folder, 'src/a.txt'), 'utf8')).toBe('ONE\nTWO\n')
    expect(git(folder, 'status', '--porcelain')).toBe('')
    await other(folder, ['src/a.txt: different from what git keeps, because of an edit or of a filter'])
  })

  test('a text with CRLF that was edited, where git is missing', async () => {
    const folder = clone('core.autocrlf=true')
    write(folder, 'src/a.txt', 'one\r\nnew\r\n')
    await other(folder, [`${APP}/src/a.txt: modified, with CRLF line ends`], { PATH: '/nowhere' })
  })

  test('an index that only git could read', async () => {
    const folder = clone()
    git(folder, 'update-index', '--split-index')
    write(folder, 'yarn.lock', '')
    await other(folder, ['Which files git tracks cannot be read here'], { PATH: '/nowhere' })
  })

  test('a script that was not added, in a folder that a hook goes to', async () => {
    const folder = clone()
    rmSync(path.join(folder, 'tools/setup.sh'))
    git(folder, 'rm', '-q', '--cached', 'tools/setup.sh')
    write(folder, 'tools/setup.sh', '')
    await other(folder, ['tools/setup.sh is not tracked by git, so it is not part of the version'])
  })

  test('names that a file system may take for one', async () => {
    const folder = clone()
    write(folder, 'src/A.txt', '')
    git(folder, 'add', '-A')
    await other(folder, ['src/A.txt and src/a.txt differ in case alone'])
  })
})

describe('what baked hooks are given of a computer', () => {
  const project = async (name: string, definition: object, env: NodeJS.ProcessEnv = {}) => {
    const folder = path.join(scratch, `place-${places.count++}`, name)
    const json = { build: { dockerfile: '../Dockerfile', context: '..' }, ...definition }
    write(folder, '.devcontainer/devcontainer.json', JSON.stringify(json))
    write(folder, '.devcontainer/pristine.lock', JSON.stringify(PINNED))
    write(folder, 'Dockerfile', 'FROM scratch\n')
    return seen(folder, env)
  }
  const changes = (before: Seen, after: Seen) =>
    comparePlans(before.plan, after.plan).map(({ input }) => input)

  test('the folder in the container: clones in folders of one name share what was baked', async () => {
    const hook = { onCreateCommand: 'echo $PWD > /where' }
    const [shop, again, other] = [
      await project('shop', hook),
      await project('shop', hook),
      await project('other', hook),
    ]
    expect(again.id).toBe(shop.id)
    expect(shop.plan.services[0]?.baked).toEqual({
      workspaceFolder: '/workspaces/shop',
      workspaceMount: '/workspaces/shop',
      values: {},
    })
    expect(changes(shop, other)).toEqual([
      expect.stringContaining('workspaceFolder'),
      'where the workspace is mounted',
    ])
    const fixed = {
      ...hook,
      workspaceFolder: '/src',
      workspaceMount: `source=${variable('localWorkspaceFolder')},target=/work,type=bind`,
    }
    expect((await project('other', fixed)).id).toBe((await project('shop', fixed)).id)
    const unbaked = { postStartCommand: 'echo $PWD > /where' }
    expect((await project('other', unbaked)).id).toBe((await project('shop', unbaked)).id)
  })

  test('variables of the computer, without telling their values', async () => {
    const given = {
      onCreateCommand: 'true',
      remoteEnv: {
        TOKEN: variable('localEnv:TOKEN'),
        HERE: variable('localWorkspaceFolderBasename'),
        IN: variable('containerEnv:PATH'),
      },
      mounts: [`source=${variable('localEnv:HOME')}/.npmrc,target=/root/.npmrc,type=bind`],
    }
    const [one, same, two] = [
      await project('shop', given, { TOKEN: 'first-secret' }),
      await project('shop', given, { TOKEN: 'first-secret', HOME: '/other' }),
      await project('shop', given, { TOKEN: 'second-secret' }),
    ]
    expect(same.id).toBe(one.id)
    expect(changes(one, two)).toEqual([`${variable('localEnv:TOKEN')} on this computer`])
    expect(JSON.stringify(one.plan)).not.toContain('first-secret')
    expect(one.warnings).toEqual([
      expect.stringContaining(`can read ${variable('localEnv:HOME')}/.npmrc of this computer`),
    ])
  })
})
