import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { pristine } from './command.ts'
import { docker, thingsOf } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const plain = devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' })

/** A Debian that has downloaded what the test installs, so that only its first build needs the network. */
const debian = `FROM debian:bookworm-slim
RUN apt-get update -q && apt-get install -qy --no-install-recommends --download-only jq nano
CMD ["sleep", "1000"]
`

test('an environment in which not one file changed has no drift', async () => {
  // Where it has its mounts was made while it was baked.
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', onCreateCommand: 'touch /baked' }),
  )
  await project.up()
  expect((await project.status()).drift).toEqual({ changes: 0 })
  expect((await project.engine.drift(project.folder)).drift.changes).toBe(0)
})

testEven(
  'packages, settings and files that a container gained, lost and changed are told apart, with the change to make',
  async () => {
    await using project = await testProject({ Dockerfile: debian })
    await project.up()
    expect(await project.engine.drift(project.folder)).toEqual({
      drift: { packages: [], configuration: [], files: [], changes: 0, dotfiles: 0 },
      change: [],
      services: [],
    })
    const mess = await project.exec(`set -e
    apt-get install -qy --no-download -o Dpkg::Options::=--force-unsafe-io --no-install-recommends jq nano
    echo 'set tabsize 2' >> /etc/nanorc
    dpkg --remove --force-depends tzdata
    echo 'alias ll="ls -l"' >> /root/.bashrc
    echo x >> /etc/profile
    rm /etc/motd
    mkdir -p /opt/tool/lib && cd /opt/tool/lib && seq 300 | xargs touch
    touch /usr/local/bin/mine`)
    expect(mess, mess.stderr).toMatchObject({ code: 0 })

    const { drift, change } = await project.engine.drift(project.folder)
    const nano = drift.packages.find(({ name }) => name === 'nano')
    const jq = drift.packages.find(({ name }) => name === 'jq')
    expect(drift.packages).toEqual(
      expect.arrayContaining([
        { database: 'dpkg', name: 'jq', from: null, to: expect.stringMatching(/^1\./) },
        { database: 'dpkg', name: 'libjq1', from: null, to: jq?.to },
        { database: 'dpkg', name: 'tzdata', from: expect.stringMatching(/^20/), to: null },
      ]),
    )
    expect(drift.configuration).toEqual([
      { path: '/etc/motd', kind: 'deleted' },
      // A package brought it, and it was edited.
      { path: '/etc/nanorc', kind: 'added' },
      { path: '/etc/profile', kind: 'changed' },
      { path: '/root/.bashrc', kind: expect.stringMatching(/added|changed/) },
    ])
    expect(drift.files).toEqual([
      { path: '/opt/tool/lib', kind: 'added', count: 300 },
      { path: '/usr/local/bin/mine', kind: 'added' },
    ])
    expect(change).toEqual([
      `RUN apt-get update && apt-get install -y --no-install-recommends jq=${jq?.to} nano=${nano?.to} && rm -rf /var/lib/apt/lists/*`,
      'RUN apt-get purge -y tzdata',
      '# Add these files to the repository, and a COPY for each: /etc/nanorc, /etc/profile, /root/.bashrc, /opt/tool/lib, /usr/local/bin/mine',
      '# Delete these with RUN rm: /etc/motd',
    ])
    expect((await project.status()).drift).toEqual({ changes: drift.changes })
    // Nothing is left of the look into the image.
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)

    await project.engine.stop(project.folder, project.run())
    expect(await project.engine.drift(project.folder)).toEqual({ drift, change, services: [] })
  },
)

/** A paragraph of apk's database. */
const apk = (name: string, version: string, folder: string, file: string) =>
  `P:${name}\nV:${version}\nF:${folder}\nR:${file}\n\n`
const BUSYBOX = apk('busybox', '1.36.1-r0', 'bin', 'busybox')
const MUSL = apk('musl', '1.2.4-r0', 'lib', 'ld-musl.so.1')
const JQ = apk('jq', '1.7.1-r0', 'usr/bin', 'jq')
const ONIGURUMA = apk('oniguruma', '6.9.9-r0', 'usr/lib', 'libonig.so.5')

/** An image with a database as Alpine's, and the command that writes another one. */
const alpine = {
  Dockerfile: 'FROM busybox:1.36\nCOPY lib /lib/apk/db\nCOPY etc /etc/apk\nCMD ["sleep", "1000"]\n',
  'lib/installed': BUSYBOX + MUSL,
  'etc/world': 'busybox\n',
}
const installed = (...packages: string[]) =>
  `printf '${packages.join('').replaceAll('\n', '\\n')}' > /lib/apk/db/installed`

