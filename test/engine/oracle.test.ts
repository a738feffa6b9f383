// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { containerChanges } from '../../main/docker/containers.ts'
import { publish } from '../rig/publish.ts'
import { halves, sampled } from '../sample.ts'
import { docker, thingsOf } from './docker.ts'
import { DEFINITIONS } from './oracle/definitions.ts'
import { ALWAYS } from './oracle/differences.ts'
import { differences } from './oracle/observe.ts'
import { observePair, placePair, succeeded } from './oracle/place.ts'
import { devcontainer } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/*
 * The Dev Containers CLI is the oracle: both tools bring the same project up on the same engine, and whatever they
 * differ in is written down, here and in docs/differences.md, or is a fault.
 */

const hasClient = spawnSync('docker', ['--version']).status === 0
const canPublish = process.env['PRISTINE_RIG_REGISTRY'] !== undefined

describe.skipIf(!hasClient)('both tools give the same environment:', () => {
  for (const definition of sampled(DEFINITIONS, 6)) {
    const { title, publishes, differs = ALWAYS } = definition
    test.skipIf(publishes && !canPublish)(title, async () => {
      await using _published = publishes && (await published(publishes.reference, publishes.dockerfile))
      await using pair = await placePair(definition)
      const { peer, ours } = await observePair(pair, definition)
      const expected = Object.entries(differs).map(([name, { because: _, ...sides }]) => [name, sides])
      expect(differences(peer, ours)).toEqual(Object.fromEntries(expected))
    })
  }
})

