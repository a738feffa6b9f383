// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { isProductError } from '../../../shared/errors.ts'
import { FILE, makeProject } from '../definition/project.ts'
import { DEVCONTAINER_KEYS } from './devcontainer-keys.ts'

const BUILD = { dockerfile: 'Dockerfile' }
const port = (attributes: object) => ({ portsAttributes: { 3000: attributes } })
const mount = (more: object) => ({ mounts: [{ type: 'volume', target: '/data', ...more }] })

/** By key: what cannot be used, and a part of the reason that a person is given. */
const WRONG: Record<string, [json: object, reason: string][]> = {
  appPort: [
    [{ appPort: 'web' }, '"web" is not a port to publish'],
    [{ appPort: [70000] }, '"appPort.0" must be at most 65535'],
    [{ appPort: '3000-3010:3000' }, 'ranges come in a later version'],
    [{ appPort: 'example.org:80:80' }, 'is not an address'],
  ],
  build: [[{ build: 'Dockerfile' }, '"build" must be an object, not a string']],
  'build.args': [[{ build: { ...BUILD, args: { A: 1 } } }, '"build.args.A" must be a string, not a number']],
  'build.cacheFrom': [
    [{ build: { ...BUILD, cacheFrom: 1 } }, '"build.cacheFrom" must be a string or a list'],
  ],
  'build.context': [
    [{ build: { ...BUILD, context: '../../..' } }, "leaves the project's folder"],
    [{ build: { ...BUILD, context: 'missing' } }, 'does not exist'],
  ],
  'build.dockerfile': [
    [{ build: { dockerfile: 'Missing' } }, 'does not exist'],
    [{ build: { dockerfile: '/etc/passwd' } }, 'must be a relative path'],
    [{ build: { dockerfile: '.' } }, 'is not a regular file'],
  ],
  'build.options': [
    [{ build: { ...BUILD, options: '--pull' } }, '"build.options" must be a list, not a string'],
    [{ build: { ...BUILD, options: ['--network=host'] } }, 'the network that the engine gives it'],
  ],
  'build.target': [[{ build: { ...BUILD, target: '' } }, '"build.target" must not be empty']],
  capAdd: [[{ capAdd: 'SYS_PTRACE' }, '"capAdd" must be a list, not a string']],
  containerEnv: [
    [{ containerEnv: { A: null } }, '"containerEnv.A" must be a string, not null'],
    [{ containerEnv: { 'A=B': '1' } }, "cannot be a variable's name"],
    [{ containerEnv: { PATH: '${containerEnv:PATH}:/x' } }, 'use "remoteEnv" for it'],
  ],
  containerUser: [[{ containerUser: 0 }, '"containerUser" must be a string, not a number']],
  context: [[{ dockerFile: 'Dockerfile', context: 1 }, '"context" must be a string, not a number']],
  customizations: [[{ customizations: { pristine: { wizard: 1 } } }, 'is not a known key']],
  dockerComposeFile: [
    [{ dockerComposeFile: 'compose.yaml' }, 'either "dockerComposeFile" or "image", not both'],
    [
      { image: undefined, dockerComposeFile: 'compose.yaml' },
      'needs "service", the service in which you work',
    ],
    [{ dockerComposeFile: 1 }, 'must be a path, or a list of paths'],
  ],
  dockerFile: [[{ dockerFile: 'Missing' }, 'does not exist']],
  extends: [[{ extends: './base.json' }, 'a definition is one file']],
  features: [[{ features: ['node'] }, '"features" must be an object, not a list']],
  forwardPorts: [
    [{ forwardPorts: 3000 }, '"forwardPorts" must be a list, not a number'],
    [{ forwardPorts: ['web'] }, '"web" is not a port'],
    [{ forwardPorts: ['db:5432'] }, 'only ports of services of the definition'],
  ],
  hostRequirements: [[{ hostRequirements: 4 }, '"hostRequirements" must be an object, not a number']],
  'hostRequirements.cpus': [[{ hostRequirements: { cpus: 1.5 } }, '"hostRequirements.cpus" must be']],
  'hostRequirements.gpu': [[{ hostRequirements: { gpu: 'yes' } }, '"hostRequirements.gpu" must be true']],
  'hostRequirements.memory': [[{ hostRequirements: { memory: 'much' } }, 'an amount of bytes']],
  'hostRequirements.storage': [[{ hostRequirements: { storage: 32 } }, 'must be a string, not a number']],
  image: [
    [{ image: 'De bian' }, 'is not the name of an image'],
    [{ image: 'debian', build: BUILD }, 'expected either "image" or "build.dockerfile"'],
    [{ image: undefined }, 'expected "image" or "build.dockerfile"'],
  ],
  init: [[{ init: 1 }, '"init" must be true or false, not a number']],
  initializeCommand: [[{ initializeCommand: 5 }, '"initializeCommand" must be a command']],
  mounts: [
    [{ mounts: {} }, '"mounts" must be a list, not an object'],
    [{ mounts: ['source=data'] }, 'the mount needs a target'],
    [{ mounts: ['source=./data,target=/data,type=bind'] }, 'write "${localWorkspaceFolder}/data"'],
    [{ mounts: ['source=${localWorkspaceFolder}/data,target=/data'] }, 'for a folder, use type=bind'],
    [{ mounts: ['sauce=data,target=/data'] }, 'unknown mount option "sauce"'],
    [{ mounts: ['source=data,target=/data,volume-driver=x'] }, 'does not silently ignore'],
  ],
  'mounts[].source': [[mount({ source: '' }), 'the mount\'s "source" needs a value']],
  'mounts[].target': [[mount({ target: 'data' }), 'must be an absolute path']],
  'mounts[].type': [[mount({ type: 'npipe' }), 'must be bind, volume or tmpfs']],
  name: [[{ name: 1 }, '"name" must be a string, not a number']],
  onCreateCommand: [[{ onCreateCommand: { a: 1 } }, '"onCreateCommand" must be a command']],
  otherPortsAttributes: [
    [{ otherPortsAttributes: 'silent' }, '"otherPortsAttributes" must be an object, not a string'],
  ],
  'otherPortsAttributes.onAutoForward': [
    [{ otherPortsAttributes: { onAutoForward: 'no' } }, 'must be one of "notify"'],
  ],
  overrideCommand: [[{ overrideCommand: 'no' }, '"overrideCommand" must be true or false']],
  overrideFeatureInstallOrder: [
    [{ overrideFeatureInstallOrder: 'a' }, '"overrideFeatureInstallOrder" must be a list'],
  ],
  portsAttributes: [[{ portsAttributes: [] }, '"portsAttributes" must be an object, not a list']],
  'portsAttributes.*.elevateIfNeeded': [[port({ elevateIfNeeded: 1 }), 'must be true or false']],
  'portsAttributes.*.label': [[port({ label: 1 }), 'must be a string, not a number']],
  'portsAttributes.*.onAutoForward': [[port({ onAutoForward: 'open' }), 'must be one of "notify"']],
  'portsAttributes.*.protocol': [[port({ protocol: 'ftp' }), 'must be one of "http", "https"']],
  'portsAttributes.*.requireLocalPort': [[port({ requireLocalPort: 'yes' }), 'must be true or false']],
  postAttachCommand: [[{ postAttachCommand: true }, '"postAttachCommand" must be a command']],
  postCreateCommand: [[{ postCreateCommand: [1] }, '"postCreateCommand" must be a command']],
  postStartCommand: [[{ postStartCommand: 1 }, '"postStartCommand" must be a command']],
  privileged: [[{ privileged: 'true' }, '"privileged" must be true or false, not a string']],
  remoteEnv: [[{ remoteEnv: { A: 1 } }, '"remoteEnv.A" must be a string, not a number']],
  remoteUser: [[{ remoteUser: '' }, '"remoteUser" must not be empty']],
  runArgs: [
    [{ runArgs: ['--env-file'] }, '"--env-file" needs a value'],
    [{ runArgs: ['--volumes-from=db'] }, 'what another container mounts cannot be shown'],
    [{ runArgs: ['debian'] }, 'is not an option of "docker run"'],
  ],
  runServices: [[{ runServices: ['db'] }, '"runServices" needs "dockerComposeFile"']],
  secrets: [[{ secrets: { 'A-B': {} } }, 'A-B']],
  'secrets.*.description': [[{ secrets: { A: { description: 1 } } }, 'must be a string, not a number']],
  securityOpt: [[{ securityOpt: ['seccomp=profile.json'] }, 'does not silently ignore']],
  service: [[{ service: 'web' }, '"service" needs "dockerComposeFile"']],
  shutdownAction: [[{ shutdownAction: 'stop' }, '"shutdownAction" must be one of "none"']],
  updateContentCommand: [[{ updateContentCommand: 1 }, '"updateContentCommand" must be a command']],
  updateRemoteUserUID: [[{ updateRemoteUserUID: 'on' }, '"updateRemoteUserUID" must be true or false']],
  userEnvProbe: [[{ userEnvProbe: 'all' }, '"userEnvProbe" must be one of "none"']],
  waitFor: [[{ waitFor: 'ready' }, '"waitFor" must be one of "initializeCommand"']],
  workspaceFolder: [[{ workspaceFolder: 'src' }, 'must be an absolute path in the container']],
  workspaceMount: [[{ workspaceMount: 'type=bind,target=/srv' }, 'a bind mount needs a source']],
}

