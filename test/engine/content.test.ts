import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { docker, inspect, isRunning } from './docker.ts'
import { git } from './git.ts'
import { makeOlder } from './older-image.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

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

test('what content hooks make in the workspace is of the version that runs, and the folder keeps what is its own', async () => {
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
})

test('a version that fails, or waits for a yes, touches nothing that the running one uses', async () => {
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

test('the image of an older Pristine gets what its hooks make in the workspace once, when it is gone to', async () => {
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
  expect(project.events.filter((event) => event.kind === 'step').map(({ name }) => name)).not.toContainEqual(
    expect.stringContaining('updateContentCommand'),
  )
  expect(await made(project)).toEqual(['A', 'A', 'A'])
})

test('hooks work on a copy that their user owns, with git, and without what is ignored', async () => {
  const hook =
    'test ! -e node_modules && test -e .env && git log -1 --format=%s > /tmp/said && rm -r .gitignore old && ' +
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
