import { describe, expect, it } from 'vitest'
import { distance } from '../../../main/definition/devcontainer/document/edit-distance.ts'
import { expectError, FILE, read } from './project.ts'

const withKey = (key: string, value: unknown) =>
  `{\n  "image": "debian",\n  "${key}": ${JSON.stringify(value)}\n}`
const codes = async (key: string, value: unknown) =>
  (await read(withKey(key, value))).warnings.map((w) => w.code)

describe('keys of devcontainer.json', () => {
  it.each([
    ['extends', '../base.json', 'a definition is one file; write what it takes from the other one into it'],
  ])('refuses %s with its place and reason', async (key, value, reason) => {
    await expectError(read(withKey(key, value)), 'definition-unsupported', {
      file: FILE,
      line: 3,
      column: 3,
      key,
      reason,
    })
  })

  it('accepts the same keys when they ask for nothing', async () => {
    const nothing = {
      features: {},
      privileged: false,
      capAdd: [],
      securityOpt: [],
      overrideFeatureInstallOrder: [],
    }
    expect((await read({ image: 'debian', ...nothing })).warnings).toEqual([])
  })

  it('ignores editor settings and other tools', async () => {
    const json = {
      $schema: 'https://example.org/schema.json',
      image: 'debian',
      extensions: ['a.b'],
      settings: {},
      customizations: { vscode: { extensions: ['a.b'] }, other: 1 },
      waitFor: 'postCreateCommand',
      updateRemoteUserUID: false,
      shutdownAction: 'none',
    }
    expect((await read(json)).warnings).toEqual([])
  })

  it('warns that shutdownAction of Docker Compose has no effect', async () => {
    expect(await codes('shutdownAction', 'stopCompose')).toEqual(['ignored'])
  })

  it('warns of an unknown key, with the likely one', async () => {
    const { warnings } = await read(withKey('wizard', 1))
    expect(warnings).toEqual([{ code: 'unknown-key', message: 'Unknown key "wizard" is ignored.' }])
    const close = await read(withKey('remoteEnvs', {}))
    expect(close.warnings[0]?.message).toContain('did you mean "remoteEnv"?')
  })

  it.each([
    ['priviledged', 'privileged'],
    ['capadd', 'capAdd'],
    ['securityOpts', 'securityOpt'],
    ['mount', 'mounts'],
    ['runargs', 'runArgs'],
    ['runAgrs', 'runArgs'],
    ['remoteUsr', 'remoteUser'],
    ['containerUsers', 'containerUser'],
    ['workspaceMounts', 'workspaceMount'],
    ['inti', 'init'],
    ['initialiseCommand', 'initializeCommand'],
  ])('refuses the misspelt %s', async (key, meant) => {
    await expectError(read(withKey(key, true)), 'definition-invalid', {
      file: FILE,
      line: 3,
      column: 3,
      problem: `unknown key "${key}"; did you mean "${meant}"?`,
    })
  })

  it.each([
    ['remoteUser', 5, '"remoteUser" must be a string, not a number'],
    ['remoteUser', '', '"remoteUser" must not be empty'],
    ['containerEnv', [], '"containerEnv" must be an object, not a list'],
    ['init', 'yes', '"init" must be true or false, not a string'],
    ['runArgs', '--init', '"runArgs" must be a list, not a string'],
    ['userEnvProbe', 'all', '"userEnvProbe" must be one of "none"'],
    ['onCreateCommand', 5, '"onCreateCommand" must be a command'],
    ['mounts', [5], '"mounts.0" must be a mount'],
    ['forwardPorts', [0], '"forwardPorts.0" must be at least 1'],
    ['customizations', { pristine: { registry: 'x' } }, null],
  ])('names the place of a wrong %s', async (key, value, problem) => {
    if (problem === null) return expectError(read(withKey(key, value)), 'definition-unsupported', { line: 3 })
    await expectError(read(withKey(key, value)), 'definition-invalid', {
      file: FILE,
      line: 3,
      problem: expect.stringContaining(problem),
    })
  })

  it('names the place of a wrong value inside an object', async () => {
    await expectError(read('{"image": "debian",\n "containerEnv": {\n  "PORT": 80}}'), 'definition-invalid', {
      line: 3,
      column: 3,
      problem: '"containerEnv.PORT" must be a string, not a number',
    })
  })

  it('wants an object', async () => {
    await expectError(read('[]'), 'definition-invalid', { problem: 'expected an object', line: 1, column: 1 })
  })
})

describe('edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'abcd', 1],
    ['abc', 'xbc', 1],
    ['abc', '', 3],
    ['privileged', 'priveledged', 2],
  ])('%s, %s', (a, b, expected) => {
    expect(distance(a, b)).toBe(expected)
    expect(distance(b, a)).toBe(expected)
  })
})
