import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fetchDeferred } from '../../../main/clone/fetch-deferred.ts'
import type { MountSettings } from '../../../main/docker/containers.ts'
import { runInitializeCommand } from '../../../main/environment/run-initialize-command.ts'
import { readDeferred } from '../../../main/git/deferred-content.ts'
import { runGit } from '../../../main/git/run-git.ts'
import { openHost } from '../../../main/host/host.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { keepExposed } from '../../../main/trust/container-writable-folders.ts'
import { isProductError } from '../../../shared/errors.ts'
import type { OperationEvent } from '../../../shared/operation.ts'
import { startGitServer } from '../../rig/git-server.ts'
import { scratch } from '../inputs/scratch.ts'
import { type ClonePlace, clonePlace } from './clone-place.ts'

const execute = promisify(execFile)
const GONE = { code: 'ENOENT' }

/** Fetches what the clone `shop` left out, as its first start does; what is said of it, and what is still to come. */
async function complete(
  place: ClonePlace,
  { hasRun = false, stop = new AbortController(), cancelAt = '' } = {},
) {
  const host = openHost(place.env)
  const project = await openProject(path.join(place.projects, 'shop'))
  const events: OperationEvent[] = []
  const report = (event: OperationEvent) => {
    events.push(event)
    if (cancelAt !== '' && event.kind === 'step' && event.name.startsWith(cancelAt)) stop.abort()
  }
  const run = { signal: stop.signal, report }
  const tried = await fetchDeferred(host, project, { hasRun }, run)
  return {
    tried,
    left: await readDeferred(host.home, project.key),
    steps: events.flatMap((event) => (event.kind === 'step' ? `${event.name}: ${event.state}` : [])),
    warnings: events.flatMap((event) => (event.kind === 'warning' ? event.text : [])),
  }
}

const modules = (urls: Record<string, string>, more = ''): string =>
  Object.entries(urls)
    .map(([name, url]) => `[submodule "${name}"]\n\tpath = ${name}\n\turl = ${url}\n${more}`)
    .join('')

test('submodules and theirs are fetched once, by addresses that may be cloned from', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const inner = await server.repository('inner', { 'inner.txt': 'inner\n' })
  const lib = await server.repository(
    'lib',
    { 'lib.txt': 'lib\n', '.gitmodules': modules({ deep: '../inner.git' }) },
    { submodules: { deep: inner } },
  )
  await server.repository(
    'shop',
    { 'a.txt': 'a\n', '.gitmodules': modules({ 'vendor/lib': '../lib.git', other: server.url('inner') }) },
    { submodules: { 'vendor/lib': lib, other: inner } },
  )
  const { leftOut } = await place.clone(server.url('shop'))
  expect(leftOut).toEqual({ submodules: ['vendor/lib', 'other'], largeFiles: 0 })
  const shop = path.join(place.projects, 'shop')
  await expect(stat(path.join(shop, 'vendor/lib/lib.txt'))).rejects.toMatchObject(GONE)
  expect(await complete(place)).toEqual({
    tried: true,
    left: null,
    steps: [
      'Fetch submodule vendor/lib: running',
      'Fetch submodule vendor/lib: done',
      'Fetch submodule vendor/lib/deep: running',
      'Fetch submodule vendor/lib/deep: done',
      'Fetch submodule other: running',
      'Fetch submodule other: done',
    ],
    warnings: [],
  })
  expect(await readFile(path.join(shop, 'vendor/lib/deep/inner.txt'), 'utf8')).toBe('inner\n')
  expect(await readFile(path.join(shop, 'other/inner.txt'), 'utf8')).toBe('inner\n')
  expect(await complete(place)).toMatchObject({ tried: false, steps: [] })
})

test('a submodule of another kind of address is never fetched, and runs nothing', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const canary = path.join(place.root, 'ran')
  await writeFile(path.join(place.root, '.gitconfig'), '[protocol]\n\tallow = always\n')
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  const urls = {
    ext: `ext::touch ${canary}`,
    file: `file://${server.root}/lib.git`,
    folder: `${server.root}/lib.git`,
    plain: 'http://example.org/lib.git',
    secret: 'https://ada:canary-77@example.org/lib.git',
    good: '../lib.git',
  }
  const submodules = Object.fromEntries(Object.keys(urls).map((name) => [name, lib]))
  await server.repository('shop', { '.gitmodules': modules(urls) }, { submodules })
  await place.clone(server.url('shop'))
  const { left, warnings, steps } = await complete(place)
  expect(left).toBeNull()
  expect(steps).toEqual(['Fetch submodule good: running', 'Fetch submodule good: done'])
  expect(warnings).toHaveLength(5)
  for (const warning of warnings) expect(warning).toContain('no address to clone from')
  expect(warnings.join()).not.toContain('canary-77')
  await expect(stat(canary)).rejects.toMatchObject(GONE)
})