testOdd("Alpine's packages are found by their database, and by name those that were asked for", async () => {
  await using project = await testProject(alpine)
  await project.up()
  await project.exec(`${installed(BUSYBOX, MUSL, JQ, ONIGURUMA)}; echo jq >> /etc/apk/world
    mkdir -p /usr/bin /usr/lib; touch /usr/bin/jq /usr/lib/libonig.so.5`)
  expect(await project.engine.drift(project.folder)).toMatchObject({
    drift: {
      packages: [
        { database: 'apk', name: 'jq', from: null, to: '1.7.1-r0' },
        { database: 'apk', name: 'oniguruma', from: null, to: '6.9.9-r0' },
      ],
      configuration: [],
      files: [],
    },
    change: ['RUN apk add --no-cache jq=1.7.1-r0'],
  })
  await project.exec(installed(BUSYBOX.replace('1.36.1', '1.36.2'), JQ))
  expect((await project.engine.drift(project.folder)).change).toEqual([
    'RUN apk add --no-cache busybox=1.36.2-r0 jq=1.7.1-r0',
    'RUN apk del musl',
    '# Add these files to the repository, and a COPY for each: /usr/lib/libonig.so.5',
  ])
})

test('an image that is gone is reported, when it has to be looked into', async () => {
  await using project = await testProject(alpine)
  const { version } = await project.up()
  await project.exec(`${installed(BUSYBOX)}; touch /mess`)
  const { Id } = await docker().getImage(version.image).inspect()
  await project.engine.stop(project.folder, project.run())
  await docker().getImage(Id).remove({ force: true })
  await expect(project.engine.drift(project.folder)).rejects.toMatchObject({ code: 'version-gone' })
  expect((await project.status()).drift).toEqual({ changes: 2 })
})

testOdd('global npm packages are packages, with their commands', async () => {
  await using project = await testProject(devcontainer({ image: 'node:24-slim', userEnvProbe: 'none' }))
  await project.up()
  const installed = await project.exec('npm install -g nanoid@5.1.5 @isaacs/ttlcache@1.4.1')
  expect(installed, installed.stderr).toMatchObject({ code: 0 })
  expect(await project.engine.drift(project.folder)).toMatchObject({
    drift: {
      packages: [
        { database: 'npm', name: '@isaacs/ttlcache', from: null, to: '1.4.1' },
        { database: 'npm', name: 'nanoid', from: null, to: '5.1.5' },
      ],
      configuration: [],
      files: [],
    },
    change: ['RUN npm install -g @isaacs/ttlcache@1.4.1 nanoid@5.1.5'],
  })
})

testOdd("pip's packages are found by what it noted of them", async () => {
  await using project = await testProject(devcontainer({ image: 'python:3.11-slim', userEnvProbe: 'none' }))
  await project.up()
  // What "pip install" leaves; the package index is out of reach of the tests.
  const made = await project.exec(`set -e; cd /usr/local/lib/python3.11/dist-packages
    mkdir six-1.16.0.dist-info dep-2.dist-info; touch six.py dep.py six-1.16.0.dist-info/REQUESTED
    printf 'six.py,,\\nsix-1.16.0.dist-info/REQUESTED,,\\n../../../bin/six,,\\n' > six-1.16.0.dist-info/RECORD
    printf 'dep.py,,\\n' > dep-2.dist-info/RECORD; touch /usr/local/bin/six
    rm -r /usr/lib/python3/dist-packages/pip-*.dist-info`)
  expect(made, made.stderr).toMatchObject({ code: 0 })
  const { drift, change } = await project.engine.drift(project.folder)
  expect(drift).toMatchObject({
    packages: [
      { database: 'pip', name: 'dep', from: null, to: '2' },
      { database: 'pip', name: 'pip', to: null },
      { database: 'pip', name: 'six', from: null, to: '1.16.0' },
    ],
    configuration: [],
    files: [],
  })
  expect(change).toEqual(['RUN pip install --no-cache-dir six==1.16.0', 'RUN pip uninstall -y pip'])
})

test('checking ends with 8 when there is drift, and says it; without drift with 0', async () => {
  await using project = await testProject(plain)
  expect(await pristine(project, 'drift', '--check')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not running'),
  })
  await project.up()
  expect(await pristine(project, 'drift', '--check')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No drift'),
  })
  await project.exec('touch "/etc/$(printf \'evil\\033[2J\\nname\')"')
  expect(await pristine(project, 'drift')).toMatchObject({ code: 0 })
  const checked = await pristine(project, 'drift', '--check')
  expect(checked).toMatchObject({ code: 8, stderr: '' })
  expect(checked.stdout).toContain('Drifted · 1 change\n')
  expect(checked.stdout).toContain('added /etc/evil[2J name\n')
  expect(checked.stdout).not.toContain('\x1b')
  const json = await pristine(project, 'drift', '--check', '--json')
  expect(json.code).toBe(8)
  expect(JSON.parse(json.stdout)).toEqual({
    schemaVersion: 1,
    drift: {
      packages: [],
      configuration: [{ path: '/etc/evil\x1b[2J\nname', kind: 'added' }],
      files: [],
      changes: 1,
      dotfiles: 0,
    },
    change: ['# Add these files to the repository, and a COPY for each: /etc/evil[2J name'],
    services: [],
  })
})

test('drift needs an environment', async () => {
  await using project = await testProject(plain)
  await expect(project.engine.drift(project.folder)).rejects.toMatchObject({
    code: 'environment-not-running',
  })
})