describe.skipIf(!hasClient)('on purpose otherwise:', () => {
  testEven('hooks that create content are baked into the image, and nothing else is written', async () => {
    await using pair = await placePair({
      files: devcontainer({
        image: 'debian:bookworm-slim',
        onCreateCommand: 'echo content > /content',
        postCreateCommand: 'echo created > /created',
      }),
    })
    const [theirs, mine] = await Promise.all([pair.peer.up(), pair.ours.up()])
    const written = async (id = '') => (await containerChanges(pair.engine, id)).map((change) => change.path)
    const watched = ['/content', '/created', '/etc/environment', '/etc/profile']
    expect((await written(succeeded(theirs))).filter((file) => watched.includes(file)).sort()).toEqual(
      watched,
    )
    const ours = await written(mine.environment.containers[0]?.id)
    expect(ours.filter((file) => watched.includes(file))).toEqual(['/created'])
    expect(await pair.ours.exists('/content')).toBe(true)
  })

  testOdd('what reaches beyond the project has to be granted, and then is the same', async () => {
    const outside = 'type=bind,source=${localWorkspaceFolder}/../outside,target=/outside'
    const files = devcontainer({
      image: 'busybox:1.36',
      mounts: [outside],
      capAdd: ['SYS_PTRACE'],
      securityOpt: ['seccomp=unconfined'],
      runArgs: ['--pid=host', '--device=/dev/null:/dev/other:r', '--ipc', 'host', '--network=host'],
      initializeCommand: {
        text: 'echo "$PWD" | sed "s:.*/::" > text',
        list: ['sh', '-c', 'echo "$0 ${localWorkspaceFolderBasename}" > list', '$HOME'],
      },
    })
    await using pair = await placePair({ files })
    await Promise.all(Object.values(pair.roots).map((root) => mkdir(path.join(root, 'outside'))))
    const theirs = succeeded(await pair.peer.up())
    await expect(pair.ours.up()).rejects.toMatchObject({ code: 'not-trusted' })
    await pair.ours.grant()
    const mine = (await pair.ours.up()).environment.containers[0]?.id ?? ''
    const [one, two] = await Promise.all([settingsOf(theirs), settingsOf(mine)])
    expect(two).toEqual(one)
    const look = 'cat text list; test -c /dev/other && test -d /outside && echo there'
    const inside = (await pair.ours.exec(look)).stdout
    expect(inside).toBe((await pair.peer.exec(look)).stdout)
    expect(inside).toContain('there')
  })

  testEven('a changed definition replaces the environment', async () => {
    const asking = (word: string) => devcontainer({ image: 'busybox:1.36', containerEnv: { WORD: word } })
    await using pair = await placePair({ files: asking('before') })
    await Promise.all([pair.peer.up(), pair.ours.up()])
    await Promise.all([pair.peer.write(asking('after')), pair.ours.write(asking('after'))])
    await Promise.all([pair.peer.up(), pair.ours.up()])
    expect((await pair.peer.exec('echo $WORD')).stdout).toBe('before\n')
    expect((await pair.ours.exec('echo $WORD')).stdout).toBe('after\n')
  })

  testOdd(
    "an image's own label counts, whoever wrote it; who attaches finds it, and the definition",
    async () => {
      const wants = (extension: string) => ({ customizations: { vscode: { extensions: [extension] } } })
      const label = JSON.stringify({ containerEnv: { WORD: 'of the label' }, ...wants('image.one') })
      const written = (extension: string) =>
        devcontainer({
          build: { dockerfile: 'Dockerfile' },
          remoteUser: 'dev',
          remoteEnv: { AT: '${containerWorkspaceFolder}', HOST: '${localEnv:ATTACHED}' },
          userEnvProbe: 'none',
          ...wants(extension),
        })
      await using pair = await placePair({
        files: {
          ...written('own.two'),
          '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo dev:x:1000:1000::/tmp:/bin/sh >> /etc/passwd\nLABEL devcontainer.metadata='${label}'\n`,
        },
        env: { ATTACHED: 'moin-9f2c' },
      })
      const { peer, ours } = pair
      await ours.grant()
      const [, { environment, version }] = await Promise.all([peer.up(), ours.up()])
      expect((await peer.exec('echo $WORD')).stdout).toBe('\n')
      expect((await ours.exec('echo $WORD')).stdout).toBe('of the label\n')

      const container = environment.containers[0]?.id ?? ''
      const seen = await peer.attach(container, 'read-configuration', '--include-merged-configuration')
      expect(JSON.parse(seen).mergedConfiguration).toMatchObject({
        customizations: { vscode: [{ extensions: ['image.one'] }, { extensions: ['own.two'] }] },
        remoteUser: 'dev',
        userEnvProbe: 'none',
        containerEnv: { WORD: 'of the label' },
      })
      const inside = await peer.attach(container, 'exec', 'sh', '-c', 'echo "$(id -un) $AT $HOST"')
      expect(inside).toBe('dev /workspaces/project moin-9f2c\n')
      expect(JSON.stringify(await docker().getContainer(container).inspect())).not.toContain('moin-9f2c')

      // Another extension replaces nothing: a new container has it.
      await ours.write(written('own.three'))
      ours.events.length = 0
      const after = await ours.up()
      expect(after).toMatchObject({ action: 'none', version: { id: version.id }, environment })
      expect(ours.events).toContainEqual({ kind: 'note', text: expect.stringContaining('pristine reset') })
      const fresh = (await ours.reset()).environment.containers[0]?.id ?? ''
      const { Config } = await docker().getContainer(fresh).inspect()
      expect(Config.Labels['devcontainer.metadata']).toMatch(/image\.one.*own\.three/)
      ours.events.length = 0
      await ours.up()
      expect(ours.events).not.toContainEqual(expect.objectContaining({ kind: 'note' }))
    },
  )

  testEven('a failed hook leaves nothing behind', async () => {
    await using pair = await placePair({
      files: devcontainer({ image: 'busybox:1.36', postCreateCommand: 'exit 3' }),
    })
    const [theirs, mine] = await Promise.all([
      pair.peer.up(),
      pair.ours.up().catch((error: unknown) => error),
    ])
    expect(theirs.outcome).toBe('error')
    expect(await pair.peer.containers()).toHaveLength(1)
    expect(mine).toMatchObject({ code: 'hook-failed' })
    expect((await thingsOf(await pair.ours.key())).containers).toEqual([])
  })

  testOdd('postAttachCommand runs once a start', async () => {
    await using pair = await placePair({
      files: devcontainer({ image: 'busybox:1.36', postAttachCommand: 'echo attached >> /tmp/hooks' }),
    })
    for (let time = 0; time < 2; time++) await Promise.all([pair.peer.up(), pair.ours.up()])
    expect((await pair.peer.exec('cat /tmp/hooks')).stdout).toBe('attached\nattached\n')
    expect((await pair.ours.exec('cat /tmp/hooks')).stdout).toBe('attached\n')
  })
})

/** What the engine was asked for beyond the container. */
async function settingsOf(id: string) {
  const { HostConfig } = (await docker().getContainer(id).inspect()) as unknown as {
    HostConfig: Record<string, unknown>
  }
  const names =
    'Privileged CapAdd SecurityOpt Devices PidMode IpcMode NetworkMode UTSMode UsernsMode CgroupnsMode'
  const settings = Object.fromEntries(names.split(' ').map((name) => [name, HostConfig[name]]))
  return { ...settings, CapAdd: String(HostConfig['CapAdd']).replaceAll('CAP_', '') }
}

/** Publishes an image; disposing removes what was pulled of it. */
async function published(reference: string, dockerfile: string): Promise<AsyncDisposable> {
  await publish(reference, dockerfile)
  const remove = async () => {
    const image = docker().getImage(reference)
    const { Id } = await image.inspect()
    await docker().getImage(Id).remove({ force: true })
  }
  return { [Symbol.asyncDispose]: remove }
}
