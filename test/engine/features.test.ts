import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { docker } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** A feature's files below the folder of the definition. `script` goes on after `set -eu`. */
const feature = (name: string, metadata: object, script = ''): Record<string, string> => ({
  [`.devcontainer/${name}/devcontainer-feature.json`]: JSON.stringify({
    id: name,
    version: '1.0.0',
    ...metadata,
  }),
  [`.devcontainer/${name}/install.sh`]: `#!/bin/sh\nset -eu\n${script}\n`,
})
const image = { image: 'busybox:1.36', userEnvProbe: 'none' }
const out = async (project: TestProject, command: string) => (await project.exec(command)).stdout.trim()
const configOf = async (image: string) => (await docker().getImage(image).inspect()).Config
const stepsOf = (project: TestProject) =>
  project.events.flatMap((event) => (event.kind === 'step' ? [event.name] : []))

test('features are installed in their order, with their options, users and variables, and leave nothing behind', async () => {
  await using project = await testProject({
    ...devcontainer({
      ...image,
      features: { './uses': { 'with-dash': "it's $HOME", on: true }, './gives': '2' },
      remoteUser: 'dev',
      postCreateCommand: 'echo own >>/tmp/hooks',
    }),
    ...feature(
      'uses',
      {
        installsAfter: ['./gives'],
        options: {
          version: { type: 'string', default: 'lts' },
          'with-dash': { type: 'string' },
          on: { type: 'boolean' },
        },
        dependsOn: { './account': {} },
        postCreateCommand: 'echo uses >>/tmp/hooks',
      },
      `tool >/used; printf '%s\\n' "$VERSION" "$WITH_DASH" "$ON" "$(id -u)" \\
        "$_CONTAINER_USER $_CONTAINER_USER_HOME" "$_REMOTE_USER $_REMOTE_USER_HOME" >/told; cp extra/word /word; touch here`,
    ),
    '.devcontainer/uses/extra/word': 'carried\n',
    ...feature(
      'gives',
      {
        containerEnv: { PATH: `/opt/gives:\${PATH}`, HELLO: 'a "b" \\c' },
        postCreateCommand: 'echo gives >>/tmp/hooks',
      },
      `mkdir -p /opt/gives; printf '#!/bin/sh\\necho "made by %s"\\n' "$VERSION" >/opt/gives/tool; chmod +x /opt/gives/tool`,
    ),
    ...feature('account', {}, 'echo dev:x:1000:1000::/home/dev:/bin/sh >>/etc/passwd; mkdir -p /home/dev'),
  })
  const { version } = await project.up()
  expect(await out(project, 'cat /used /word')).toBe('made by 2\ncarried')
  expect((await out(project, 'cat /told')).split('\n')).toEqual([
    'lts',
    "it's $HOME",
    'true',
    '0',
    'root /root',
    'dev /home/dev',
  ])
  expect(await out(project, 'cat /tmp/hooks; id -un; echo "$HELLO"')).toBe('gives\nuses\nown\ndev\na "b" \\c')
  expect(await out(project, 'ls -d /tmp/* /dev/pristine*')).toBe('/tmp/hooks')
  const config = await configOf(version.image)
  expect(config.User).toBe('')
  const entries = JSON.parse(config.Labels['devcontainer.metadata'] ?? '') as { id: string }[]
  expect(entries.map(({ id }) => id)).toEqual([
    '.devcontainer/account',
    '.devcontainer/gives',
    '.devcontainer/uses',
  ])

  // The order of the keys is nobody's choice; a file of a feature is an input.
  await project.write(
    devcontainer({
      ...image,
      features: { './gives': '2', './uses': { on: true, 'with-dash': "it's $HOME" } },
      remoteUser: 'dev',
      postCreateCommand: 'echo own >>/tmp/hooks',
    }),
  )
  expect(await project.up()).toMatchObject({ action: 'none', version: { id: version.id } })
  await project.write({ '.devcontainer/uses/extra/word': 'changed\n' })
  expect(await project.up()).toMatchObject({
    action: 'built',
    because: [{ input: '.devcontainer/uses/extra/word', kind: 'file' }],
  })
  expect(await out(project, 'cat /word')).toBe('changed')

  // Built again from what was kept, without its image and without the folder as it was.
  await project.engine.remove(project.folder, { data: false, versions: false })
  for (const name of [
    version.image,
    version.image.replace(/:.*/, ':v1'),
    version.image.replace(/:.*/, ':known-good'),
  ])
    await docker()
      .getImage(name)
      .remove({ force: true })
      .catch(() => {})
  await rm(path.join(project.folder, '.devcontainer/gives'), { recursive: true })
  await project.reset('v1')
  expect(await out(project, 'cat /used /word')).toBe('made by 2\ncarried')
})

