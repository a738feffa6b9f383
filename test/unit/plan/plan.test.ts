import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createEngine } from '../../../main/engine.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { parsePlan } from '../../../main/plan/plan-store.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { canonical } from '../../../shared/canonical.ts'
import { productError } from '../../../shared/errors.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

const FILE = '.devcontainer/devcontainer.json'

async function plan(folder: Scratch) {
  const engine = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
  const home = openHome({ PRISTINE_HOME: folder.at('home') })
  return planProject(
    { home, env: {}, engine },
    await openProject(folder.at('shop')),
    { frozen: false },
    silentRun(),
  )
}

test('the engine is asked when nothing else can fail', async () => {
  await using folder = await scratch({ 'shop/Dockerfile': 'FROM a\nCOPY x /\n', 'shop/x': '' })
  await expect(plan(folder)).rejects.toMatchObject({ code: 'engine-missing' })
  await folder.write('shop/.dockerignore', '[')
  await expect(plan(folder)).rejects.toMatchObject({ code: 'definition-invalid' })
})

test('an instruction that does not fit on a line once it is pinned is refused before anything is built', async () => {
  const words = `${'a '.repeat(9000)} \\\n`
  await using folder = await scratch({ 'shop/Dockerfile': `FROM a\nCOPY ${words} /d/\n` })
  await expect(plan(folder)).rejects.toMatchObject({
    code: 'definition-unsupported',
    data: { file: 'Dockerfile', line: 2, key: 'COPY' },
  })
  await folder.write('shop/Dockerfile', `FROM a\nCOPY ${'a '.repeat(5000)} /d/\n`)
  await expect(plan(folder)).rejects.toMatchObject({ code: 'engine-missing' })
})

test('a build argument may be named as what every object has', async () => {
  const json = { build: { dockerfile: '../Dockerfile', args: { constructor: '1', toString: '2' } } }
  await using folder = await scratch({
    [`shop/${FILE}`]: JSON.stringify(json),
    'shop/Dockerfile': 'FROM scratch\n',
  })
  const { plan: planned, id } = await plan(folder)
  expect(planned.services[0]?.args).toEqual(json.build.args)
  expect(parsePlan(canonical(planned), id)).toBeDefined()
})

test('the lock is no input, whatever the folder of the definition is called', async () => {
  const json = { build: { dockerfile: '../../Dockerfile', context: '../..' } }
  await using folder = await scratch({
    'shop/.devcontainer/[a/devcontainer.json': JSON.stringify(json),
    'shop/.devcontainer/[a/pristine.lock': '{"lockVersion": 1, "images": {}, "downloads": {}}',
    'shop/Dockerfile': 'FROM scratch\nCOPY .devcontainer /d\n',
  })
  const { plan: planned } = await plan(folder)
  expect(planned.services[0]?.files.map(([file]) => file)).toEqual(['.devcontainer/[a/devcontainer.json'])
})

test('what lies beside the definition is no input where no command can read it', async () => {
  await using folder = await scratch({
    [`shop/${FILE}`]: JSON.stringify({ build: { dockerfile: '../Dockerfile' }, postStartCommand: 'true' }),
    'shop/Dockerfile': 'FROM scratch\n',
    'shop/.devcontainer/Dockerfile': 'FROM other\n',
    'shop/.devcontainer/setup.sh': 'true\n',
  })
  expect((await plan(folder)).plan.inputs).toEqual([])
})

test.each([{}, { workspaceFolder: '/workspaces/shop' }])(
  'a hook takes a folder by its place in the container: %j',
  async (keys) => {
    const onCreateCommand = 'cp -r /workspaces/shop/etc /opt && ls /usr/lib'
    await using folder = await scratch({
      [`shop/${FILE}`]: JSON.stringify({ build: { dockerfile: '../Dockerfile' }, onCreateCommand, ...keys }),
      'shop/Dockerfile': 'FROM scratch\n',
      'shop/etc/a': '',
      'shop/lib/b': '',
    })
    expect((await plan(folder)).plan.inputs.map(([name]) => name)).toEqual(['etc/a'])
  },
)

