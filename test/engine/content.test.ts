import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { halves, sampled } from '../sample.ts'
import { finish, start } from './command.ts'
import { docker, inspect, isRunning } from './docker.ts'
import { git } from './git.ts'
import { makeOlder } from './older-image.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const MAKE =
  'rm -rf node_modules && mkdir node_modules packages/a/node_modules && cp package-lock.json node_modules/made && ' +
  'cp package-lock.json packages/a/node_modules/made && cp package-lock.json .env'

const files = (lock: string, hook = MAKE, more: object = {}) => ({
  ...devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', updateContentCommand: hook, ...more }),
  'package-lock.json': `${lock}\n`,
  'packages/a/index.js': '',
  '.gitignore': 'node_modules/\n.env\n',
})

async function inGit(project: TestProject): Promise<void> {
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  git(project.folder, 'commit', '-qm', 'one')
}

const made = async (project: TestProject) =>
  (await project.exec('cat node_modules/made packages/a/node_modules/made .env')).stdout.trim().split('\n')
const inFolder = (project: TestProject, at: string) => path.join(project.folder, at)

test('content hooks that make files in a submodule that is not initialised end the build, and nothing is changed', async () => {
  const hook = 'if [ -e libs/lib/own ]; then exit 0; fi; echo made > libs/lib/lib.c; mkdir libs/lib/src'
  await using project = await testProject(files('A', hook))
  git(project.folder, 'init', '-q')
  git(project.folder, 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},libs/lib`)
  await mkdir(inFolder(project, 'libs/lib'), { recursive: true })
  await expect(project.up()).rejects.toMatchObject({
    code: 'submodule-missing',
    exit: 5,
    data: { modules: ['libs/lib'], hooks: ['updateContentCommand'] },
    hint: expect.stringContaining('"git submodule update --init libs/lib"'),
  })
  expect(await readdir(inFolder(project, 'libs/lib'))).toEqual([])
  expect(await project.versions()).toEqual([])
  // Filled, it is the person's folder, as every other.
  await project.write({ 'libs/lib/own': 'own' })
  expect(await project.up()).toMatchObject({ version: { ordinal: 1 } })
})

testEven(
  'what content hooks make in the workspace is of the version that runs, and the folder keeps what is its own',
  async () => {
    await using project = await testProject(files('A'))
    await inGit(project)
    // What somebody installed outside stays outside.
    await mkdir(inFolder(project, 'node_modules'))
    await writeFile(inFolder(project, 'node_modules/own'), 'own')
    await project.up()
    expect(await made(project)).toEqual(['A', 'A', 'A'])
    expect(await readdir(inFolder(project, 'node_modules'))).toEqual(['own'])
    expect(await readdir(inFolder(project, 'packages/a/node_modules'))).toEqual([])

    await project.write({ 'package-lock.json': 'B\n' })
    expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 2 } })
    expect(await made(project)).toEqual(['B', 'B', 'B'])
    await project.reset('v1')
    expect(await made(project)).toEqual(['A', 'A', 'A'])
    expect((await project.up()).version.ordinal).toBe(2)

    await project.write({ 'package-lock.json': 'A\n' })
    expect(await project.up()).toMatchObject({ action: 'recreated', version: { ordinal: 1 } })
    expect(await made(project)).toEqual(['A', 'A', 'A'])
    expect((await project.up()).action).toBe('none')

    // Inside it can be changed, and a reset makes it clean.
    await project.exec('rm -r node_modules/made packages/a/node_modules/made')
    await project.reset('v1')
    expect(await made(project)).toEqual(['A', 'A', 'A'])

    // A file that the person changed is theirs, whatever comes.
    await writeFile(inFolder(project, '.env'), 'mine\n')
    await project.reset('v2')
    expect(await made(project)).toEqual(['B', 'B', 'mine'])

    await project.engine.remove(project.folder, { data: true, versions: true })
    expect(await readFile(inFolder(project, '.env'), 'utf8')).toBe('mine\n')
    expect(await readdir(inFolder(project, 'node_modules'))).toEqual(['own'])
    await expect(stat(inFolder(project, 'packages/a/node_modules'))).rejects.toMatchObject({ code: 'ENOENT' })
  },
)

const MOUNTING = [
  ['reset', '--to', 'v1'],
  ['run', 'true'],
]
test.each(sampled(MOUNTING, 2))(
  'a killed %s leaves no empty folder where it was about to mount something',
  async (...command) => {
    await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
    await using project = await testProject(files('A'))
    await inGit(project)
    await project.up()
    if (command[0] === 'run') await project.engine.remove(project.folder, { data: false, versions: false })
    else {
      await project.write(files('A', 'true'))
      await project.up()
    }
    await project.engine.settled()
    expect(existsSync(inFolder(project, 'node_modules'))).toBe(false)
    const env = { DOCKER_HOST: proxy.address }
    const reached = proxy.at(({ path }) => path === '/containers/create', 'before', { kind: 'hold' })
    const child = start(project, command, env)
    await reached
    expect(existsSync(inFolder(project, 'node_modules'))).toBe(true)
    child.kill('SIGKILL')
    await finish(child)
    await project.status()
    expect(existsSync(inFolder(project, 'node_modules'))).toBe(false)
  },
)

test('an engine that loses its connection while the content is kept is reported, and nothing is left', async () => {
  await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
  await using project = await testProject(files('A'))
  await inGit(project)
  let [reads, versions] = [false, 0]
  void proxy.at(
    ({ method, path }) => {
      reads ||= method === 'GET' && path === '/containers/#/archive'
      return reads && path === '/version' && ++versions === 2
    },
    'before',
    { kind: 'drop' },
  )
  const child = start(project, ['up', '--json'], { DOCKER_HOST: proxy.address })
  const { code, stdout } = await finish(child)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'engine-unreachable' } })
  expect(code).toBe(4)
  const left = await docker().listContainers({ all: true, filters: { name: [await project.key()] } })
  expect(left).toEqual([])
})

testEven('a version that fails, or waits for a yes, touches nothing that the running one uses', async () => {
  const more = { customizations: { pristine: { apply: 'ask' } } }
  await using project = await testProject(files('A', MAKE, more))
  await inGit(project)
  const first = await project.up()
  const container = first.environment.containers[0]?.id ?? ''
  await project.write(files('A', 'rm -rf node_modules packages .env && exit 1', more))
  await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
  expect(await made(project)).toEqual(['A', 'A', 'A'])

  // One that is built and does not become ready takes its files with it.
  await project.write(files('B', MAKE, { ...more, postCreateCommand: 'cat .env && exit 2' }))
  await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed', data: { output: ['B'] } })
  expect(await made(project)).toEqual(['A', 'A', 'A'])
  expect(await isRunning(container)).toBe(true)

  await project.write(files('A', MAKE, more))
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write({ 'package-lock.json': 'C\n' })
  await watching.until('offered')
  expect(await made(project)).toEqual(['A', 'A', 'A'])
  expect(await isRunning(container)).toBe(true)
})

testOdd(
  'the image of an older Pristine gets what its hooks make in the workspace once, when it is gone to',
  async () => {
    await using project = await testProject(files('A'))
    await inGit(project)
    const first = await project.up()
    await makeOlder(project, 1)
    const container = docker().getContainer(first.environment.containers[0]?.id ?? '')
    await container.remove({ force: true, v: true })
    expect(await project.reset()).toMatchObject({ version: { ordinal: 1 } })
    expect(await made(project)).toEqual(['A', 'A', 'A'])
    project.events.length = 0
    await project.reset()
    expect(
      project.events.filter((event) => event.kind === 'step').map(({ name }) => name),
    ).not.toContainEqual(expect.stringContaining('updateContentCommand'))
    expect(await made(project)).toEqual(['A', 'A', 'A'])
  },
)

testOdd('what content hooks made is listed in the image and the data folder, not in a label', async () => {
  const hook = 'i=0; while [ $i -lt 1500 ]; do echo $i > a-file-that-is-made-$i; i=$((i+1)); done'
  await using project = await testProject({ ...files('A', hook), '.gitignore': 'a-file*\n' })
  await inGit(project)
  const { version } = await project.up()
  const made = async () => (await project.exec('cat a-file-that-is-made-*')).stdout.split('\n').length - 1
  const clear = async () => {
    for (const name of await readdir(project.folder))
      if (name.startsWith('a-file')) await rm(inFolder(project, name))
  }
  expect(await made()).toBe(1500)
  const { Config } = await docker().getImage(version.image).inspect()
  expect(JSON.stringify(Config.Labels).length).toBeLessThan(1000)

  // The data folder may lose its files: the image has the list, too.
  const folder = path.join(project.env['PRISTINE_HOME'] ?? '', 'versions', version.id)
  const [name = ''] = (await readdir(folder)).filter((one) => one.startsWith('content-'))
  const list = await readFile(path.join(folder, name), 'utf8')
  await rm(path.join(folder, name))
  await clear()
  await project.reset()
  expect(await made()).toBe(1500)
  expect(await readFile(path.join(folder, name), 'utf8')).toBe(list)
  expect((await project.up()).action).toBe('none')

  // An older Pristine wrote the list as the label.
  await makeOlder(project, 1, list)
  await clear()
  project.events.length = 0
  await project.reset()
  expect(await made()).toBe(1500)
  expect(JSON.stringify(project.events)).not.toContain('updateContentCommand')
})

test.skipIf(process.getuid?.() !== 0)(
  'content that somebody removed from the engine is there again after an up',
  async ({ skip }) => {
    await using project = await testProject(files('A'))
    await inGit(project)
    const { Mounts } = await inspect(await project.up())
    await project.engine.stop(project.folder, project.run())
    const volume = Mounts.find(({ Destination }) => Destination.endsWith('packages/a/node_modules'))
    skip(!existsSync(volume?.Source ?? ''), 'the engine keeps its volumes elsewhere')
    await rm(volume?.Source ?? '', { recursive: true })
    await expect(project.engine.restart(project.folder, project.run())).rejects.toMatchObject({
      code: 'content-gone',
    })
    await project.up()
    expect(await made(project)).toEqual(['A', 'A', 'A'])
  },
)

testEven('hooks work on a copy that their user owns, with git, and without what is ignored', async () => {
  const hook =
    'test ! -e node_modules && test ! -e .env && git log -1 --format=%s > /tmp/said && rm -r .gitignore old && ' +
    'mkdir dist && echo 1 > dist/out && git config user.name x'
  await using project = await testProject({
    ...devcontainer({
      image: 'node:24-bookworm',
      userEnvProbe: 'none',
      remoteUser: 'node',
      onCreateCommand: hook,
    }),
    '.gitignore': 'node_modules/\n.env\n',
    '.env': 'own',
    'old/one': '1',
    'old/two': '2',
  })
  await inGit(project)
  await mkdir(inFolder(project, 'node_modules'))
  const up = await project.up()
  expect((await project.exec('cat /tmp/said dist/out; stat -c %U dist')).stdout).toBe('one\n1\nnode\n')
  expect(await readFile(inFolder(project, '.gitignore'), 'utf8')).toBe('node_modules/\n.env\n')
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: 'onCreateCommand changed .git/config in its copy of the workspace. The folder itself stays as it is.',
  })
  expect(await readFile(inFolder(project, 'old/one'), 'utf8')).toBe('1')
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: 'onCreateCommand removed .gitignore, old in its copy of the workspace. The folder itself, and so the environment, stays as it is.',
  })
  const mounts = (await inspect(up)).Mounts.filter(({ Type }) => Type === 'volume')
  expect(mounts.map(({ Destination }) => Destination)).toEqual(['/workspaces/project/dist'])
})

/** A package of npm's as its registry has it, which says its version. */
async function tarball(version: string): Promise<Buffer> {
  const tar = pack()
  const bin = { name: 'dep', version, main: 'index.js', bin: { dep: 'cli.js' } }
  tar.entry({ name: 'package/package.json' }, JSON.stringify(bin))
  tar.entry({ name: 'package/index.js' }, `module.exports = '${version}'`)
  tar.entry({ name: 'package/cli.js', mode: 0o755 }, "#!/usr/bin/env node\nconsole.log(require('dep'))\n")
  tar.finalize()
  return gzipSync(await buffer(tar))
}

/** Projects of one tool: the files of a version, and what prints that version. */
const TOOLS: Record<
  string,
  { say: string; files: (version: string) => Promise<Record<string, string | Buffer>> }
> = {
  'npm ci': {
    say: './node_modules/.bin/dep',
    files: async (version) => {
      const content = await tarball(version)
      const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`
      const root = { name: 'shop', version: '1.0.0', dependencies: { dep: 'file:dep.tgz' } }
      const dep = { version, resolved: 'file:dep.tgz', integrity, bin: { dep: 'cli.js' } }
      const packages = { '': root, 'node_modules/dep': dep }
      return {
        ...devcontainer({ image: 'node:24-bookworm', updateContentCommand: 'npm ci --offline' }),
        '.gitignore': 'node_modules/\n',
        'package.json': JSON.stringify(root),
        'package-lock.json': JSON.stringify({ ...root, lockfileVersion: 3, packages }),
        'dep.tgz': content,
      }
    },
  },
  'pip install -e .': {
    say: 'cd / && shop',
    files: async (version) => ({
      ...devcontainer({
        image: 'python:3.11-slim-bookworm',
        updateContentCommand: 'pip install --no-index --no-build-isolation --root-user-action=ignore -e .',
      }),
      '.gitignore': '*.egg-info/\n',
      'pyproject.toml':
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n' +
        `[project]\nname = "shop"\nversion = "${version}"\nscripts.shop = "shop:say"\n` +
        '[tool.setuptools]\npackages = ["shop"]\n',
      'shop/__init__.py': 'import importlib.metadata\ndef say(): print(importlib.metadata.version("shop"))\n',
    }),
  },
  // Bundler's folders and kinds of files by a script: there is no image with Ruby for tests.
  'a script that leaves what Bundler does': {
    say: './bin/rake && cat vendor/bundle/ruby/3.3.0/gems/rake/lib/version.rb .bundle/config',
    files: async (version) => ({
      ...devcontainer({ image: 'busybox:1.36', updateContentCommand: 'sh bundle.sh' }),
      '.gitignore': '.bundle/\nvendor/bundle/\nbin/\n',
      'Gemfile.lock': `GEM\n  specs:\n    rake (${version})\n`,
      'bundle.sh': `set -e
version=$(sed -n 's/.*rake (\\(.*\\))/\\1/p' Gemfile.lock)
gems=vendor/bundle/ruby/3.3.0/gems
mkdir -p $gems/rake-$version/lib .bundle bin
ln -s rake-$version $gems/rake
echo $version > $gems/rake-$version/lib/version.rb && chmod 444 $gems/rake-$version/lib/version.rb
printf '#!/bin/sh\\ncat %s\\n' $gems/rake/lib/version.rb > $gems/rake-$version/rake
chmod 755 $gems/rake-$version/rake
ln $gems/rake-$version/rake bin/rake
printf '%s\\n' $version > .bundle/config && chmod 600 .bundle/config
`,
    }),
  },
}

test.each(sampled(Object.entries(TOOLS), 3))(
  '%s: each version has its own, and going back brings the older one',
  async (_, tool) => {
    await using project = await testProject({})
    const to = async (version: string) => {
      for (const [name, content] of Object.entries(await tool.files(version))) {
        if (typeof content === 'string') await project.write({ [name]: content })
        else await writeFile(inFolder(project, name), content)
      }
    }
    const said = async () => (await project.exec(tool.say)).stdout.trim().split('\n')
    await to('1.2.0')
    await inGit(project)
    await project.up()
    expect(new Set(await said())).toEqual(new Set(['1.2.0']))
    await to('2.0.0')
    await project.up()
    expect(new Set(await said())).toEqual(new Set(['2.0.0']))
    await project.reset('v1')
    expect(new Set(await said())).toEqual(new Set(['1.2.0']))
  },
)
