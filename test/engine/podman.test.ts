import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whyBorrowed } from '../rig/borrowed-engine.ts'
import { type PodmanEngine, startPodmanEngine } from '../rig/podman-engine.ts'
import { devcontainer, testProject } from './test-project.ts'

const because = whyBorrowed()
const title = because ? `skipped, because ${because}:` : ''

/** The stories of the other files, on the other engine: docs/engines.md says where it differs. */
describe.skipIf(because)(`${title}on Podman`, () => {
  let podman: PodmanEngine
  const { DOCKER_HOST: shared } = process.env
  beforeAll(async () => {
    podman = await startPodmanEngine()
    process.env['DOCKER_HOST'] = podman.dockerHost
  })
  afterAll(async () => {
    process.env['DOCKER_HOST'] = shared
    await podman?.[Symbol.asyncDispose]()
  })

  test('a definition is pinned, built and run; a change makes v2 with its reason; a reset goes back', async () => {
    await using project = await testProject({
      ...devcontainer({
        build: { dockerfile: 'Dockerfile', context: '..' },
        mounts: ['source=data,target=/data,type=volume'],
      }),
      '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCOPY package-lock.json /srv/\n',
      'package-lock.json': '{"lockfileVersion":3}\n',
    })
    const first = await project.up()
    expect(first).toMatchObject({ action: 'built', version: { ordinal: 1 }, environment: { state: 'ready' } })
    expect(await project.up()).toMatchObject({ action: 'none', version: first.version })
    expect(await project.status()).toMatchObject({ state: 'ready', drift: { changes: 0 } })

    await project.exec('echo kept >/data/row; echo mess >/etc/mess')
    expect((await project.status()).drift).toEqual({ changes: 1 })
    await project.write({ 'package-lock.json': '{"lockfileVersion":3,"packages":{}}\n' })
    expect(await project.up()).toMatchObject({
      action: 'built',
      version: { ordinal: 2 },
      because: [{ input: 'package-lock.json' }],
    })
    expect(await project.reset('v1')).toMatchObject({ action: 'recreated', version: first.version })
    expect((await project.exec('cat /srv/package-lock.json /data/row; ls /etc/mess')).stdout).toBe(
      '{"lockfileVersion":3}\nkept\n',
    )
  })
})