/** What may have any value, because other tools read it, or cannot be checked apart from what it stands in. */
const ANY = [
  '$schema',
  'extensions',
  'settings',
  'hostRequirements.gpu.cores',
  'hostRequirements.gpu.memory',
  'otherPortsAttributes.elevateIfNeeded',
  'otherPortsAttributes.label',
  'otherPortsAttributes.protocol',
  'otherPortsAttributes.requireLocalPort',
  'secrets.*.documentationUrl',
]

/** The files of a folder with their contents. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name))
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')])),
  )
}

describe('what cannot be used', () => {
  it('has a case for every key', () => {
    const keys = Object.keys(DEVCONTAINER_KEYS).filter((key) => !ANY.includes(key))
    expect(keys.filter((key) => !(key in WRONG))).toEqual([])
  })

  const cases = Object.entries(WRONG).flatMap(([key, all]) =>
    all.map(([json, reason]) => ({ key, json, reason })),
  )

  it.each(cases)(
    '$key: $json is an error with place, reason and next step, and changes nothing',
    async (one) => {
      const isImage = !('build' in one.json) && !('dockerFile' in one.json)
      const json = { ...(isImage && { image: 'debian' }), ...one.json }
      await using made = await makeProject({
        [FILE]: JSON.stringify(json, null, 2),
        '.devcontainer/Dockerfile': 'FROM scratch\n',
      })
      const before = await contentsOf(made.path)
      const failure = await readProject({}, await openProject(made.path), undefined).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (!isProductError(failure)) throw failure ?? new Error('It was taken.')
      expect(['definition-invalid', 'definition-unsupported']).toContain(failure.code)
      const { file, line, column } = failure.data
      expect({ file, line, column }).toEqual({
        file: FILE,
        line: expect.any(Number),
        column: expect.any(Number),
      })
      expect(failure.why).toContain(one.reason)
      expect(failure.hint).toMatch(/devcontainer\.json.*\.$/)
      expect(await contentsOf(made.path)).toEqual(before)
    },
  )
})
