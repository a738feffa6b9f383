// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { describe, expect, it } from 'vitest'
import { lastingMetadata, mergeImageMetadata } from '../../../main/definition/devcontainer/image-metadata.ts'
import { RunConfig } from '../../../shared/definition.ts'
import { expectError, readRun } from './project.ts'

const merge = async (json: object, metadata: unknown) =>
  mergeImageMetadata(await readRun(json), JSON.stringify(metadata), 'base:1')

describe('metadata of an image', () => {
  it('changes nothing where there is none', async () => {
    const { unset: _, ...run } = await readRun({ onCreateCommand: 'make' })
    for (const label of [undefined, '', '[]', '{}']) {
      const merged = mergeImageMetadata({ ...run, unset: ['overrideCommand'] }, label, 'base:1')
      expect(merged).toEqual({ run, hooks: { onCreateCommand: ['make'] } })
    }
  })

  it('lies under the definition, its later entries over its earlier ones', async () => {
    const entries = [
      {
        id: 'feature',
        remoteUser: 'a',
        containerUser: 'c',
        containerEnv: { X: '1', Y: '1' },
        remoteEnv: { P: 'p' },
      },
      {
        remoteUser: 'b',
        containerEnv: { Y: '2', Z: '2' },
        customizations: { vscode: {} },
        userEnvProbe: 'none',
      },
      { overrideCommand: false },
    ]
    const open = await merge({ containerEnv: { Z: '3' } }, entries)
    expect(RunConfig.parse(open.run)).toEqual(open.run)
    expect(open.run).toMatchObject({
      remoteUser: 'b',
      containerUser: 'c',
      containerEnv: { X: '1', Y: '2', Z: '3' },
      remoteEnv: { P: 'p' },
      userEnvProbe: 'none',
      overrideCommand: false,
      init: true,
    })
    expect(open.run).not.toHaveProperty('unset')
    const own = { remoteUser: 'me', containerUser: 'you', userEnvProbe: 'loginShell', overrideCommand: true }
    expect((await merge(own, entries)).run).toMatchObject(own)
  })

  it('decides a version by its lasting hooks and what they are given, whatever its members are called or ordered', () => {
    const [lasting, shuffled] = [
      '[{"id":"f","remoteUser":"dev","onCreateCommand":"make"},{"customizations":{}},{"containerEnv":{"B":"1","A":"2"}}]',
      '[{"onCreateCommand":"make","remoteUser":"dev","init":true},{"containerEnv":{"A":"2","B":"1"}}]',
    ].map((label) => lastingMetadata(label, 'base:1', { bakes: false }))
    expect(lasting).toEqual([
      { onCreateCommand: 'make', remoteUser: 'dev' },
      { containerEnv: { A: '2', B: '1' } },
    ])
    expect(JSON.stringify(shuffled)).toBe(JSON.stringify(lasting))
    for (const label of [
      undefined,
      '[]',
      '{"remoteUser":"dev","postStartCommand":"serve","onCreateCommand":""}',
    ])
      expect(lastingMetadata(label, 'base:1', { bakes: true })).toBeUndefined()
  })

  it("decides a version by what of this computer it gives to the definition's own hooks", () => {
    const who = { remoteEnv: { WHO: '${localEnv:WHO}' } }
    const mounts = [{ type: 'volume', source: 'v', target: '/${localWorkspaceFolderBasename}' }]
    for (const entry of [who, { mounts }, { remoteUser: '${localEnv:USER}' }]) {
      const label = JSON.stringify([{ customizations: {} }, entry])
      const lasting = lastingMetadata(label, 'base:1', { bakes: true })
      expect(lasting).toEqual([entry])
      // As a lock records it.
      expect(lastingMetadata(JSON.stringify(lasting), 'base:1', { bakes: true })).toEqual(lasting)
      expect(lastingMetadata(label, 'base:1', { bakes: false })).toBeUndefined()
    }
    const equal = [
      { remoteEnv: { IN: '${containerEnv:PATH}' } },
      { mounts: ['source=v-${devcontainerId},target=/v'] },
    ]
    expect(lastingMetadata(JSON.stringify(equal), 'base:1', { bakes: true })).toBeUndefined()
  })

  it('takes init if anyone asks for it', async () => {
    expect((await merge({ init: false }, [{ init: true }, { init: false }])).run.init).toBe(true)
    expect((await merge({ init: false }, { init: false })).run.init).toBe(false)
  })

  it('joins mounts by target and ports by number', async () => {
    const { run } = await merge({ mounts: ['source=mine,target=/data'], forwardPorts: [3000] }, [
      { mounts: ['source=a,target=/data', { type: 'volume', source: 'b-${devcontainerId}', target: '/b' }] },
      {
        forwardPorts: [3000, 4000],
        portsAttributes: { 3000: { label: 'Web' }, 4000: { requireLocalPort: true } },
      },
    ])
    expect(run.mounts).toMatchObject([{ source: 'mine' }, { source: 'b-${devcontainerId}' }])
    expect(run.ports).toEqual([
      { container: 3000, protocol: 'tcp', host: 3000, fixed: false, label: 'Web' },
      { container: 4000, protocol: 'tcp', host: 4000, fixed: true },
    ])
  })

  it('takes from an image that was made of a stack only the ports of its own', async () => {
    const { run } = await merge({}, [{ forwardPorts: ['db:5432', 'localhost:4000', '127.0.0.1:5000', 3000] }])
    expect(run.ports.map(({ container }) => container)).toEqual([3000, 4000, 5000])
  })

  it("gives the image's attributes to ports of the definition that have none of their own", async () => {
    const label = {
      portsAttributes: { 3000: { label: 'Image', requireLocalPort: true }, 4000: { label: 'Image' } },
    }
    const json = {
      forwardPorts: [3000, 4000, 5000],
      portsAttributes: { 4000: { label: 'Mine' } },
    }
    const { run } = await merge(json, [label, { otherPortsAttributes: { label: 'Other' } }])
    expect(run.ports).toMatchObject([
      { container: 3000, host: 3000, fixed: true, label: 'Image' },
      { container: 4000, fixed: false, label: 'Mine' },
      { container: 5000, fixed: false, label: 'Other' },
    ])
  })

  it("runs the hooks of all, the definition's last", async () => {
    const { hooks } = await merge({ onCreateCommand: ['c'], postStartCommand: 's' }, [
      { onCreateCommand: 'a', postAttachCommand: '' },
      { onCreateCommand: { x: 'b' } },
    ])
    expect(hooks).toEqual({ onCreateCommand: ['a', { x: 'b' }, ['c']], postStartCommand: ['s'] })
  })

  it('takes what reaches beyond the container from all, for trust to be asked for', async () => {
    const own = { capAdd: ['NET_ADMIN'], runArgs: ['--cap-add=SYS_TIME', '--pid=host'] }
    const { run } = await merge(own, [
      { privileged: false, capAdd: ['SYS_PTRACE'], securityOpt: ['seccomp:unconfined'] },
      { privileged: true, capAdd: ['SYS_PTRACE', 'NET_ADMIN'] },
    ])
    expect(run.options).toEqual({
      privileged: true,
      capAdd: ['SYS_PTRACE', 'NET_ADMIN', 'SYS_TIME'],
      securityOpt: ['seccomp=unconfined'],
      pid: 'host',
    })
  })

  it('collects entry points in their order', async () => {
    const { run } = await merge({}, [{ entrypoint: '/a' }, { entrypoint: null }, { entrypoint: '/b' }])
    expect(run.entrypoints).toEqual(['/a', '/b'])
    expect((await merge({}, [{}])).run).not.toHaveProperty('entrypoints')
  })

  it('names what it does not understand', async () => {
    await expectError(merge({}, { entrypoint: 5 }), 'definition-invalid', {
      problem: '"0.entrypoint" must be a string, not a number',
    })
    await expectError(merge({}, [{ remoteUser: 5 }]), 'definition-invalid', {
      problem: '"0.remoteUser" must be a string, not a number',
    })
    const run = await readRun({})
    await expectError(() => mergeImageMetadata(run, '{', 'base:1'), 'definition-invalid', {
      problem: 'expected JSON',
    })
  })

  it('says of whose label it speaks, and what can be done about that', async () => {
    const run = await readRun({})
    const hint = 'Use another image, or fix the label where it is set; the environment is as it was.'
    const failure = (label: string) => {
      try {
        return mergeImageMetadata(run, label, 'base:1')
      } catch (error) {
        return error
      }
    }
    expect(failure('{')).toMatchObject({
      message: 'The label devcontainer.metadata of base:1 cannot be used.',
      hint,
    })
  })
})