test.each([
  ['a command for its update', modules({ a: '../lib.git' }, '\tupdate = !touch ran\n')],
  ['an address that is an option', modules({ a: '--upload-pack=touch' })],
  ['a place in the folder of git', '[submodule "a"]\n\tpath = .git/hooks\n\turl = ../lib.git\n'],
  ['a name that leads out', '[submodule "../../x"]\n\tpath = a\n\turl = ../lib.git\n'],
])('a submodule with %s runs nothing and writes nowhere else', async (_, text) => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const lib = await server.repository('lib', { 'post-checkout': '#!/bin/sh\ntouch ran\n' })
  await server.repository('shop', { '.gitmodules': text }, { submodules: { a: lib } })
  await place.clone(server.url('shop'))
  await complete(place)
  const { stdout } = await execute('find', [place.root, '-name', 'ran'])
  expect(stdout).toBe('')
  await expect(stat(path.join(place.projects, 'shop/.git/hooks'))).rejects.toMatchObject(GONE)
  expect((await execute('find', [place.projects, '-maxdepth', '1'])).stdout.trim().split('\n')).toHaveLength(
    2,
  )
})

test('what cannot be fetched is reported; what may come another time is tried again then', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  const urls = { gone: '../gone.git', down: 'http://127.0.0.1:1/lib.git' }
  await server.repository('shop', { '.gitmodules': modules(urls) }, { submodules: { gone: lib, down: lib } })
  await place.clone(server.url('shop'))
  const { left, warnings } = await complete(place)
  expect(left).toEqual({ submodules: ['down'], largeFiles: 0 })
  expect(warnings).toEqual([
    expect.stringMatching(/The submodule gone was not fetched: .*not found.*git submodule update --init/),
    expect.stringMatching(/The submodule down was not fetched: .*127\.0\.0\.1/),
  ])
  expect(await complete(place)).toMatchObject({ tried: true })
})

test('what was interrupted is tried again, though git has written settings meanwhile; so do persons', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  await server.repository('shop', { '.gitmodules': modules({ lib: '../lib.git' }) }, { submodules: { lib } })
  await place.clone(server.url('shop'))
  await expect(complete(place, { cancelAt: 'Fetch submodule' })).rejects.toMatchObject({ code: 'cancelled' })
  const git = path.join(place.projects, 'shop/.git')
  expect(await readFile(path.join(git, 'config'), 'utf8')).toContain('[submodule "lib"]')
  await appendFile(
    path.join(git, 'config'),
    '[user]\n\tname = me\n[branch "x"]\n\tvscode-merge-base = origin/x\n',
  )
  expect(await complete(place)).toMatchObject({ tried: true, left: null, warnings: [] })
  expect(await readFile(path.join(place.projects, 'shop/lib/lib.txt'), 'utf8')).toBe('lib\n')
})

test('nothing is fetched any more once code of the project has run, which can write git’s settings', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  const down = { down: 'http://127.0.0.1:1/lib.git' }
  await server.repository('shop', { '.gitmodules': modules(down) }, { submodules: { down: lib } })
  await place.clone(server.url('shop'))
  expect((await complete(place)).left).toEqual({ submodules: ['down'], largeFiles: 0 })

  const ran = path.join(place.root, 'ran')
  const settings = `[core]\n\tsshCommand = "touch ${ran};true"\n[submodule "down"]\n\turl = ssh://git@127.0.0.1/x.git\n`
  await appendFile(path.join(place.projects, 'shop/.git/config'), settings)
  const { tried, left, warnings } = await complete(place, { hasRun: true })
  expect({ tried, left }).toEqual({ tried: false, left: null })
  expect(warnings).toEqual([expect.stringContaining('git submodule update --init --recursive')])
  expect(await complete(place, { hasRun: true })).toMatchObject({ tried: false, warnings: [] })
  await expect(stat(ran)).rejects.toMatchObject(GONE)
})

test('nothing is fetched with other settings than those that the clone wrote', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  const libs = { lib: server.url('lib') }
  await server.repository('shop', { '.gitmodules': modules(libs) }, { submodules: { lib } })
  await place.clone(server.url('shop'))
  const ran = path.join(place.root, 'ran')
  const git = path.join(place.projects, 'shop/.git')
  await writeFile(path.join(git, 'more'), `[credential]\n\thelper = "!touch ${ran};"\n`)
  await appendFile(path.join(git, 'config'), '[include]\n\tpath = more\n')
  const { tried, left, warnings } = await complete(place)
  expect({ tried, left }).toEqual({ tried: false, left: null })
  expect(warnings).toEqual([expect.stringContaining('only with the settings of git that the clone wrote')])
  await expect(stat(path.join(place.projects, 'shop/lib/lib.txt'))).rejects.toMatchObject(GONE)
})