testEven('on a stage in the middle of a Dockerfile, whose image runs as somebody else', async () => {
  const files = {
    ...devcontainer({
      build: { dockerfile: 'Dockerfile', target: 'dev' },
      userEnvProbe: 'none',
      features: { './mark': {} },
    }),
    // The escape character is the file's own, and no line end stands at its end.
    '.devcontainer/Dockerfile':
      '# escape=`\nFROM busybox:1.36 AS dev\nRUN touch /in-dev `\n  /in-dev-2\nUSER nobody\nLABEL devcontainer.metadata=\'{"hostRequirements":{"cpus":4096}}\'\nFROM dev AS prod\nRUN touch /tmp/in-prod',
    ...feature('mark', {}, 'ls -d /in-* >/marked; id -un >>/marked'),
  }
  await using project = await testProject(files)
  await project.up()
  expect(await out(project, 'cat /marked; id -un')).toBe('/in-dev\n/in-dev-2\nroot\nnobody')
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: expect.stringContaining('The image wants 4096 processors (hostRequirements.cpus); the engine has'),
  })
  await project.write({
    '.devcontainer/Dockerfile': files['.devcontainer/Dockerfile'].replace('/tmp/in-prod', '/tmp/other'),
  })
  expect(await project.up()).toMatchObject({ action: 'none' })
})

testOdd(
  'entry points run one after the other before the program, and what a feature reaches is asked for before a build',
  async () => {
    const asks = { entrypoint: '/first', mounts: ['source=cache,target=/cache,type=volume'] }
    await using project = await testProject({
      ...devcontainer({ ...image, features: { './first': {}, './second': {} } }),
      ...feature('first', asks, "printf '#!/bin/sh\\necho first >>/tmp/run\\n' >/first; chmod +x /first"),
      ...feature('second', { entrypoint: 'echo second >>/tmp/run' }),
    })
    await project.up()
    expect(await out(project, 'cat /tmp/run; mount | grep -c " /cache "')).toBe('first\nsecond\n1')
    expect(await project.up()).toMatchObject({ action: 'none' })

    project.events.length = 0
    await project.write(feature('second', { capAdd: ['SYS_PTRACE'] }))
    await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
    expect(stepsOf(project)).toEqual([])
    await project.grant()
    await project.up()
    const [container] = (await project.status()).environment?.containers ?? []
    expect(
      (
        await docker()
          .getContainer(container?.id ?? '')
          .inspect()
      ).HostConfig.CapAdd,
    ).toEqual(['SYS_PTRACE'])
  },
)

test('a variable of this computer is in no image, and asked for', async () => {
  await using project = await testProject({
    ...devcontainer({ ...image, features: { './greet': {} } }),
    ...feature('greet', { containerEnv: { FROM_HOST: `\${localEnv:GREET_WORD:nobody}` } }),
  })
  project.env['GREET_WORD'] = 'moin-9f2c'
  await project.grant()
  const { version } = await project.up()
  expect(await out(project, 'echo "<$FROM_HOST>"')).toBe('<moin-9f2c>')
  expect(JSON.stringify(await docker().getImage(version.image).history())).not.toContain('moin-9f2c')
  expect(JSON.stringify(await configOf(version.image))).not.toContain('moin-9f2c')
  project.env['GREET_WORD'] = 'another'
  expect(await project.up()).toMatchObject({ action: 'recreated', version: { id: version.id } })
})

