import { chmod, chown, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { LABEL } from '../../main/docker/labels.ts'
import { makeMemoryDisk } from '../rig/small-disk.ts'
import { halves } from '../sample.ts'
import { docker } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

const isRoot = process.getuid?.() === 0
// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test.skipIf(!isRoot))
const [UID, GID] = [1000, 1000]

const definition = (more: object, user = 'dev') => ({
  ...devcontainer({ build: { dockerfile: 'Dockerfile' }, remoteUser: user, userEnvProbe: 'none', ...more }),
  '.devcontainer/Dockerfile':
    'FROM busybox:1.36\nRUN echo dev:x:1000:1000::/home/dev:/bin/sh >> /etc/passwd && mkdir -p /home/dev /of-root && chown 1000:1000 /home/dev\n',
})
const warnings = ({ events }: TestProject): string[] =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))

/** Gives a project's own folder to somebody: on a computer of theirs it is theirs. */
async function give({ folder }: TestProject, uid: number, gid: number): Promise<void> {
  await chown(folder, uid, gid)
  await chmod(folder, 0o755)
}

/** Collects the attributes of a project's containers that the engine creates, until it is stopped. */
async function watchCreated(key: string) {
  const filters = { type: ['container'], event: ['create'], label: [`${LABEL.project}=${key}`] }
  const stream = (await docker().getEvents({ filters: JSON.stringify(filters) })) as Readable
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const stop = () => {
    stream.destroy()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).Actor.Attributes as Record<string, string>)
  }
  return { stop }
}

testEven('who cannot write the workspace learns why, by a failing hook or by a warning', async () => {
  const kept = (more: object) => definition({ updateRemoteUserUID: false, ...more })
  await using project = await testProject(kept({ postStartCommand: 'touch made-by-hook' }))
  await give(project, 3337, 100)
  const problem =
    'The user dev (1000) cannot write the workspace /workspaces/project, which belongs to 3337:100 with mode 755.'
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    why: expect.stringContaining(problem),
    hint: expect.stringContaining(`sudo chown -R 1000 ${project.folder}`),
  })
  // A command that was not found failed for that, and not because of the folder.
  await project.write(kept({ postStartCommand: 'no-such-program' }))
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    hint: expect.not.stringContaining('chown'),
  })
  // A content hook works on a copy, which belongs to its user.
  await project.write(kept({ onCreateCommand: 'touch made-by-hook' }))
  expect((await project.up()).environment.state).toBe('ready')
  expect(warnings(project)).toContainEqual(expect.stringContaining(problem))
  project.events.length = 0
  await project.write(kept({}))
  expect((await project.up()).environment.state).toBe('ready')
  expect(warnings(project)).toEqual([expect.stringContaining(problem)])
  await give(project, UID, GID)
  project.events.length = 0
  // A daemon that a feature brings keeps its data where only root writes.
  const daemon = {
    id: 'daemon',
    version: '1.0.0',
    mounts: ['source=daemon,target=/var/lib/daemon,type=volume'],
  }
  await project.write({
    ...definition({ features: { './daemon': {} }, postCreateCommand: 'exit 3' }),
    '.devcontainer/daemon/devcontainer-feature.json': JSON.stringify(daemon),
    '.devcontainer/daemon/install.sh': 'mkdir -p -m 710 /var/lib/daemon/data',
  })
  await give(project, UID, GID)
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    hint: expect.not.stringContaining('chown'),
  })
  await project.write(definition({ features: { './daemon': {} } }))
  project.events.length = 0
  await project.up()
  expect(warnings(project)).toEqual([])
})

