import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { git } from './git.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** What real repositories do, and what went wrong with it once. */
test('a bare Dockerfile runs the server that it inherits', async () => {
  await using project = await testProject({ Dockerfile: 'FROM redis:7\nEXPOSE 6379\n' })
  const { environment } = await project.up()
  expect(environment.ports.map((port) => port.container)).toEqual([6379])
  expect((await project.exec('redis-cli ping')).stdout).toBe('PONG\n')
})

test('a bare Dockerfile that inherits only a shell waits for its person', async () => {
  await using project = await testProject({ Dockerfile: 'FROM busybox:1.36\n' })
  expect((await project.up()).environment.state).toBe('ready')
  expect((await project.exec('echo here')).stdout).toBe('here\n')
})

test('copying everything copies neither the lock, nor git, nor anything of Pristine', async () => {
  await using project = await testProject({ Dockerfile: 'FROM busybox:1.36\nCOPY . /copy\n', file: '1' })
  git(project.folder, 'init', '-q')
  await project.up()
  expect((await project.exec('ls -A /copy')).stdout).toBe('Dockerfile\nfile\n')
  git(project.folder, 'add', '.')
  git(project.folder, 'commit', '-qm', 'all')
  expect((await project.up()).action).toBe('none')
})

test('a Dockerfile that names .git gets it', async () => {
  await using project = await testProject({ Dockerfile: 'FROM busybox:1.36\nCOPY .git /git\n' })
  git(project.folder, 'init', '-q')
  await project.up()
  expect(await project.exists('/git/HEAD')).toBe(true)
})

test('a lockfile that a hook makes is no input until git tracks it', async () => {
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', postCreateCommand: 'echo made > package-lock.json' }),
  )
  git(project.folder, 'init', '-q')
  await project.up()
  expect((await project.up()).action).toBe('none')
  git(project.folder, 'add', '.')
  expect((await project.plan()).because.map((change) => change.input)).toEqual(['package-lock.json'])
})

testEven('a script that a content hook runs is part of the version', async () => {
  await using project = await testProject({
    ...devcontainer({ image: 'busybox:1.36', onCreateCommand: 'sh .devcontainer/create.sh' }),
    '.devcontainer/create.sh': 'echo one > /made\n',
  })
  await project.up()
  await project.write({ '.devcontainer/create.sh': 'echo two > /made\n' })
  const second = await project.up()
  expect(second.because.map((change) => change.input)).toEqual(['.devcontainer/create.sh'])
  expect((await project.exec('cat /made')).stdout).toBe('two\n')
})

testOdd('what is inside two equal images is found to be the same', async () => {
  await using project = await testProject({
    Dockerfile: 'FROM node:24-bookworm-slim\nARG N=1\nENV N=$N\nCMD sleep 100\n',
  })
  await project.up()
  for (const n of [2, 3]) {
    await project.write({ Dockerfile: `FROM node:24-bookworm-slim\nARG N=${n}\nENV N=$N\nCMD sleep 100\n` })
    await project.up()
  }
  expect((await project.engine.diff(project.folder, 'v1', 'v2')).contents).toEqual([])
  expect((await project.engine.diff(project.folder, 'v1', 'v3')).contents).toEqual([])
})

testEven('a port that was moved stays where it is when the environment is started again', async () => {
  await using one = await testProject(devcontainer({ image: 'busybox:1.36', forwardPorts: [4711] }))
  await using two = await testProject(devcontainer({ image: 'busybox:1.36', forwardPorts: [4711] }))
  await one.up()
  const moved = (await two.up()).environment.ports
  expect(moved[0]?.host).not.toBe(4711)
  await two.engine.stop(two.folder, two.run())
  expect((await two.up()).environment.ports).toEqual(moved)
  expect((await two.engine.restart(two.folder, two.run())).ports).toEqual(moved)
})

test('an image that no registry has is named with the line that asks for it', async () => {
  await using project = await testProject({ Dockerfile: 'FROM busybox:1.36 AS a\nFROM nobody/has-this:1\n' })
  await expect(project.up()).rejects.toMatchObject({ message: expect.stringMatching(/^Dockerfile:2: /) })
})

test('a file that the context lacks is named as the Dockerfile names it', async () => {
  await using project = await testProject({ Dockerfile: 'FROM busybox:1.36\nCOPY missing.sql /\n' })
  await expect(project.up()).rejects.toMatchObject({
    code: 'build-failed',
    data: {
      line: 2,
      instruction: 'COPY missing.sql /',
      problem: expect.stringContaining('no "missing.sql"'),
    },
  })
})
