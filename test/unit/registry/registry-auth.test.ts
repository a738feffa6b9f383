import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registryAuth } from '../../../main/registry/registry-auth.ts'

let folder: string
let env: Record<string, string | undefined>
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-auth-'))
  env = {
    DOCKER_CONFIG: folder,
    HOME: path.join(folder, 'home'),
    XDG_RUNTIME_DIR: folder,
    PATH: `${folder}:${process.env['PATH']}`,
  }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const config = (value: object | string) =>
  writeFile(path.join(folder, 'config.json'), typeof value === 'string' ? value : JSON.stringify(value))
const base64 = (text: string) => Buffer.from(text).toString('base64')
/** Puts `docker-credential-<name>` on the PATH; the script reads the server's name in $server. */
async function helper(name: string, script: string): Promise<void> {
  const file = path.join(folder, `docker-credential-${name}`)
  await writeFile(file, `#!/bin/sh\n[ "$1" = get ] || exit 2\nread -r server\n${script}\n`)
  await chmod(file, 0o755)
}

test('without a configuration there are no credentials', async () => {
  expect(await registryAuth('ghcr.io/team/app', env)).toBeUndefined()
})

test('a configuration that cannot be read is none', async () => {
  await config('{"auths": ')
  expect(await registryAuth('ghcr.io/team/app', env)).toBeUndefined()
})

test('credentials of the file are those of the registry, and a password may hold colons', async () => {
  await config({
    auths: { 'ghcr.io': { auth: base64('ann:se:cret') }, 'other.io': { auth: base64('bob:x') } },
  })
  expect(await registryAuth('ghcr.io/team/app', env)).toEqual({
    serveraddress: 'ghcr.io',
    username: 'ann',
    password: 'se:cret',
  })
  expect(await registryAuth('third.io/team/app', env)).toBeUndefined()
})

test('an address with a scheme and a path is the registry too', async () => {
  await config({ auths: { 'https://ghcr.io/v2/': { auth: base64('ann:x') } } })
  expect(await registryAuth('ghcr.io/team/app', env)).toMatchObject({ username: 'ann' })
})

test("a plain name asks with the hub's credentials", async () => {
  await config({ auths: { 'https://index.docker.io/v1/': { auth: base64('ann:x') } } })
  for (const reference of ['node:24', 'team/app', 'docker.io/team/app', 'index.docker.io/node'])
    expect(await registryAuth(reference, env)).toMatchObject({ username: 'ann' })
})

test("no other registry is sent the hub's credentials, however its name is written", async () => {
  await config({ auths: { 'https://index.docker.io/v1/': { auth: base64('ann:x') } } })
  for (const registry of [
    'LOCALHOST',
    'Registry',
    'localhost',
    '[::1]:5000',
    'ghcr.io',
    'hub:80',
    'DOCKER.IO',
  ])
    expect(await registryAuth(`${registry}/x:1`, env), registry).toBeUndefined()
  expect(await registryAuth('no reference', env)).toBeUndefined()
})

test('an identity token is passed on', async () => {
  await config({ auths: { 'ghcr.io': { identitytoken: 'token' } } })
  expect(await registryAuth('ghcr.io/a', env)).toEqual({ serveraddress: 'ghcr.io', identitytoken: 'token' })
})

test('a credential helper of the registry is asked, and goes before the file', async () => {
  await helper(
    'test',
    `printf '{"ServerURL":"%s","Username":"helped","Secret":"from %s"}' "$server" "$server"`,
  )
  await config({ credHelpers: { 'ghcr.io': 'test' }, auths: { 'ghcr.io': { auth: base64('ann:x') } } })
  expect(await registryAuth('ghcr.io/a', env)).toEqual({
    serveraddress: 'ghcr.io',
    username: 'helped',
    password: 'from ghcr.io',
  })
})

test('the credential store answers for every registry, with a token too', async () => {
  await helper('store', `printf '{"Username":"<token>","Secret":"t0k3n"}'`)
  await config({ credsStore: 'store' })
  expect(await registryAuth('any.io/a', env)).toEqual({ serveraddress: 'any.io', identitytoken: 't0k3n' })
})

test.each([
  ['knows nothing', 'echo "credentials not found"; exit 1'],
  ['prints garbage', 'echo garbage'],
  ['does not read its input', 'exec <&-; echo "{}" >&2; exit 1'],
])('a helper that %s leaves the file to answer', async (_, script) => {
  await helper('bad', script)
  await config({ credsStore: 'bad', auths: { 'ghcr.io': { auth: base64('ann:x') } } })
  expect(await registryAuth('ghcr.io/a', env)).toMatchObject({ username: 'ann' })
})

test('a helper that is not installed, or whose name is a path, leaves the file to answer', async () => {
  for (const credsStore of ['absent', '../../bin/sh', 'a b']) {
    await config({ credsStore, auths: { 'ghcr.io': { auth: base64('ann:x') } } })
    expect(await registryAuth('ghcr.io/a', env)).toMatchObject({ username: 'ann' })
  }
})

const podman = async (file: string, value: object) => {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
  await writeFile(path.join(folder, file), JSON.stringify(value))
}

test.for([
  ['run/containers/auth.json', 'XDG_RUNTIME_DIR', 'run'],
  ['.config/containers/auth.json', 'HOME', '.'],
  ['config/containers/auth.json', 'XDG_CONFIG_HOME', 'config'],
  ['mine.json', 'REGISTRY_AUTH_FILE', 'mine.json'],
] as const)('what "podman login" wrote to %s is used', async ([file, variable, value]) => {
  await podman(file, { auths: { 'ghcr.io': { auth: base64('pod:x') } } })
  env[variable] = path.join(folder, value)
  expect(await registryAuth('ghcr.io/team/app', env)).toEqual({
    serveraddress: 'ghcr.io',
    username: 'pod',
    password: 'x',
  })
  await config({ auths: { 'ghcr.io': { auth: base64('ann:x') } } })
  expect(await registryAuth('ghcr.io/team/app', env)).toMatchObject({ username: 'ann' })
})

test('an entry of "podman login" counts for what it names, the longest first, and for nothing beside it', async () => {
  env['REGISTRY_AUTH_FILE'] = path.join(folder, 'auth.json')
  await helper('pod', `printf '{"Username":"helped","Secret":"%s"}' "$server"`)
  await podman('auth.json', {
    auths: {
      'r.io/team': { auth: base64('team:x') },
      'r.io/team/app': { auth: base64('app:x') },
      'docker.io': { auth: base64('hub:x') },
    },
    credHelpers: { 'helped.io/a': 'pod' },
  })
  const user = async (reference: string) => {
    const found = await registryAuth(reference, env)
    return found && 'username' in found ? found.username : undefined
  }
  expect(await user('r.io/team/app:1')).toBe('app')
  expect(await user('r.io/team/other')).toBe('team')
  expect(await user('r.io/teams/app')).toBeUndefined()
  expect(await user('r.io/app')).toBeUndefined()
  expect(await user('node:24')).toBe('hub')
  expect(await registryAuth('helped.io/a/b', env)).toEqual({
    serveraddress: 'helped.io',
    username: 'helped',
    password: 'helped.io/a',
  })
})
