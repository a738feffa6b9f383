import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { publishFeatureFixtures } from '../rig/feature-fixtures.ts'
import { startForwardProxy } from '../rig/forward-proxy.ts'
import { startTokenRegistry } from '../rig/token-registry.ts'

/*
 * What other tests rely on: features that the rig publishes are features to a client that is not ours, the Dev Containers CLI,
 * and so is a registry that wants tokens, behind a proxy.
 */
const target = process.env['PRISTINE_RIG_REGISTRY'] ?? ''
const CLI = createRequire(import.meta.url).resolve('@devcontainers/cli/devcontainer.js')
const account = { user: 'ada', password: 'pass:word' }

test.skipIf(target === '')(
  'published features are read by another client, with tokens and through a proxy',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pristine-published-'))
    const namespace = `published-${process.pid}/features`
    await using proxy = await startForwardProxy()
    await using tokens = await startTokenRegistry({
      target,
      account,
      isPublic: (repository) => repository.endsWith('/suite'),
    })
    // The CLI speaks plain HTTP to this name only.
    const registry = tokens.registry.replace('127.0.0.1', 'localhost')
    const digests = await publishFeatureFixtures(target, namespace, registry)
    expect(await publishFeatureFixtures(target, namespace, registry)).toEqual(digests)
    const features = { [`${registry}/${namespace}/suite`]: {}, [`${registry}/${namespace}/account:1.1`]: {} }
    await writeFile(
      path.join(folder, '.devcontainer.json'),
      JSON.stringify({ image: 'busybox:1.36', features }),
    )
    const resolve = () => {
      const env = {
        ...process.env,
        DOCKER_CONFIG: folder,
        http_proxy: proxy.address,
        no_proxy: '',
        NO_PROXY: '',
      }
      const place = ['--workspace-folder', folder, '--log-level', 'error']
      return promisify(execFile)(process.execPath, [CLI, 'features', 'resolve-dependencies', ...place], {
        env,
      })
    }
    try {
      await expect(resolve()).rejects.toThrow()
      const auth = Buffer.from(`${account.user}:${account.password}`).toString('base64')
      await writeFile(path.join(folder, 'config.json'), JSON.stringify({ auths: { [registry]: { auth } } }))
      const { stdout } = await resolve()
      const { installOrder } = JSON.parse(stdout.slice(stdout.indexOf('\n{'))) as {
        installOrder: { id: string }[]
      }
      const names = ['account', 'base', 'hooks', 'toolbox', 'suite'] as const
      const expected = names.map((name) => `${registry}/${namespace}/${name}@${digests[name]}`)
      expect(installOrder.map(({ id }) => id)).toEqual(expected)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    const asked = tokens.tokenRequests().map(({ user, status }) => `${user} ${status}`)
    expect([...new Set(asked)].sort()).toEqual(['ada 200', 'undefined 200', 'undefined 401'])
    expect(proxy.requests().length).toBe(tokens.requests().length + tokens.tokenRequests().length)
  },
)
