import { describe, expect, test } from 'vitest'
import { covers, decideTrust, ofLayer, type TrustState } from '../../../main/trust/decide-trust.ts'
import { describeAskingFeatures } from '../../../shared/describe-permission.ts'
import { askingFeatures, type Permission } from '../../../shared/trust.ts'

const folder = (source: string, access: 'read' | 'write' = 'read', target = '/x'): Permission => ({
  kind: 'folder',
  source,
  target,
  access,
})
const command = (text: string, files?: string): Permission => ({
  kind: 'host-command',
  from: 'initializeCommand of devcontainer.json',
  name: null,
  command: text,
  ...(files !== undefined && { files }),
})
const linux = (name: string): Permission => ({ kind: 'linux-capability', name })
const variable: Permission = { kind: 'variable', name: 'TOKEN' }
const privileged: Permission = { kind: 'privileged' }
const DEFAULTS: Permission[] = [
  { kind: 'image', reference: 'debian:bookworm' },
  { kind: 'own-folder', folder: '.', target: '/workspaces/shop', access: 'write' },
  { kind: 'own-volume', name: 'data', target: '/data' },
  { kind: 'port', address: '127.0.0.1', port: 3000, protocol: 'tcp' },
  { kind: 'network', mode: 'default' },
]
const own = (granted: Permission[] = []): TrustState => ({
  origin: 'folder',
  remote: 'https://example.org/shop',
  defaults: true,
  granted,
})
const clone = (defaults: boolean, granted: Permission[] = []): TrustState => ({
  ...own(granted),
  origin: 'clone',
  defaults,
})

