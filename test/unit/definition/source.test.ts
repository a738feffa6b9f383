// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { KNOWN_LOCKFILES } from '../../../main/definition/devcontainer/known-lockfiles.ts'
import { readDefinition } from '../../../main/definition/devcontainer/read-definition.ts'
import { Definition } from '../../../shared/definition.ts'
import { expectError, FILE, makeProject, read } from './project.ts'

const source = async (json: unknown, options?: Parameters<typeof read>[1]) =>
  (await read(json, options)).services[0]?.source

describe('what the image is made from', () => {
  it('is an image, or a build with paths relative to the project', async () => {
    expect(await source({ image: 'debian:${localEnv:TAG:bookworm}' })).toEqual({
      kind: 'image',
      reference: 'debian:bookworm',
    })
    expect(await source({ build: { dockerfile: 'Dockerfile' } })).toEqual({
      kind: 'build',
      dockerfile: '.devcontainer/Dockerfile',
      context: '.devcontainer',
      args: {},
      hostArgs: {},
    })
    const files = { Dockerfile: 'FROM scratch', 'web/x': '' }
    expect(
      await source({ build: { dockerfile: '../Dockerfile', context: '../web/', target: 'dev' } }, { files }),
    ).toEqual({
      kind: 'build',
      dockerfile: 'Dockerfile',
      context: 'web',
      target: 'dev',
      args: {},
      hostArgs: {},
    })
    expect(
      await source({ dockerFile: '../Dockerfile', context: '..', build: { args: { A: '1' } } }, { files }),
    ).toEqual({
      kind: 'build',
      dockerfile: 'Dockerfile',
      context: '.',
      args: { A: '1' },
      hostArgs: {},
    })
  })

  it('keeps the template of every argument that comes from this computer', async () => {
    const args = {
      A: '${localEnv:USER}-x',
      B: '${env:NONE:fallback}',
      C: '${localWorkspaceFolderBasename}',
      D: 'plain',
      E: '${devcontainerId}',
      F: '${containerWorkspaceFolder}',
    }
    const found = await source(
      { build: { dockerfile: 'Dockerfile', args }, workspaceFolder: '/w' },
      { env: { USER: 'ann' } },
    )
    expect(found).toMatchObject({
      args: {
        A: 'ann-x',
        B: 'fallback',
        C: expect.stringContaining('pristine-definition-'),
        D: 'plain',
        E: '${devcontainerId}',
        F: '/w',
      },
      hostArgs: { A: '${localEnv:USER}-x', B: '${env:NONE:fallback}' },
    })
  })

  it('sees through the folder that is opened what of it comes from this computer', async () => {
    const args = { F: '${containerWorkspaceFolder}/x' }
    const build = { dockerfile: 'Dockerfile', args }
    const options = { env: { USER: 'ann' } }
    expect(await source({ build, workspaceFolder: '/w/${localEnv:USER}' }, options)).toMatchObject({
      args: { F: '/w/ann/x' },
      hostArgs: args,
    })
    // Two clones must not differ.
    expect(await source({ build, workspaceFolder: '/w/${devcontainerId}' }, options)).toMatchObject({
      args: { F: '/w/${devcontainerId}/x' },
      hostArgs: {},
    })
  })

  it.each([
    ['{}', 1, 1, 'expected "image" or "build.dockerfile"'],
    ['{"build": {\n"args": {}}}', 1, 1, 'expected "image" or "build.dockerfile"'],
    [
      '{"build": {"dockerfile": "Dockerfile"},\n "image": "x"}',
      2,
      2,
      'expected either "image" or "build.dockerfile", not both',
    ],
    ['{\n "image": "debian\\nRUN x"}', 2, 2, 'is not the name of an image'],
    ['{\n "image": "Debian"}', 2, 2, '"Debian" is not the name of an image'],
    [
      '{"build": {\n "dockerfile": "None"}}',
      2,
      2,
      '"build.dockerfile" names .devcontainer/None, which does not exist; it is looked for from the folder of .devcontainer/devcontainer.json',
    ],
    ['{"build": {\n "dockerfile": ".."}}', 2, 2, '"build.dockerfile" names ., which is not a regular file'],
    [
      '{"build": {"dockerfile": "Dockerfile",\n "context": "Dockerfile"}}',
      2,
      2,
      '"build.context" names .devcontainer/Dockerfile, which is not a folder',
    ],
    [
      '{"build": {"dockerfile": "Dockerfile",\n "context": "../.."}}',
      2,
      2,
      '"build.context" leaves the project\'s folder',
    ],
    ['{"dockerFile": "Dockerfile",\n "context": "../.."}', 2, 2, '"context" leaves the project\'s folder'],
    ['{"build": {\n "dockerfile": "/etc/hosts"}}', 2, 2, '"build.dockerfile" must be a relative path'],
    [
      '{"build": {"dockerfile": "Dockerfile", "context": "${localEnv:X:../../..}"}}',
      1,
      40,
      '"build.context" leaves',
    ],
    [
      '{"build": {"dockerfile": "Dockerfile", "args": {"A": 1}}}',
      1,
      49,
      '"build.args.A" must be a string, not a number',
    ],
  ])('refuses %s', async (json, line, column, problem) => {
    await expectError(read(json), 'definition-invalid', {
      file: FILE,
      line,
      column,
      problem: expect.stringContaining(problem),
    })
  })

  it('needs no cacheFrom', async () => {
    const build = { dockerfile: 'Dockerfile' }
    const { warnings } = await read({ build: { ...build, options: [], cacheFrom: 'x' } })
    expect(warnings.map(({ code }) => code)).toEqual(['ignored'])
  })

  it('lets the context leave the project up to the git root, and no further', async () => {
    const json = (context: string) => JSON.stringify({ build: { dockerfile: 'Dockerfile', context } })
    const files = (context: string) => ({
      'apps/web/.devcontainer.json': json(context),
      'apps/web/Dockerfile': 'FROM x',
    })
    const contextOf = async (context: string) => {
      await using root = await makeProject(files(context))
      await mkdir(join(root.path, 'libs'))
      const { definition } = await readDefinition(
        { path: join(root.path, 'apps/web'), gitRoot: root.path },
        { env: {} },
      )
      const found = definition.services[0]?.source
      return found?.kind === 'build' ? found.context : undefined
    }
    expect(await contextOf('../..')).toBe('../..')
    expect(await contextOf('../../libs')).toBe('../../libs')
    expect(await contextOf('../web')).toBe('.')
    await expectError(contextOf('../../..'), 'definition-invalid', { line: 1, file: '.devcontainer.json' })
  })
})