test('the commit of a submodule that hooks use is an input, and one that is not initialised is named', async () => {
  const shop = async (onCreateCommand: string, commit: string) => {
    const folder = await scratch({
      [`shop/${FILE}`]: JSON.stringify({
        build: { dockerfile: '../Dockerfile' },
        onCreateCommand,
      }),
      'shop/Dockerfile': 'FROM scratch\n',
      'shop/.gitmodules': '[submodule "lib"]\n\tpath = libs/lib\n\turl = ../lib.git\n',
      'shop/libs/lib/README': '',
    })
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder.at('shop') })
    git('init', '-q')
    git('add', '.devcontainer', 'Dockerfile', '.gitmodules')
    git('update-index', '--add', '--cacheinfo', `160000,${commit},libs/lib`)
    return folder
  }
  const planned = async (hook: string, commit: string) => {
    await using folder = await shop(hook, commit)
    const { id, plan: made, warnings } = await plan(folder)
    const named = warnings.filter(({ code }) => code === 'input-incomplete').map(({ message }) => message)
    return { id, inputs: made.inputs.map(([name, , content]) => `${name} ${content}`), named }
  }
  const [one, two] = ['1'.repeat(40), '2'.repeat(40)]
  for (const hook of [
    'git submodule update --init --recursive && cp -r libs/lib /opt',
    'git -c a=b submodule update',
    'cp -r libs /opt',
    'sh libs/lib/setup.sh',
  ]) {
    const first = await planned(hook, one)
    expect(first.inputs, hook).toContain(`libs/lib commit ${one}`)
    expect(first.named.join(), hook).toContain('git submodule update --init libs/lib')
    expect((await planned(hook, two)).id, hook).not.toBe(first.id)
  }
  const other = await planned('git config --global safe.directory /x', one)
  expect(other).toMatchObject({ named: [], inputs: [expect.stringMatching(/^\.gitmodules/)] })
  expect((await planned('git config --global safe.directory /x', two)).id).toBe(other.id)

  // Once it is initialised, so are its files.
  await using folder = await shop('cp -r libs /opt', one)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder.at('shop/libs/lib') })
  git('init', '-q')
  git('add', '.')
  const { plan: made, warnings } = await plan(folder)
  expect(made.inputs.map(([name]) => name)).toEqual(['libs/lib', 'libs/lib/README'])
  expect(warnings).toEqual([])
})

test('how ports are opened is no part of a version', async () => {
  await using folder = await scratch({ 'shop/Dockerfile': 'FROM scratch\n' })
  const idOf = async (more: object) => {
    const build = { dockerfile: '../Dockerfile' }
    const ports = { forwardPorts: [3000, 4000], appPort: ['8443:443'] }
    await folder.write(`shop/${FILE}`, JSON.stringify({ build, ...ports, ...more }))
    return (await plan(folder)).id
  }
  const plain = await idOf({})
  const https = { protocol: 'https', onAutoForward: 'openBrowser' }
  expect(await idOf({ portsAttributes: { 3000: https, 443: https } })).toBe(plain)
  expect(await idOf({ otherPortsAttributes: { onAutoForward: 'ignore' } })).toBe(plain)
  expect(await idOf({ portsAttributes: { 3000: { ...https, label: 'Web' } } })).not.toBe(plain)
})

test('the lock is no input, whatever globs ask for', async () => {
  const json = {
    build: { dockerfile: 'Dockerfile' },
    customizations: { pristine: { inputs: ['*', '**/*.lock'] } },
  }
  await using folder = await scratch({
    [`shop/${FILE}`]: JSON.stringify(json),
    'shop/.devcontainer/Dockerfile': 'FROM scratch\n',
    'shop/.devcontainer/pristine.lock': '{"lockVersion": 1, "images": {}, "downloads": {}}',
    'shop/other/pristine.lock': '',
  })
  const { plan: planned } = await plan(folder)
  expect(planned.inputs.map(([file]) => file)).toEqual([
    '.devcontainer/Dockerfile',
    FILE,
    'other/pristine.lock',
  ])
})

test.runIf(process.platform !== 'win32')(
  'no verb asks the engine before the texts are accepted',
  async () => {
    await using folder = await scratch({ 'shop/Dockerfile': 'FROM a\n' })
    let calls = 0
    const server = createServer((socket: Socket) => {
      calls++
      socket.destroy()
    }).listen(folder.at('engine.sock'))
    await once(server, 'listening')
    const engine = createEngine({
      PRISTINE_HOME: folder.at('home'),
      DOCKER_HOST: `unix://${folder.at('engine.sock')}`,
      HOME: folder.at('home'),
    })
    const [run, shop] = [silentRun(), folder.at('shop')]
    await expect(engine.status(shop, undefined, run)).rejects.toMatchObject({
      code: expect.stringMatching(/^engine-/),
    })
    expect(calls).toBeGreaterThan(0)
    calls = 0
    await folder.write('shop/Dockerfile', 'FROM\n')
    for (const verb of [
      () => engine.up(shop, { frozen: false }, run),
      () => engine.planUp(shop, { frozen: true }, run),
      () => engine.status(shop, undefined, run),
      () => engine.lock(shop, {}, run),
      () => engine.checkLock(shop, undefined, run),
      () => engine.outdated(shop, undefined, run),
      () => engine.verify(shop, undefined, run),
    ]) {
      await expect(verb()).rejects.toMatchObject({ code: 'definition-invalid' })
    }
    expect(calls).toBe(0)
    server.close()
  },
)