describe('what is asked', () => {
  test("of a person's own folder nothing but what is beyond the default permissions", () => {
    const home: Permission = { kind: 'variable', name: 'HOME' }
    expect(decideTrust(own(), [...DEFAULTS, home])).toMatchObject({ granted: true, beyond: [], asked: [] })
    expect(decideTrust(own(), [...DEFAULTS, variable]).asked).toEqual([variable])
    const agent: Permission = { kind: 'build-ssh-agent' }
    expect(decideTrust(own([privileged]), [...DEFAULTS, agent]).asked).toEqual([agent])
    const sheet = decideTrust(own(), [...DEFAULTS, privileged, folder('/etc')])
    expect(sheet).toMatchObject({ granted: false, asked: [folder('/etc'), privileged] })
    expect(sheet.capabilities).toHaveLength(7)
  })

  test('beside it, the features that ask for something beyond the default permissions', () => {
    const feature = (reference: string, ...requests: string[]): Permission => ({
      kind: 'feature',
      reference,
      requests,
    })
    const docker = feature('docker', 'privileged', 'mount source=data,target=/data,type=volume')
    const outside = feature('outside', 'mount source=/run/docker.sock,target=/run/docker.sock,type=bind')
    const plain = [feature('go'), feature('cache', 'mount source=cache,target=/cache,type=volume')]
    const all = [...DEFAULTS, privileged, docker, outside, ...plain]
    expect(askingFeatures(decideTrust(own(), all))).toEqual([docker, outside])
    // In a clone they are asked for themselves.
    expect(askingFeatures(decideTrust(clone(false), all))).toEqual([])
  })

  test('what was granted to a layer is not granted to the definition, and the other way round it is', () => {
    const layer = [folder('/mine', 'write', '/of-layer')]
    const toLayer = { ...own(), grantedToLayer: layer }
    expect(decideTrust(own(), layer, layer)).toMatchObject({ asked: layer, ofLayer: layer })
    expect(decideTrust(toLayer, layer, layer)).toMatchObject({ granted: true, asked: [] })
    expect(decideTrust(toLayer, layer, { merged: layer })).toMatchObject({ granted: true })
    // The layer is gone, or still there and the definition wants the same.
    const theirs = folder('/mine', 'read', '/of-definition')
    expect(decideTrust(toLayer, [theirs]).asked).toEqual([theirs])
    expect(decideTrust(toLayer, [theirs, ...layer], layer).asked).toEqual([theirs])
    // A grant of the definition's, as all are that were given before there were layers.
    expect(decideTrust(own(layer), layer, layer)).toMatchObject({ granted: true })
    expect(decideTrust(own(layer), layer, { merged: layer })).toMatchObject({ granted: true })
  })

  test('what is granted to a version whose layer is not known apart counts for a layer alone', () => {
    const mixed = [command('make'), folder('/mine'), folder('/theirs'), privileged]
    expect(mixed.filter(ofLayer({ merged: mixed }, [folder('/theirs')]))).toEqual([
      folder('/mine'),
      privileged,
    ])
    // What only its image requests is not the layer's.
    expect(mixed.filter(ofLayer({ merged: [folder('/mine')] }, []))).toEqual([folder('/mine')])
    expect(mixed.filter(ofLayer([privileged], []))).toEqual([privileged])
  })

  test('a feature that asks is named as that of the layer or of the definition', () => {
    const [one, other] = ['one', 'other'].map(
      (reference): Permission => ({ kind: 'feature', reference, requests: ['privileged'] }),
    )
    if (!one || !other) throw new Error('two')
    expect(describeAskingFeatures([one, other], [one])).toEqual([
      'Your layer uses the feature one, which asks for: privileged',
      'The definition uses the feature other, which asks for: privileged',
    ])
    expect(describeAskingFeatures([one], { merged: [one] })).toEqual([
      'The version uses the feature one, which asks for: privileged',
    ])
  })

  test('of a clone everything, until it is granted; then what came since', () => {
    const reached = [...DEFAULTS, variable]
    expect(decideTrust(clone(false), reached).asked).toHaveLength(6)
    expect(decideTrust(clone(true, [variable]), reached)).toMatchObject({ granted: true, asked: [] })
    const image: Permission = { kind: 'image', reference: 'alpine:3' }
    expect(decideTrust(clone(true, [variable]), [...reached, image]).granted).toBe(true)
    expect(decideTrust(clone(true), reached).asked).toEqual([variable])
  })

  test('of a clone without anything at all: the grant', () => {
    expect(decideTrust(clone(false), [])).toMatchObject({ asked: [], granted: false })
  })

  test('a port of this computer that is another one', () => {
    const port: Permission = { kind: 'port', address: '0.0.0.0', port: 80, protocol: 'tcp' }
    const other: Permission = { ...port, host: 22 }
    expect(decideTrust(own([port]), [port]).granted).toBe(true)
    expect(decideTrust(own([port]), [other]).asked).toEqual([other])
    expect(decideTrust(own([{ ...port, host: 443 }]), [other]).asked).toEqual([other])
  })

  test('only the difference', () => {
    const before = [folder('/a', 'write'), command('make')]
    expect(decideTrust(own(before), before).granted).toBe(true)
    expect(decideTrust(own(before), [folder('/a', 'write')]).granted).toBe(true)
    expect(decideTrust(own(before), [...before, command('rm')]).asked).toEqual([command('rm')])
  })

  test.each<Permission>([
    { kind: 'port', address: '0.0.0.0', port: 80, protocol: 'tcp' },
    { kind: 'port', address: '', port: 80, protocol: 'tcp' },
    { kind: 'network', mode: 'host' },
    { kind: 'network', mode: 'other' },
    { kind: 'namespace', namespace: 'pid', of: 'host' },
    { kind: 'volume', name: 'theirs', target: '/x', access: 'read' },
    { kind: 'device', path: '/dev/fuse', target: '/dev/fuse', access: 'r' },
    { kind: 'device-request', request: 'all' },
    { kind: 'security-option', option: 'seccomp=unconfined' },
    { kind: 'setting', name: 'Runtime', value: '"x"' },
    { kind: 'docker-socket', socket: '/run/docker.sock', source: '/run', target: '/x' },
    linux('CHOWN'),
    command('true'),
  ])('$kind is beyond the default permissions', (capability) => {
    expect(decideTrust(own(), [capability]).asked).toEqual([capability])
    expect(decideTrust(own([capability]), [capability]).granted).toBe(true)
  })
})

