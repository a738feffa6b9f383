// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { type ErrorData, isProductError } from '../../../shared/errors.ts'
import { FILE, makeProject } from '../definition/project.ts'
import { DEVCONTAINER_KEYS } from './devcontainer-keys.ts'

const BUILD = { dockerfile: 'Dockerfile' }
const port = (attributes: object) => ({ portsAttributes: { 3000: attributes } })
const mount = (more: object) => ({ mounts: [{ type: 'volume', target: '/data', ...more }] })

/** By key: what cannot be used, a part of the reason that a person is given, and the text at the place that is named. */
const WRONG: Record<string, [json: object, reason: string, at: string, code?: 'definition-unsupported'][]> = {
  appPort: [
    [{ appPort: 'web' }, '"web" is not a port to publish', '"appPort":'],
    [{ appPort: [70000] }, '"appPort.0" must be at most 65535', '70000'],
    [{ appPort: '3000-3010:3000' }, 'name one host port', '"appPort":', 'definition-unsupported'],
    [{ appPort: 'example.org:80:80' }, 'is not an address', '"appPort":'],
  ],
  build: [[{ build: 'Dockerfile' }, '"build" must be an object, not a string', '"build":']],
  'build.args': [
    [{ build: { ...BUILD, args: { A: 1 } } }, '"build.args.A" must be a string, not a number', '"A":'],
  ],
  'build.cacheFrom': [
    [{ build: { ...BUILD, cacheFrom: 1 } }, '"build.cacheFrom" must be a string or a list', '"cacheFrom":'],
  ],
  'build.context': [
    [{ build: { ...BUILD, context: '../../..' } }, "leaves the project's folder", '"context":'],
    [{ build: { ...BUILD, context: 'missing' } }, 'does not exist', '"context":'],
  ],
  'build.dockerfile': [
    [{ build: { dockerfile: 'Missing' } }, 'does not exist', '"dockerfile":'],
    [{ build: { dockerfile: '/etc/passwd' } }, 'must be a relative path', '"dockerfile":'],
    [{ build: { dockerfile: '.' } }, 'is not a regular file', '"dockerfile":'],
  ],
  'build.options': [
    [
      { build: { ...BUILD, options: '--pull' } },
      '"build.options" must be a list, not a string',
      '"options":',
    ],
    [
      { build: { ...BUILD, options: ['--network=host'] } },
      'the network that the engine gives it',
      '"--network=host"',
      'definition-unsupported',
    ],
  ],
  'build.target': [[{ build: { ...BUILD, target: '' } }, '"build.target" must not be empty', '"target":']],
  capAdd: [[{ capAdd: 'SYS_PTRACE' }, '"capAdd" must be a list, not a string', '"capAdd":']],
  containerEnv: [
    [{ containerEnv: { A: null } }, '"containerEnv.A" must be a string, not null', '"A":'],
    [{ containerEnv: { 'A=B': '1' } }, "cannot be a variable's name", '"A=B":'],
    [{ containerEnv: { PATH: '${containerEnv:PATH}:/x' } }, 'use "remoteEnv" for it', '"PATH":'],
  ],
  containerUser: [
    [{ containerUser: 0 }, '"containerUser" must be a string, not a number', '"containerUser":'],
  ],
  context: [
    [{ dockerFile: 'Dockerfile', context: 1 }, '"context" must be a string, not a number', '"context":'],
  ],
  customizations: [[{ customizations: { pristine: { wizard: 1 } } }, 'is not a known key', '"wizard":']],
  dockerComposeFile: [
    [{ dockerComposeFile: 'compose.yaml' }, 'either "dockerComposeFile" or "image", not both', '"image":'],
    [
      { image: undefined, dockerComposeFile: 'compose.yaml' },
      'needs "service", the service in which you work',
      '"dockerComposeFile":',
    ],
    [{ dockerComposeFile: 1 }, 'must be a path, or a list of paths', '"dockerComposeFile":'],
  ],
  dockerFile: [[{ dockerFile: 'Missing' }, 'does not exist', '"dockerFile":']],
  extends: [[{ extends: './base.json' }, 'a definition is one file', '"extends":', 'definition-unsupported']],
  features: [[{ features: ['node'] }, '"features" must be an object, not a list', '"features":']],
  forwardPorts: [
    [{ forwardPorts: 3000 }, '"forwardPorts" must be a list, not a number', '"forwardPorts":'],
    [{ forwardPorts: ['web'] }, '"web" is not a port', '"web"'],
    [
      { forwardPorts: ['db:5432'] },
      'only ports of services of the definition',
      '"db:5432"',
      'definition-unsupported',
    ],
  ],
  hostRequirements: [
    [{ hostRequirements: 4 }, '"hostRequirements" must be an object, not a number', '"hostRequirements":'],
  ],
  'hostRequirements.cpus': [
    [{ hostRequirements: { cpus: 1.5 } }, '"hostRequirements.cpus" must be', '"cpus":'],
  ],
  'hostRequirements.gpu': [
    [{ hostRequirements: { gpu: 'yes' } }, '"hostRequirements.gpu" must be true', '"gpu":'],
  ],
  'hostRequirements.gpu.cores': [
    [
      { hostRequirements: { gpu: { cores: 0 } } },
      '"hostRequirements.gpu.cores" must be at least 1',
      '"cores":',
    ],
  ],
  'hostRequirements.gpu.memory': [
    [{ hostRequirements: { gpu: { memory: 8 } } }, 'must be true, false, "optional"', '"gpu":'],
  ],
  'hostRequirements.memory': [[{ hostRequirements: { memory: 'much' } }, 'an amount of bytes', '"memory":']],
  'hostRequirements.storage': [
    [{ hostRequirements: { storage: 32 } }, 'must be a string, not a number', '"storage":'],
  ],
  image: [
    [{ image: 'De bian' }, 'is not the name of an image', '"image":'],
    [{ image: 'debian', build: BUILD }, 'expected either "image" or "build.dockerfile"', '"image":'],
    [{ image: undefined }, 'expected "image" or "build.dockerfile"', '{}'],
  ],
  init: [[{ init: 1 }, '"init" must be true or false, not a number', '"init":']],
  initializeCommand: [
    [{ initializeCommand: 5 }, '"initializeCommand" must be a command', '"initializeCommand":'],
  ],
  mounts: [
    [{ mounts: {} }, '"mounts" must be a list, not an object', '"mounts":'],
    [{ mounts: ['source=data'] }, 'the mount needs a target', '"source=data"'],
    [
      { mounts: ['source=./data,target=/data,type=bind'] },
      'write "${localWorkspaceFolder}/data"',
      '"source=./data,target=/data,type=bind"',
    ],
    [
      { mounts: ['source=${localWorkspaceFolder}/data,target=/data'] },
      'for a folder, use type=bind',
      '"source=${localWorkspaceFolder}/data,target=/data"',
    ],
    [{ mounts: ['sauce=data,target=/data'] }, 'unknown mount option "sauce"', '"sauce=data,target=/data"'],
    [
      { mounts: ['source=data,target=/data,volume-driver=x'] },
      'does not silently ignore',
      '"source=data,target=/data,volume-driver=x"',
      'definition-unsupported',
    ],
  ],
  'mounts[].source': [[mount({ source: '' }), 'the mount\'s "source" needs a value', '{']],
  'mounts[].target': [[mount({ target: 'data' }), 'must be an absolute path', '{']],
  'mounts[].type': [[mount({ type: 'npipe' }), 'must be bind, volume or tmpfs', '{']],
  name: [[{ name: 1 }, '"name" must be a string, not a number', '"name":']],
  onCreateCommand: [
    [{ onCreateCommand: { a: 1 } }, '"onCreateCommand" must be a command', '"onCreateCommand":'],
  ],
  otherPortsAttributes: [
    [
      { otherPortsAttributes: 'silent' },
      '"otherPortsAttributes" must be an object, not a string',
      '"otherPortsAttributes":',
    ],
  ],
  'otherPortsAttributes.elevateIfNeeded': [
    [{ otherPortsAttributes: { elevateIfNeeded: 1 } }, 'must be true or false', '"elevateIfNeeded":'],
  ],
  'otherPortsAttributes.label': [
    [{ otherPortsAttributes: { label: 1 } }, 'must be a string, not a number', '"label":'],
  ],
  'otherPortsAttributes.protocol': [
    [{ otherPortsAttributes: { protocol: 'ftp' } }, 'must be one of "http", "https"', '"protocol":'],
  ],
  'otherPortsAttributes.requireLocalPort': [
    [{ otherPortsAttributes: { requireLocalPort: 'yes' } }, 'must be true or false', '"requireLocalPort":'],
  ],
  'otherPortsAttributes.onAutoForward': [
    [{ otherPortsAttributes: { onAutoForward: 'no' } }, 'must be one of "notify"', '"onAutoForward":'],
  ],
  overrideCommand: [
    [{ overrideCommand: 'no' }, '"overrideCommand" must be true or false', '"overrideCommand":'],
  ],
  overrideFeatureInstallOrder: [
    [
      { overrideFeatureInstallOrder: 'a' },
      '"overrideFeatureInstallOrder" must be a list',
      '"overrideFeatureInstallOrder":',
    ],
  ],
  portsAttributes: [
    [{ portsAttributes: [] }, '"portsAttributes" must be an object, not a list', '"portsAttributes":'],
  ],
  'portsAttributes.*.elevateIfNeeded': [
    [port({ elevateIfNeeded: 1 }), 'must be true or false', '"elevateIfNeeded":'],
  ],
  'portsAttributes.*.label': [[port({ label: 1 }), 'must be a string, not a number', '"label":']],
  'portsAttributes.*.onAutoForward': [
    [port({ onAutoForward: 'open' }), 'must be one of "notify"', '"onAutoForward":'],
  ],
  'portsAttributes.*.protocol': [
    [port({ protocol: 'ftp' }), 'must be one of "http", "https"', '"protocol":'],
  ],
  'portsAttributes.*.requireLocalPort': [
    [port({ requireLocalPort: 'yes' }), 'must be true or false', '"requireLocalPort":'],
  ],
  postAttachCommand: [
    [{ postAttachCommand: true }, '"postAttachCommand" must be a command', '"postAttachCommand":'],
  ],
  postCreateCommand: [
    [{ postCreateCommand: [1] }, '"postCreateCommand" must be a command', '"postCreateCommand":'],
  ],
  postStartCommand: [
    [{ postStartCommand: 1 }, '"postStartCommand" must be a command', '"postStartCommand":'],
  ],
  privileged: [[{ privileged: 'true' }, '"privileged" must be true or false, not a string', '"privileged":']],
  remoteEnv: [[{ remoteEnv: { A: 1 } }, '"remoteEnv.A" must be a string, not a number', '"A":']],
  remoteUser: [[{ remoteUser: '' }, '"remoteUser" must not be empty', '"remoteUser":']],
  runArgs: [
    [{ runArgs: ['--env-file'] }, '"--env-file" needs a value', '"--env-file"'],
    [
      { runArgs: ['--volumes-from=db'] },
      'what another container mounts cannot be shown',
      '"--volumes-from=db"',
      'definition-unsupported',
    ],
    [{ runArgs: ['debian'] }, 'is not an option of "docker run"', '"debian"'],
  ],
  runServices: [[{ runServices: ['db'] }, '"runServices" needs "dockerComposeFile"', '"runServices":']],
  secrets: [[{ secrets: { 'A-B': {} } }, 'A-B', '"A-B":']],
  'secrets.*.documentationUrl': [
    [{ secrets: { A: { documentationUrl: 1 } } }, 'must be a string, not a number', '"documentationUrl":'],
  ],
  'secrets.*.description': [
    [{ secrets: { A: { description: 1 } } }, 'must be a string, not a number', '"description":'],
  ],
  securityOpt: [
    [
      { securityOpt: ['seccomp=profile.json'] },
      'does not silently ignore',
      '"seccomp=profile.json"',
      'definition-unsupported',
    ],
  ],
  service: [[{ service: 'web' }, '"service" needs "dockerComposeFile"', '"service":']],
  shutdownAction: [
    [{ shutdownAction: 'stop' }, '"shutdownAction" must be one of "none"', '"shutdownAction":'],
  ],
  updateContentCommand: [
    [{ updateContentCommand: 1 }, '"updateContentCommand" must be a command', '"updateContentCommand":'],
  ],
  updateRemoteUserUID: [
    [{ updateRemoteUserUID: 'on' }, '"updateRemoteUserUID" must be true or false', '"updateRemoteUserUID":'],
  ],
  userEnvProbe: [[{ userEnvProbe: 'all' }, '"userEnvProbe" must be one of "none"', '"userEnvProbe":']],
  waitFor: [[{ waitFor: 'ready' }, '"waitFor" must be one of "initializeCommand"', '"waitFor":']],
  workspaceFolder: [
    [{ workspaceFolder: 'src' }, 'must be an absolute path in the container', '"workspaceFolder":'],
  ],
  workspaceMount: [
    [{ workspaceMount: 'type=bind,target=/srv' }, 'a bind mount needs a source', '"workspaceMount":'],
  ],
}