test.skipIf(!isRoot || process.env['PRISTINE_RIG_ENGINE'] === 'podman-rootless')(
  "the user has the ids of the person, in the workspace and wherever the image has files of the user's; the version has not",
  async () => {
    const files = (more: object = {}) => ({
      ...definition({
        mounts: ['source=cache,target=/home/dev/.cache/tool,type=volume'],
        onCreateCommand: 'mkdir modules && touch modules/baked',
        postStartCommand: 'touch made-by-hook /opt/venv/installed modules/here',
        ...more,
      }),
      '.devcontainer/Dockerfile':
        'FROM busybox:1.36\nRUN echo dev:x:1000:1000::/home/dev:/bin/sh >> /etc/passwd; printf "dev:x:1000:\\nstaff:x:5555:\\n" >> /etc/group; mkdir -p /home/dev /opt/venv && touch /opt/of-root && chown 1000:1000 /home/dev /opt/venv\nONBUILD RUN touch /never\n',
    })
    const owners = 'stat -c %u:%g ~ ~/.cache/tool /opt/venv /opt/venv/installed modules/baked /opt/of-root'
    const ownersInside = async () => (await project.exec(owners)).stdout.trim().split('\n')
    await using project = await testProject(files())
    await give(project, 3337, 5555)
    const created = await watchCreated(await project.key())
    const first = await project.up()
    // A writer's, so that one that was killed leaves nothing behind.
    expect(created.stop().filter(({ name = '' }) => name.includes('-look-'))).toEqual([
      expect.objectContaining({ [LABEL.role]: 'bake' }),
    ])
    expect((await project.exec('id -u; id -g; id -un')).stdout).toBe('3337\n1000\ndev\n')
    expect(await ownersInside()).toEqual([...Array(5).fill('3337:1000'), '0:0'])
    expect((await stat(path.join(project.folder, 'made-by-hook'))).uid).toBe(3337)
    expect(await project.exists('/never')).toBe(false)
    expect(warnings(project)).toEqual([])
    expect((await project.up()).action).toBe('none')
    expect((await project.engine.drift(project.folder)).drift.files.map(({ path }) => path)).toEqual([
      '/opt/venv/installed',
    ])

    // Where the definition does not want it, it is the same version all the same. A volume that holds data stays as it is.
    await project.exec('touch ~/.cache/tool/kept')
    await rm(path.join(project.folder, 'made-by-hook'))
    await project.write(files({ updateRemoteUserUID: false }))
    await give(project, UID, GID)
    const again = await project.up()
    expect(again).toMatchObject({ action: 'recreated', version: { id: first.version.id } })
    expect(again.because).toEqual([
      expect.objectContaining({ input: 'the user and group number on this computer' }),
    ])
    expect((await project.exec('id -u')).stdout).toBe('1000\n')
    expect(warnings(project)).toEqual([expect.stringContaining('cannot write the volume cache')])

    // What the definition wanted last is kept where its file cannot be read.
    await project.write({ '.devcontainer/devcontainer.json': '{' })
    await give(project, 3337, 5555)
    await project.engine.reset(project.folder, {}, project.run())
    expect((await project.exec('id -u; ls ~/.cache/tool/kept')).stdout).toBe(
      '1000\n/home/dev/.cache/tool/kept\n',
    )

    // The image beside the version is built by one writer.
    await project.write(files({ postStartCommand: 'touch /opt/venv/installed' }))
    await give(project, 4444, 5555)
    project.events.length = 0
    const runOnce = () => {
      const [stdin, stdout, stderr] = [
        new PassThrough(),
        new PassThrough().resume(),
        new PassThrough().resume(),
      ]
      const terminal = { stdin, stdout, stderr, tty: false, interactive: false }
      return project.engine.run(project.folder, { frozen: false }, ['true'], terminal, project.run())
    }
    const code = runOnce()
    const giving = expect.objectContaining({
      kind: 'step',
      name: 'Give dev the user and group number 4444:1000',
    })
    await vi.waitFor(() => expect(project.events).toContainEqual(giving), { interval: 5, timeout: 30_000 })
    await expect(runOnce()).rejects.toMatchObject({ code: 'busy' })
    expect(await code).toBe(0)
    const names = async () =>
      (await docker().listImages({ filters: { reference: [`pristine/${await project.key()}`] } })).flatMap(
        ({ RepoTags }) => RepoTags ?? [],
      )
    expect(await names()).toContainEqual(expect.stringContaining('-ids-'))

    // A prune leaves the image that the container uses, and that one has all that the version needs for these ids.
    const here = (await project.up()).version
    const name = `pristine/${await project.key()}:v${here.ordinal}`
    const gone = await docker().getImage(name).inspect()
    for (const tag of gone.RepoTags) await docker().getImage(tag).remove()
    await expect(docker().getImage(gone.Id).inspect()).rejects.toMatchObject({ statusCode: 404 })
    expect((await project.versions()).find(({ id }) => id === here.id)).toMatchObject({
      present: true,
      current: true,
    })
    project.events.length = 0
    expect((await project.up()).action).toBe('none')
    expect((await docker().getImage(name).inspect()).RepoTags).toHaveLength(gone.RepoTags.length + 1)
    const { versions } = await project.engine.disk(project.folder)
    expect(versions.find(({ id }) => id === here.id)?.own).toBeGreaterThan(0)
    expect(await project.engine.verify(project.folder, undefined, project.run())).toMatchObject({
      image: true,
    })
    expect(warnings(project)).toEqual([])
    // For others it is built again.
    await give(project, UID, GID)
    expect(await project.up()).toMatchObject({ action: 'built', version: here })
    expect((await project.exec('id -u')).stdout).toBe('1000\n')
    await project.engine.remove(project.folder, { data: true, versions: true })
    expect(await names()).toEqual([])
  },
)