describe('a command that is about to run', () => {
  const FILES = 'a'.repeat(64)

  test('has two fingerprints: with the files as they are, and whatever they say', () => {
    const now = decideTrust(own(), [privileged, command('make', FILES)])
    const later = decideTrust(own(), [privileged, command('make', 'b'.repeat(64))])
    expect(now.anyFiles).not.toBeNull()
    expect(now.anyFiles).not.toBe(now.fingerprint)
    expect(later.fingerprint).not.toBe(now.fingerprint)
    // The wider one stays, so that a script can give it.
    expect(later.anyFiles).toBe(now.anyFiles)
    expect(decideTrust(own(), [command('make', FILES)]).anyFiles).not.toBe(now.anyFiles)
  })

  test('has one where it is granted, or is not about to run', () => {
    expect(decideTrust(own([command('make', FILES)]), [command('make', FILES)]).anyFiles).toBeNull()
    expect(decideTrust(own(), [command('make')]).anyFiles).toBeNull()
    expect(decideTrust(own([command('make', 'any')]), [privileged, command('make', FILES)])).toMatchObject({
      capabilities: [command('make', 'any'), privileged],
      asked: [privileged],
      anyFiles: null,
    })
  })
})

describe('what was granted covers', () => {
  test.each<[Permission, Permission, boolean]>([
    [folder('/a', 'write'), folder('/a', 'read'), true],
    [folder('/a', 'read'), folder('/a', 'write'), false],
    [folder('/a'), folder('/a', 'read', '/elsewhere'), true],
    [folder('/a'), folder('/a/b'), false],
    [privileged, linux('SYS_ADMIN'), true],
    [privileged, { kind: 'network', mode: 'host' }, false],
    [privileged, folder('/'), false],
    [linux('ALL'), linux('SYS_ADMIN'), true],
    [linux('SYS_ADMIN'), linux('ALL'), false],
    [command('make'), command('make '), false],
    [command('make', '1'), command('make', '1'), true],
    [command('make', '1'), command('make', '2'), false],
    [command('make', '1'), command('make', 'any'), false],
    [command('make', 'any'), command('make', '2'), true],
    [command('make', 'any'), command('rm', '2'), false],
    // Where it is not about to run, the files do not matter; so seen it is not granted to run.
    [command('make', '1'), command('make'), true],
    [command('make'), command('make', '1'), false],
    [command('make'), { ...command('make'), from: 'elsewhere', name: 'a' } as Permission, true],
  ])('%j, %j: %s', (granted, wanted, covered) => expect(covers(granted, wanted)).toBe(covered))
})

describe('the fingerprint', () => {
  const of = (state: TrustState, reached: Permission[]) => decideTrust(state, reached).fingerprint
  const beyond = [folder('/a'), privileged]

  test('is of the set, not of its order or its repetitions, nor of what was granted before', () => {
    expect(of(own(), [...beyond, ...beyond].reverse())).toBe(of(own(), beyond))
    expect(of(own([privileged]), beyond)).toBe(of(own(), beyond))
  })

  test('is another one for another remote, another text, more, and less', () => {
    const others = [
      of({ ...own(), remote: null }, beyond),
      of(own(), [...beyond, linux('SYS_ADMIN')]),
      of(own(), [privileged]),
      of(own(), [folder('/a', 'write'), privileged]),
    ]
    expect(new Set([...others, of(own(), beyond)]).size).toBe(5)
  })

  test('of an own folder is not changed by default permissions, that of a clone is', () => {
    expect(of(own(), [...DEFAULTS, ...beyond])).toBe(of(own(), beyond))
    expect(of(clone(false), [...DEFAULTS, ...beyond])).not.toBe(of(clone(false), beyond))
  })
})