describe('a definition as a whole', () => {
  it('has a name, the known lockfiles as inputs, and what the person adds', async () => {
    const plain = await read({ image: 'debian' })
    expect(Definition.parse(plain)).toEqual(plain)
    expect(plain).toMatchObject({ kind: 'devcontainer', file: FILE, keep: 5, inputs: [...KNOWN_LOCKFILES] })
    expect(plain.name).toMatch(/^pristine-definition-/)
    expect(plain.services.map((s) => s.name)).toEqual(['app'])
    const pristine = { inputs: ['db/*.sql', 'go.sum'], keep: 0 }
    const own = await read(
      { image: 'debian', name: 'Shop ${localEnv:X}', customizations: { pristine } },
      { env: { X: 'x' } },
    )
    expect(own.name).toBe('Shop x')
    expect(own.keep).toBe(0)
    expect(own.inputs).toEqual([...KNOWN_LOCKFILES, 'db/*.sql'])
  })

  it('is the same text for every clone', async () => {
    const json = { image: 'debian', mounts: ['source=${localWorkspaceFolder}/x,target=/x,type=bind'] }
    expect((await read(json)).services).toEqual((await read(json)).services)
  })

  it('of a bare Dockerfile builds the project and publishes what the image exposes', async () => {
    await using project = await makeProject({ Dockerfile: 'FROM scratch' })
    const { definition } = await readDefinition(project, { env: {} })
    expect(Definition.parse(definition)).toEqual(definition)
    expect(definition).toMatchObject({ kind: 'dockerfile', file: 'Dockerfile', keep: 5, warnings: [] })
    expect(definition.services[0]).toMatchObject({
      name: 'app',
      source: { kind: 'build', dockerfile: 'Dockerfile', context: '.', args: {} },
      run: { publishExposed: true, overrideCommand: true, init: true },
    })
  })

  it('warns of variables that it does not know, but not in commands', async () => {
    const { warnings } = await read({
      image: 'debian',
      containerEnv: { A: '${workspaceFolder}' },
      remoteEnv: { B: '${containerEnv:PATH}' },
      onCreateCommand: 'echo ${HOME}',
    })
    expect(warnings.map((w) => w.code)).toEqual(['unknown-variable'])
    expect(warnings[0]?.message).toContain('${workspaceFolder}')
  })

  it("refuses a variable of the container's in what the container is made with, and names its line", async () => {
    await expect(
      read({ image: 'debian', containerEnv: { A: 'a', PATH: '/opt/bin:${containerEnv:PATH}' } }),
    ).rejects.toMatchObject({
      code: 'definition-invalid',
      data: { line: expect.any(Number), problem: expect.stringContaining('use "remoteEnv"') },
    })
  })
})