test('a feature that fails is named with its version and its last lines, and what runs goes on', async () => {
  await using project = await testProject(devcontainer(image))
  const before = (await project.up()).environment
  await project.write({
    ...devcontainer({ ...image, features: { './broken': {} } }),
    ...feature('broken', {}, 'echo cannot find it >&2; exit 3'),
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'feature-failed',
    exit: 5,
    data: {
      feature: 'broken 1.0.0',
      problem: 'exit code: 3',
      output: [expect.stringContaining('cannot find it')],
    },
  })
  expect(await project.status()).toMatchObject({ state: 'ready', environment: before })
})

test.each<[string, (folder: string) => Promise<unknown>, string]>([
  ['no folder', (folder) => rm(folder, { recursive: true }), 'is no folder of the project'],
  ['no script', (folder) => rm(path.join(folder, 'install.sh')), 'has no install.sh'],
  [
    'no metadata',
    (folder) => rm(path.join(folder, 'devcontainer-feature.json')),
    'has no devcontainer-feature.json',
  ],
  [
    'metadata that is no JSON',
    (folder) => writeFile(path.join(folder, 'devcontainer-feature.json'), '{'),
    'expected',
  ],
  [
    'metadata without an id',
    (folder) => writeFile(path.join(folder, 'devcontainer-feature.json'), '{}'),
    '"id" must be a string',
  ],
  [
    'a folder in the place of the script',
    async (folder) => {
      await rm(path.join(folder, 'install.sh'))
      await mkdir(path.join(folder, 'install.sh'))
    },
    'has no install.sh',
  ],
])(
  '%s: the definition is refused with the place, and nothing is asked of the engine',
  async (_, damage, problem) => {
    await using project = await testProject({
      ...devcontainer({ ...image, features: { './mine': {} } }),
      ...feature('mine', {}),
    })
    await damage(path.join(project.folder, '.devcontainer/mine'))
    await expect(project.up()).rejects.toMatchObject({
      code: 'definition-invalid',
      data: { file: expect.stringMatching(/json$/), problem: expect.stringContaining(problem) },
    })
  },
)

test('what a Dockerfile leaves to builds upon it does not run, and a user that is no name is refused', async () => {
  const definition = (more: object = {}) =>
    devcontainer({
      build: { dockerfile: 'Dockerfile', ...more },
      userEnvProbe: 'none',
      features: { './mine': {} },
    })
  await using project = await testProject({
    ...definition(),
    ...feature('mine', {}, 'touch /mine'),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nONBUILD RUN touch /triggered\nONBUILD COPY . /ctx\n',
  })
  await project.up()
  expect(await out(project, 'ls -d /mine /triggered /ctx')).toBe('/mine')

  // A line of Pristine's own text would come of it.
  await project.write({
    ...definition({ args: { U: 'root\nCOPY --from=busybox:latest /bin /stolen\nUSER root' } }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nARG U\nUSER $U\n',
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'definition-unsupported',
    data: { key: 'features', reason: expect.stringContaining("no user's name") },
  })
})

test('options that are too long together, and features that need each other, are refused at once', async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) =>
      Object.entries(feature(`f${at}`, { dependsOn: { [`./f${at + 1}`]: { o: 'x'.repeat(20_000) } } })),
    ).flat(),
  )
  await using project = await testProject({
    ...devcontainer({ ...image, features: { './f0': {} } }),
    ...chain,
    ...feature('f60', {}),
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'definition-invalid',
    data: { problem: 'the options of the features are longer than 256 KiB together' },
  })
  await project.write({
    ...feature('f0', { dependsOn: { './f1': {} } }),
    ...feature('f1', { dependsOn: { './f0': {} } }),
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'definition-invalid',
    data: { problem: expect.stringContaining('need each other') },
  })
})
