import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { publish } from '../rig/publish.ts'
import type { RegistryFault } from '../rig/registry-faults.ts'
import { type RegistryRequest, startRegistryProxy } from '../rig/registry-proxy.ts'
import { isRunning } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

const all = () => true
const manifests = ({ path }: RegistryRequest) => path.includes('/manifests/sha256:')
const blobs = ({ path }: RegistryRequest) => path.includes('/blobs/')

const target = process.env['PRISTINE_RIG_REGISTRY'] ?? ''

test.skipIf(target === '')(
  'whatever a registry does wrong, the environment stays and the error says so',
  async () => {
    const dockerfile = 'FROM busybox:1.36\nCOPY content /content\n'
    const publishNew = (tag: string) =>
      publish(`registry-faults:${tag}`, dockerfile, { content: randomBytes(100_000).toString('hex') })
    const another = await publishNew('another')
    await publishNew('1')
    await using proxy = await startRegistryProxy({ target })
    await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
    const before = (await project.up()).environment
    const image = `${proxy.registry}/library/registry-faults:1`
    await project.write(devcontainer({ image, userEnvProbe: 'none' }))

    const faults: [(request: RegistryRequest) => boolean, RegistryFault, string][] = [
      [all, { kind: 'down' }, 'registry-unreachable'],
      [all, { kind: 'unauthorized' }, 'reference-unknown'],
      [all, { kind: 'too-many', retryAfter: 30 }, 'registry-busy'],
      [manifests, { kind: 'flipped' }, 'registry-content'],
      [manifests, { kind: 'moved', to: another }, 'registry-content'],
      [blobs, { kind: 'flipped' }, 'registry-content'],
      [blobs, { kind: 'truncated' }, 'registry-content'],
    ]
    for (const [fits, fault, code] of faults) {
      proxy.fault(fits, fault)
      await expect(project.up(), fault.kind).rejects.toMatchObject({
        code,
        why: expect.stringMatching(/./),
        hint: expect.stringMatching(/./),
      })
      expect(await project.status()).toMatchObject({ state: 'ready', environment: before })
      expect(await isRunning(before.containers[0]?.id ?? '')).toBe(true)
      proxy.heal()
    }

    proxy.fault(all, { kind: 'slow', milliseconds: 100 })
    expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 2 } })
    const asked = proxy.requests().length
    proxy.fault(all, { kind: 'down' })
    expect((await project.reset('v2')).environment.state).toBe('ready')
    expect(proxy.requests()).toHaveLength(asked)
  },
)