test('nothing is fetched once a container could write in the clone, above it or below it, of whichever project', async () => {
  await using server = await startGitServer()
  const definition = '{ "image": "busybox:1.36" }'
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  const files = {
    '.devcontainer/devcontainer.json': definition,
    'app/.devcontainer/devcontainer.json': definition,
    '.gitmodules': modules({ lib: server.url('lib') }),
  }
  await server.repository('shop', files, { submodules: { lib } })
  const fetched = async (mounted: MountSettings): Promise<boolean> => {
    await using place = await clonePlace()
    await place.clone(server.url('shop'))
    const host = openHost(place.env)
    const shop = path.join(place.projects, 'shop')
    const mount = { ...mounted, Source: path.join(place.root, mounted.Source ?? '') }
    await keepExposed(host.home, { Image: '', HostConfig: { Mounts: [mount] } })
    const project = await openProject(shop, host.home)
    const run = { signal: new AbortController().signal, report: () => {} }
    await runInitializeCommand(host, project, {}, run).catch((error: unknown) => {
      if (!isProductError(error, 'not-trusted')) throw error
      return runInitializeCommand({ ...host, grants: [String(error.data['fingerprint'])] }, project, {}, run)
    })
    return existsSync(path.join(shop, 'lib/lib.txt'))
  }
  const bind = (Source: string) => ({ Type: 'bind', Source, Target: '/w' }) as const
  expect(await fetched({ ...bind('projects/shop'), ReadOnly: true })).toBe(true)
  expect(await fetched(bind('projects/shop/app'))).toBe(false)
  expect(await fetched(bind('projects'))).toBe(false)
})

test('what a repository names for ssh is not run, whichever program the person has', async () => {
  await using all = await scratch()
  const ran = all.at('ran')
  const { PATH } = process.env
  const own = { PATH, HOME: all.path, GIT_CONFIG_NOSYSTEM: '1' }
  execFileSync('git', ['init', '-q', all.at('shop')])
  await appendFile(all.at('shop/.git/config'), `[core]\n\tsshCommand = "touch '${ran}';false"\n`)
  const ssh = async (more: Record<string, string>) => {
    const options = {
      ...{ env: { ...own, ...more }, cwd: all.at('shop'), protocols: ['ssh'], interactive: false },
      signal: new AbortController().signal,
    }
    await all.write('ssh', '#!/bin/sh\necho person $0 "$@" >&2; exit 1\n', 0o755)
    return (await runGit(['ls-remote', 'ssh://git@127.0.0.1:1/x'], options)).messages.join('\n')
  }
  expect(await ssh({ GIT_SSH: all.at('ssh') })).toMatch(/person .*\/ssh /)
  expect(await ssh({ PATH: `${all.path}:${PATH}` })).toMatch(/person .*ssh -o BatchMode=yes/)
  await all.write('person', `[core]\n\tsshCommand = ${all.at('ssh')} -4\n`)
  expect(await ssh({ GIT_CONFIG_GLOBAL: all.at('person') })).toMatch(/person .*ssh -4 -o BatchMode=yes/)
  expect(existsSync(ran)).toBe(false)
})

test('without git-lfs the large files stay pointers, and it is reported what is missing', async () => {
  await using server = await startGitServer()
  await using place = await clonePlace()
  const pointer = server.keepLargeFile('large')
  await server.repository('shop', {
    '.gitattributes': '*.bin filter=lfs\n',
    'a.bin': pointer,
    'b.bin': 'not one',
  })
  const { leftOut } = await place.clone(server.url('shop'))
  expect(leftOut).toEqual({ submodules: [], largeFiles: 2 })
  const { left, warnings } = await complete(place)
  expect(left).toEqual({ submodules: [], largeFiles: 1 })
  expect(warnings).toEqual([expect.stringMatching(/^1 large file .*(?:git-lfs is missing|git lfs install)/)])
  // The person fetched it without us.
  await writeFile(path.join(place.projects, 'shop/a.bin'), 'large')
  expect(await complete(place)).toMatchObject({ left: null, warnings: [] })
})

const hasLfs = (() => {
  try {
    execFileSync('git', ['lfs', 'version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!hasLfs)(
  "large files are fetched with the person's own git-lfs, and not at the clone",
  async () => {
    await using server = await startGitServer()
    await using place = await clonePlace()
    await execute('git', ['lfs', 'install'], { env: place.env as NodeJS.ProcessEnv, cwd: place.root })
    const pointer = server.keepLargeFile('a large file')
    const files = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'a.bin': pointer }
    await server.repository('shop', files)
    await place.clone(server.url('shop'))
    const file = path.join(place.projects, 'shop/a.bin')
    expect(await readFile(file, 'utf8')).toBe(pointer)
    expect(server.requests.filter((request) => request.includes('/lfs/'))).toEqual([])
    expect(await complete(place)).toMatchObject({ left: null, warnings: [] })
    expect(await readFile(file, 'utf8')).toBe('a large file')

    await rm(path.join(place.projects, 'shop'), { recursive: true })
    await server.repository('evil', { ...files, '.lfsconfig': '[lfs]\n\turl = file:///etc\n' })
    await place.clone(server.url('evil'), { into: 'shop' })
    expect(await complete(place)).toMatchObject({
      left: { submodules: [], largeFiles: 1 },
      warnings: [expect.stringContaining('its .lfsconfig names file:///etc')],
    })
  },
)
