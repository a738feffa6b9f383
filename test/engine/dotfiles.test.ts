import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startGitServer } from '../rig/git-server.ts'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const of = (more: object = {}) => devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...more })
const set = (project: TestProject, ...args: string[]) => pristine(project, 'settings', ...args)
const warnings = ({ events }: TestProject) =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))

test('each new container has them, installed by what is found there, and they are no drift and no version', async () => {
  await using server = await startGitServer()
  await server.repository(
    'dots',
    {
      'install.sh': '#!/bin/sh\nln -s "$PWD/.profile" ~/.profile && echo "as $(id -un)" > ~/.installed\n',
      '.profile': 'export EDITOR=vi\n',
      [`${'deep/'.repeat(30)}file`]: 'deep\n',
    },
    { links: { link: '.profile' } },
  )
  await using project = await testProject(of({ postStartCommand: 'test ! -e ~/dotfiles && echo > ~/hook' }))
  const first = await project.up()
  const { code, stdout } = await set(project, 'dotfiles', server.url('dots'), '--json')
  expect({ code, ...JSON.parse(stdout).settings }).toMatchObject({
    code: 0,
    dotfiles: { source: server.url('dots'), commit: expect.stringMatching(/^[0-9a-f]{40}$/), install: null },
  })
  const asked = server.requests.length
  expect(await project.up()).toMatchObject({ action: 'none', version: { id: first.version.id } })
  expect(await project.exists('~/dotfiles')).toBe(false)

  await project.reset()
  expect(await project.exec('cat ~/.profile ~/.installed ~/dotfiles/link')).toMatchObject({
    stdout: 'export EDITOR=vi\nas root\nexport EDITOR=vi\n',
  })
  expect(await project.exec(`cat ~/dotfiles/${'deep/'.repeat(30)}file`)).toMatchObject({ stdout: 'deep\n' })
  expect((await project.engine.drift(project.folder)).drift).toMatchObject({
    changes: 1,
    files: [{ path: '/root/hook' }],
    dotfiles: expect.any(Number),
  })
  expect((await project.status()).drift).toEqual({ changes: 1 })
  await project.exec('echo mine > ~/mine')
  expect((await project.status()).drift).toEqual({ changes: 2 })
  expect((await pristine(project, 'drift')).stderr).toContain('of your dotfiles')
  // What was fetched is used: a start needs no network.
  expect(server.requests.length).toBe(asked)
  expect(warnings(project)).toEqual([])

  await rm(path.join(server.root, 'dots.git'), { recursive: true })
  await server.repository('dots', { '.profile': 'export EDITOR=nano\n' })
  await project.reset()
  expect(await project.exec('cat ~/.profile')).toMatchObject({ stdout: 'export EDITOR=vi\n' })
  expect(await set(project, 'dotfiles')).toMatchObject({ code: 0 })
  await project.reset()
  expect(await project.exec('cat ~/.profile; readlink ~/.profile')).toMatchObject({
    stdout: 'export EDITOR=nano\n/root/dotfiles/.profile\n',
  })
  expect(await set(project, 'dotfiles', 'off')).toMatchObject({ code: 0 })
  expect(await readdir(path.join(project.env['PRISTINE_HOME'] ?? '', 'dotfiles'))).toEqual([])
  await project.reset()
  expect(await project.exists('~/.profile')).toBe(false)
  const { wanted, version } = await project.status()
  expect(wanted?.id).toBe(version?.id)
})

testOdd('an installer that ends the container is no start', async () => {
  await using server = await startGitServer()
  await server.repository('dots', { 'install.sh': '#!/bin/sh\nkill 1; sleep 5\n' })
  await using project = await testProject(of())
  expect(await set(project, 'dotfiles', server.url('dots'))).toMatchObject({ code: 0 })
  await expect(project.up()).rejects.toMatchObject({ code: 'container-exited', exit: 6 })
  expect((await project.status()).state).toBe('absent')
})

testEven(
  'a chosen command installs them, as the user that commands run as, with the branch that was named',
  async () => {
    await using server = await startGitServer()
    await server.repository(
      'dots',
      { 'tools/set-up': 'echo "$PWD by $(id -un)" > ~/told\n' },
      { branches: ['work'] },
    )
    await using project = await testProject(of({ image: 'node:24-bookworm-slim', remoteUser: 'node' }))
    expect(await set(project, 'dotfiles-install', 'true')).toMatchObject({ code: 2 })
    await set(project, 'dotfiles', `${server.url('dots')}#work`)
    for (const [command, told] of [
      ['tools/set-up', '/home/node/dotfiles by node\n'],
      ['echo one > ~/told && echo two >> ~/told', 'one\ntwo\n'],
    ] as const) {
      expect(await set(project, 'dotfiles-install', command)).toMatchObject({ code: 0 })
      if (told.startsWith('/')) await project.up()
      else await project.reset()
      expect(await project.exec('cat ~/told; stat -c %U ~/dotfiles/tools/set-up')).toMatchObject({
        stdout: `${told}node\n`,
      })
    }
  },
)

testOdd(
  'what fails of them is told with its last lines, and the environment is used all the same',
  async () => {
    await using server = await startGitServer()
    await server.repository('dots', { 'install.sh': 'echo "no stow here" >&2\nexit 3\n' })
    await using project = await testProject(of())
    await set(project, 'dotfiles', server.url('dots'))
    expect(await project.up()).toMatchObject({ environment: { state: 'ready' } })
    expect(warnings(project)).toEqual(['Your dotfiles are not installed: they ended with 3.\nno stow here'])
    expect((await project.versions())[0]).toMatchObject({ knownGood: true })

    project.events.length = 0
    await project.write(of({ customizations: { pristine: { sealed: true } } }))
    expect(await project.up()).toMatchObject({ environment: { state: 'ready' } })
    expect(warnings(project)).toEqual([expect.stringContaining('the environment is sealed')])
  },
)

test('they are fetched by the rules of a clone, and one that fails changes nothing', async () => {
  await using server = await startGitServer()
  await server.repository('dots', { '.vimrc': 'set number\n' })
  await using project = await testProject(of())
  await set(project, 'dotfiles', server.url('dots'))
  const settings = path.join(project.env['PRISTINE_HOME'] ?? '', 'settings.json')
  const before = await readFile(settings, 'utf8')
  for (const [source, code] of [
    ['ext::sh -c id', 'clone-refused'],
    ['--upload-pack=id', 'usage'],
    ['/etc', 'usage'],
    ['https://ada:secret@example.org/dots.git', 'clone-refused'],
    [server.url('nothing'), 'repository-missing'],
    [`${server.url('dots')}#nowhere`, 'clone-failed'],
  ] as const) {
    const { stdout } = await set(project, '--json', '--', 'dotfiles', source)
    expect({ source, error: JSON.parse(stdout).error }).toMatchObject({ source, error: { code } })
    expect(stdout).not.toContain('secret')
  }
  expect(await readFile(settings, 'utf8')).toBe(before)
  expect(await readdir(path.join(path.dirname(settings), 'dotfiles'))).toHaveLength(1)
})