describe('customizations.pristine', () => {
  const settings = (pristine: unknown) =>
    read(JSON.stringify({ image: 'debian', customizations: { pristine } }))
  const health = async (value: object) =>
    (await settings({ health: { command: 'true', ...value } })).services[0]?.run.health

  it('reads durations with units or as seconds, and has defaults', async () => {
    expect(await health({})).toEqual({ command: 'true', interval: 1000, timeout: 5000, retries: 30 })
    expect(await health({ command: ['a', 'b'], interval: '500ms', timeout: '1m', retries: 3 })).toEqual({
      command: ['a', 'b'],
      interval: 500,
      timeout: 60_000,
      retries: 3,
    })
    expect(await health({ interval: 0.25, timeout: '1.5s' })).toMatchObject({ interval: 250, timeout: 1500 })
  })

  it.each([
    [
      { health: { command: 'x', interval: '2 days' } },
      '"customizations.pristine.health.interval" must be a duration',
    ],
    [{ health: { command: 'x', timeout: '0s' } }, '"timeout" must be at least one millisecond'],
    [{ health: { command: 'x', interval: 1e21 } }, '"interval" must be at most one day'],
    [{ health: { command: [] } }, '"customizations.pristine.health.command" must be a command'],
    [{ health: {} }, '"customizations.pristine.health.command" must be a command'],
    [{ health: { command: 'x', retry: 1 } }, '"customizations.pristine.health.retry" is not a known key'],
    [{ keeps: 3 }, '"customizations.pristine.keeps" is not a known key'],
    [{ sealed: 'yes' }, '"customizations.pristine.sealed" must be true or false'],
    [{ keep: -1 }, '"customizations.pristine.keep" must be at least 0'],
    [{ inputs: ['../x'] }, '"../x" leaves the project\'s folder'],
    [{ inputs: ['/etc/x'] }, '"/etc/x" leaves the project\'s folder'],
    [{ data: { seed: 5 } }, '"customizations.pristine.data.seed" must be a command'],
    [{ data: { seeds: 'x' } }, '"customizations.pristine.data.seeds" is not a known key'],
    [{ data: { freeze: { db: 1 } } }, '"customizations.pristine.data.freeze" must be a command'],
    [{ data: { freeze: { db: 'x' } } }, 'services are named only where Compose files define some'],
    [5, '"customizations.pristine" must be an object, not a number'],
  ])('refuses %j with its place', async (value, problem) => {
    await expectError(settings(value), 'definition-invalid', {
      line: 1,
      column: expect.any(Number),
      problem: expect.stringContaining(problem),
    })
  })

  it('does not support registry yet', async () => {
    await expectError(settings({ registry: true }), 'definition-unsupported', {
      key: 'customizations.pristine.registry',
    })
  })

  it('reads what fills and completes data, and leaves no trace of what is empty', async () => {
    const run = async (data: object) => (await settings({ data })).services[0]?.run
    const seed = { one: 'a', two: ['b', 'c'] }
    expect(await run({ seed, freeze: ['sync', '-f'] })).toMatchObject({ seed, freeze: ['sync', '-f'] })
    const empty = await run({ seed: '', freeze: [] })
    expect(empty).not.toHaveProperty('seed')
    expect(empty).not.toHaveProperty('freeze')
  })

  it('makes sealed a part of how it is run, and leaves no trace of what is not', async () => {
    expect((await settings({ sealed: true })).services[0]?.run).toHaveProperty('sealed', true)
    expect((await settings({ sealed: false })).services[0]?.run).not.toHaveProperty('sealed')
    expect((await settings({})).services[0]?.run).not.toHaveProperty('sealed')
  })
})