testOdd(
  "a home that is missing, or not its user's, is told by a warning, and where a hook meets it",
  async () => {
    const withHome = (run: string, more: object = {}) => ({
      ...definition({ postStartCommand: 'touch made-by-hook', ...more }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo dev:x:1000:1000::/home/dev:/bin/sh >> /etc/passwd${run}\n`,
    })
    const remedy = '("RUN mkdir -p /home/dev && chown 1000:1000 /home/dev")'
    await using project = await testProject(withHome(''))
    await give(project, UID, GID)
    for (const [files, problem] of [
      [withHome(''), 'The user dev (1000) has no home: /home/dev does not exist.'],
      [
        withHome(' && mkdir -p /home/dev'),
        'The user dev (1000) cannot write the home /home/dev, which belongs to 0:0 with mode 755.',
      ],
    ] as const) {
      project.events.length = 0
      await project.write(files)
      await give(project, UID, GID)
      await project.up()
      expect(warnings(project)).toEqual([expect.stringContaining(problem)])
      expect(warnings(project)).toEqual([expect.stringContaining(remedy)])
    }
    await project.write(withHome('', { postStartCommand: 'echo x > ~/settings' }))
    await expect(project.up()).rejects.toMatchObject({
      code: 'hook-failed',
      why: expect.stringContaining('has no home'),
      hint: expect.stringContaining(remedy),
    })
    await project.write(withHome('', { postStartCommand: 'exit 3' }))
    await expect(project.up()).rejects.toMatchObject({ hint: expect.not.stringContaining(remedy) })
    project.events.length = 0
    await project.write(withHome(' && mkdir -p /home/dev && chown 1000:1000 /home/dev'))
    await project.up()
    expect(warnings(project)).toEqual([])
  },
)

test.skipIf(!isRoot)("that files of root's stay root's outside is reported once", async () => {
  const plain = (more: object) => devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...more })
  await using project = await testProject(plain({}))
  await give(project, 3337, 100)
  const notes = () =>
    project.events.flatMap((event) =>
      event.kind === 'note' && event.text.startsWith('Commands run as root') ? [event.text] : [],
    )
  await project.up()
  const rootless = process.env['PRISTINE_RIG_ENGINE'] === 'podman-rootless'
  expect(notes()).toEqual(
    rootless ? [] : [expect.stringContaining(`${project.folder} belongs to root on this computer.`)],
  )
  await project.write(plain({ containerEnv: { A: '1' } }))
  await project.up()
  expect(notes()).toHaveLength(rootless ? 0 : 1)
})

test.skipIf(!isRoot || (process.env['PRISTINE_RIG_ENGINE'] ?? 'docker') !== 'docker')(
  'a project that is mounted read-only is told as that: with its lock it starts, and no command is blamed',
  async () => {
    await using project = await testProject({})
    await using disk = await makeMemoryDisk(project.folder, 1024)
    const plain = (more: object) => devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...more })
    await project.write(plain({}))
    await disk.protect()
    await expect(project.up()).rejects.toMatchObject({
      code: 'storage-failed',
      hint: expect.stringMatching(/read-only.*run "pristine lock" elsewhere/),
    })
    await disk.unprotect()
    await project.engine.lock(project.folder, {}, project.run())
    await disk.protect()
    await project.up()
    const problem = `Nobody can write the workspace /workspaces/project: ${project.folder} is mounted read-only on this computer.`
    expect(warnings(project)).toEqual([expect.stringContaining(problem)])
    for (const [more, error] of [
      [{ postCreateCommand: 'touch made' }, { code: 'hook-failed', why: expect.stringContaining(problem) }],
      [
        { mounts: ['source=v,target=/workspaces/project/deep,type=volume'] },
        { code: 'mount-without-place', data: { target: '/workspaces/project/deep' } },
      ],
    ] as const) {
      await disk.unprotect()
      await project.write(plain(more))
      await disk.protect()
      await expect(project.up()).rejects.toMatchObject(error)
    }
    await disk.unprotect()
  },
)

test.skipIf(!isRoot)(
  'a user without an account comes up, with a shell, and without a word of programs',
  async () => {
    await using project = await testProject(
      definition({ postCreateCommand: 'echo "$(id -u) $HOME" > /tmp/who' }, '1234:0'),
    )
    await give(project, 1234, 0)
    await project.up()
    expect(warnings(project)).toEqual([])
    expect((await project.exec('cat /tmp/who')).stdout).toBe('1234 /\n')
    await project.write(definition({}, 'nobody'))
    await give(project, 65534, 65534)
    expect((await project.up()).environment.state).toBe('ready')
  },
)

testOdd("new volumes, and the folders above their places, are the user's", async () => {
  const mounts = [
    'source=cache,target=/home/dev/.cache/tool,type=volume',
    'source=of-root,target=/of-root,type=volume',
    'source=modules,target=/workspaces/project/modules/here,type=volume',
  ]
  const owners = 'stat -c %u:%n /home/dev/.cache /home/dev/.cache/tool /of-root modules modules/here'
  for (const hooks of [{ onCreateCommand: 'echo first > ~/.cache/tool/baked' }, {}]) {
    await using project = await testProject(
      definition({ mounts, postCreateCommand: 'mkdir ~/.cache/other; touch modules/here/it', ...hooks }),
    )
    await give(project, UID, GID)
    await project.up()
    expect((await project.exec(owners)).stdout.match(/^\d+/gm)).toEqual(Array(5).fill('1000'))
    expect(await project.exists('/home/dev/.cache/tool/baked')).toBe('onCreateCommand' in hooks)
    expect(warnings(project)).toEqual([])
    // On this computer it is its owner's, not root's.
    expect((await stat(path.join(project.folder, 'modules/here'))).uid).toBe(UID)
  }
})

test.skipIf(!isRoot)('a start that fails leaves no folder of its mounts behind', async () => {
  await using project = await testProject(
    definition({
      mounts: ['source=modules,target=/workspaces/project/modules/here,type=volume'],
      postCreateCommand: 'exit 3',
    }),
  )
  await give(project, UID, GID)
  const before = await readdir(project.folder)
  await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
  expect((await readdir(project.folder)).sort()).toEqual([...before].sort())
})
