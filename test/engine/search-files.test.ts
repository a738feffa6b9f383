import { expect, test } from 'vitest'
import { pristine } from './command.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

const { signal } = new AbortController()
const options = {
  ...{ userEnvProbe: 'none', overrideCommand: true },
  mounts: ['source=data,target=/data,type=volume'],
}

const search = (project: TestProject, name: string, path = '/', abort = signal) =>
  project.engine.searchFiles(project.folder, { path, name }, abort)
const pathsOf = async (project: TestProject, name: string, path = '/') =>
  (await search(project, name, path)).found.map((one) => one.path)

const codeOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  )

test.each(['debian:bookworm-slim', 'busybox:1.36'])(
  'in %s, files are found by a part of their names, in the container and in volumes',
  async (image) => {
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: '../Dockerfile' }, ...options }),
      Dockerfile: `FROM ${image}\nRUN mkdir -p /opt/a && echo x > /opt/a/needle-gone\n`,
    })
    await project.up()
    const made = await project.exec(`set -e
      mkdir -p /data/deep/er /opt/dev && echo x > /data/deep/er/my-NEEDLE.txt && mkfifo /opt/dev/needle-pipe
      ln -s /data /opt/needle-link && ln -s / /opt/loop && mkdir /opt/needle-folder
      echo x > "/opt/needle
line" && echo x > '/opt/nee[d]le*' && rm /opt/a/needle-gone`)
    expect(made, made.stderr).toMatchObject({ code: 0 })
    const { found, ended, path } = await search(project, 'needle')
    expect([ended, path]).toEqual(['whole', '/'])
    expect(found).toEqual([
      { path: '/data/deep/er/my-NEEDLE.txt', kind: 'file', place: 'volume', drift: null },
      { path: '/opt/a/needle-gone', kind: 'gone', place: 'container', drift: 'deleted' },
      { path: '/opt/dev/needle-pipe', kind: 'pipe', place: 'container', drift: 'added' },
      { path: '/opt/needle\nline', kind: 'file', place: 'container', drift: 'added' },
      { path: '/opt/needle-folder', kind: 'folder', place: 'container', drift: 'added' },
      { path: '/opt/needle-link', kind: 'link', place: 'container', drift: 'added' },
    ])
    // A volume, or any other folder, alone; the signs of patterns mean themselves.
    expect(await pathsOf(project, 'needle', '/data')).toEqual(['/data/deep/er/my-NEEDLE.txt'])
    expect(await pathsOf(project, 'needle', '/opt/dev')).toEqual(['/opt/dev/needle-pipe'])
    expect(await pathsOf(project, '[d]', '/opt')).toEqual(['/opt/nee[d]le*'])
    expect(await pathsOf(project, '*', '/opt')).toEqual(['/opt/nee[d]le*'])
    // A link to a folder is that folder; links below are not followed.
    expect(await search(project, 'needle', '/opt/needle-link')).toMatchObject({ path: '/data' })
    // What the kernel shows is left out.
    expect(await pathsOf(project, 'cmdline')).toEqual([])

    const shown = await pristine(project, 'files', '/data', '--find', 'needle')
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('/data/deep/er/my-NEEDLE.txt') })
    const json = await pristine(project, 'files', '--find', 'needle-folder', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ path: '/', ended: 'whole', found: [{ kind: 'folder' }] })
    expect((await pristine(project, 'files', '--find', 'a/b')).code).toBe(2)

    expect(await codeOf(search(project, 'x', '/nowhere'))).toBe('path-missing')
    expect(await codeOf(search(project, 'x', '/etc/passwd'))).toBe('path-not-folder')
    const stop = new AbortController()
    stop.abort()
    expect(await codeOf(search(project, 'x', '/', stop.signal))).toBe('cancelled')
  },
)

test('a search that finds too much is ended and says so; an image without programs says that', async () => {
  await using project = await testProject(devcontainer({ image: 'debian:bookworm-slim', ...options }))
  await project.up()
  await project.exec('mkdir /tmp/many && cd /tmp/many && seq 1 2000 | sed s/^/needle/ | xargs touch')
  const { found, ended } = await search(project, 'needle')
  expect([found.length, ended]).toEqual([500, 'many'])
  expect((await pristine(project, 'files', '--find', 'needle')).stderr).toContain('There are more than 500.')
  // Nothing of the search goes on.
  expect((await project.exec('for one in /proc/[0-9]*; do cat $one/comm; done')).stdout).not.toContain('find')
  await project.exec('rm /usr/bin/find')
  expect(await codeOf(search(project, 'x'))).toBe('folder-not-listed')
})

test('a search that takes too long ends with what it found', async () => {
  await using project = await testProject(devcontainer({ image: 'debian:bookworm-slim', ...options }))
  await project.up()
  // A find that finds one file and goes on for ever, as one does on a file system that does not answer.
  const made = await project.exec(`echo x > /etc/needle; mv /usr/bin/find /usr/bin/real-find
printf '%s\\n' '#!/bin/sh' 'real-find "$@"' 'exec sleep 1000' > /usr/bin/find; chmod 755 /usr/bin/find`)
  expect(made, made.stderr).toMatchObject({ code: 0 })
  expect(await search(project, 'needle')).toMatchObject({ found: [{ path: '/etc/needle' }], ended: 'late' })
  expect((await pristine(project, 'files', '--find', 'needle')).stderr).toContain('took too long')
})