/** What may have any value, because other tools read it, or cannot be checked apart from what it stands in. */
const ANY = ['$schema', 'extensions', 'settings']

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
    all.map(([json, reason, at, code = 'definition-invalid' as const]) => ({ key, json, reason, at, code })),
  )

  it.each(cases)(
    '$key: $json is an error with place, reason and next step, and changes nothing',
    async (one) => {
      const isImage = !('build' in one.json) && !('dockerFile' in one.json)
      const json = { ...(isImage && { image: 'debian' }), ...one.json }
      const text = JSON.stringify(json, null, 2)
      await using made = await makeProject({
        [FILE]: text,
        '.devcontainer/Dockerfile': 'FROM scratch\n',
      })
      const before = await contentsOf(made.path)
      const failure = await readProject({}, await openProject(made.path), undefined).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (!isProductError(failure)) throw failure ?? new Error('It was taken.')
      expect(failure.code).toBe(one.code)
      const { file, line, column } = failure.data as ErrorData<'definition-invalid'>
      expect(file).toBe(FILE)
      const written = text.split('\n')[(line ?? 0) - 1] ?? ''
      expect(written.slice((column ?? 0) - 1, (column ?? 0) - 1 + one.at.length)).toBe(one.at)
      // The first of its line: no other place has the same text.
      expect(written.slice(0, (column ?? 0) - 1).trim()).toBe('')
      expect(failure.why).toContain(one.reason)
      expect(failure.hint).toMatch(/devcontainer\.json.*\.$/)
      expect(await contentsOf(made.path)).toEqual(before)
    },
  )
})
