import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Artifacts } from '../../../main/registry/artifacts.ts'
import { authorizationFor } from '../../../main/registry/authorization.ts'
import { parseChallenge } from '../../../main/registry/challenge.ts'
import { webClient } from '../../../main/registry/https-get.ts'
import type { IsPlain } from '../../../main/registry/insecure-registries.ts'
import { speaksNoTls } from '../../../main/registry/plain-http.ts'
import { plainProxy } from './plain-proxy.ts'

/*
 * A server that answers as registries do, on a socket of this computer; what a real registry answers is tried in
 * test/engine. Each test says what is answered to which path.
 */
const servers: Server[] = []
let config: string
beforeEach(async () => {
  config = await mkdtemp(path.join(tmpdir(), 'pristine-registry-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  await rm(config, { recursive: true, force: true })
})

async function serve(listener: RequestListener, address = '127.0.0.1'): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, address)
  await once(server, 'listening')
  return `${address}:${(server.address() as AddressInfo).port}`
}

/** An address of this computer in a network. */
const lan = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

const env = () => ({ DOCKER_CONFIG: config })
const artifacts = (more: Record<string, string> = {}, isPlain: IsPlain = async () => false) => {
  const all = { ...env(), ...more }
  return new Artifacts(webClient(all), all, isPlain)
}
const signal = new AbortController().signal
const digestOf = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`

const CONTENT = 'the archive'
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  layers: [{ mediaType: 'application/vnd.devcontainers.layer.v1+tar', digest: digestOf(CONTENT), size: 11 }],
  annotations: { 'dev.containers.metadata': '{}' },
})
/** What a registry holds, by path. */
const HELD: Record<string, string> = {
  '/v2/f/tool/manifests/1': MANIFEST,
  [`/v2/f/tool/manifests/${digestOf(MANIFEST)}`]: MANIFEST,
  [`/v2/f/tool/blobs/${digestOf(CONTENT)}`]: CONTENT,
}
const answerHeld: RequestListener = ({ url = '' }, outgoing) => {
  const held = HELD[url]
  if (held === undefined) outgoing.writeHead(404).end('{}')
  else outgoing.end(held)
}
const login = (registry: string, name: string, password: string) =>
  writeFile(
    path.join(config, 'config.json'),
    JSON.stringify({
      auths: { [registry]: { auth: Buffer.from(`${name}:${password}`).toString('base64') } },
    }),
  )

test('a manifest and a layer are read, by tag and by digest', async () => {
  const registry = await serve(answerHeld)
  const found = await artifacts().manifest(`${registry}/f/tool:1`, signal)
  expect(found).toEqual({
    digest: digestOf(MANIFEST),
    layers: [
      { mediaType: 'application/vnd.devcontainers.layer.v1+tar', digest: digestOf(CONTENT), size: 11 },
    ],
  })
  expect(await artifacts().manifest(`${registry}/f/tool@${found.digest}`, signal)).toEqual(found)
  const blob = await artifacts().blob(`${registry}/f/tool:1`, digestOf(CONTENT), 100, signal)
  expect(blob.toString()).toBe(CONTENT)
})

test('what is not there, or not shown, is unknown', async () => {
  const registry = await serve(answerHeld)
  const closed = await serve((_, outgoing) => outgoing.writeHead(403).end())
  for (const reference of [`${registry}/f/none:1`, `${closed}/f/tool:1`])
    await expect(artifacts().manifest(reference, signal)).rejects.toMatchObject({
      code: 'reference-unknown',
      data: { registry: reference.split('/')[0] },
    })
})

test('content with another digest is refused, in a manifest and in a layer', async () => {
  const registry = await serve((_, outgoing) => outgoing.end('{"layers":[]} '))
  const of = (reference: string) => artifacts().manifest(`${registry}/${reference}`, signal)
  await expect(of(`f/tool@${digestOf(MANIFEST)}`)).rejects.toMatchObject({ code: 'registry-content' })
  await expect(artifacts().blob(`${registry}/f/tool`, digestOf(CONTENT), 100, signal)).rejects.toMatchObject({
    code: 'registry-content',
  })
})

test('the index of an image has no layers', async () => {
  const index = JSON.stringify({ schemaVersion: 2, manifests: [{ digest: digestOf('x') }] })
  const registry = await serve((_, outgoing) => outgoing.end(index))
  const found = await artifacts().manifest(`${registry}/f/tool:1`, signal)
  expect(found).toEqual({ digest: digestOf(index), layers: [] })
})

test.each(['no JSON', '[]', 'null', '{"layers":[{"mediaType":"x","digest":"md5:1","size":1}]}'])(
  'the manifest %s is refused',
  async (body) => {
    const registry = await serve((_, outgoing) => outgoing.end(body))
    await expect(artifacts().manifest(`${registry}/f/tool:1`, signal)).rejects.toMatchObject({
      code: 'registry-content',
    })
  },
)

test('a layer that is too long is not read to its end', async () => {
  const registry = await serve((_, outgoing) => {
    outgoing.write('x'.repeat(1000))
  })
  await expect(artifacts().blob(`${registry}/f/tool`, digestOf(CONTENT), 100, signal)).rejects.toMatchObject({
    code: 'registry-unreachable',
    data: { problem: expect.stringContaining('longer than 100 bytes') },
  })
})

test('an answer that is cut off is an error', async () => {
  const registry = await serve((_, outgoing) => {
    outgoing.writeHead(200, { 'content-length': '100' })
    outgoing.write('half')
    setTimeout(() => outgoing.destroy(), 20)
  })
  await expect(artifacts().manifest(`${registry}/f/tool:1`, signal)).rejects.toMatchObject({
    code: 'registry-unreachable',
  })
})

test('a token is requested once, without credentials if there are none', async () => {
  const asked: { url: string; authorization: string | undefined }[] = []
  let tokens = ''
  tokens = await serve(({ url = '', headers }, outgoing) => {
    asked.push({ url, authorization: headers.authorization })
    outgoing.end(JSON.stringify({ token: 'T1' }))
  })
  const registry = await serve((incoming, outgoing) => {
    if (incoming.headers.authorization === 'Bearer T1') return answerHeld(incoming, outgoing)
    const challenge = `Bearer realm="http://${tokens}/token",service="reg",scope="repository:f/tool:pull"`
    outgoing.writeHead(401, { 'www-authenticate': challenge }).end()
  })
  const client = artifacts()
  await client.manifest(`${registry}/f/tool:1`, signal)
  await client.blob(`${registry}/f/tool:1`, digestOf(CONTENT), 100, signal)
  expect(asked).toEqual([
    { url: '/token?service=reg&scope=repository%3Af%2Ftool%3Apull', authorization: undefined },
  ])

  await login(registry, 'me', 'secret:word')
  await artifacts().manifest(`${registry}/f/tool:1`, signal)
  expect(asked[1]?.authorization).toBe(`Basic ${Buffer.from('me:secret:word').toString('base64')}`)
})

test('an identity token is exchanged by a form, and is in no address', async () => {
  const asked: (string | undefined)[] = []
  const tokens = await serve(async (incoming, outgoing) => {
    asked.push(incoming.method, incoming.url, incoming.headers.authorization, await text(incoming))
    outgoing.end(JSON.stringify({ access_token: 'T1' }))
  })
  const registry = await serve((incoming, outgoing) => {
    if (incoming.headers.authorization === 'Bearer T1') return answerHeld(incoming, outgoing)
    const challenge = `Bearer realm="http://${tokens}/token",service="reg"`
    outgoing.writeHead(401, { 'www-authenticate': challenge }).end()
  })
  const auths = { [registry]: { auth: '', identitytoken: 'I1' } }
  await writeFile(path.join(config, 'config.json'), JSON.stringify({ auths }))
  await artifacts().manifest(`${registry}/f/tool:1`, signal)
  expect(asked).toEqual([
    'POST',
    '/token',
    undefined,
    'grant_type=refresh_token&client_id=pristine&service=reg&scope=repository%3Af%2Ftool%3Apull&refresh_token=I1',
  ])
})

test.each(['a password', 'an identity token'])(
  '%s that has expired does not hide what is public',
  async (kind) => {
    const asked: string[] = []
    const tokens = await serve((incoming, outgoing) => {
      asked.push(`${incoming.method} ${incoming.headers.authorization?.split(' ')[0] ?? 'without'}`)
      const isAnonymous = incoming.method === 'GET' && incoming.headers.authorization === undefined
      if (isAnonymous) outgoing.end(JSON.stringify({ token: 'T1' }))
      else outgoing.writeHead(403).end()
    })
    const registry = await serve((incoming, outgoing) => {
      if (incoming.headers.authorization === 'Bearer T1') return answerHeld(incoming, outgoing)
      const challenge = `Bearer realm="http://${tokens}/token",service="reg"`
      outgoing.writeHead(401, { 'www-authenticate': challenge }).end()
    })
    const auths = { [registry]: { auth: '', identitytoken: 'I1' } }
    if (kind === 'a password') await login(registry, 'me', 'old')
    else await writeFile(path.join(config, 'config.json'), JSON.stringify({ auths }))
    await artifacts().manifest(`${registry}/f/tool:1`, signal)
    expect(asked).toEqual([kind === 'a password' ? 'GET Basic' : 'POST without', 'GET without'])
  },
)

test.each(['without credentials', 'with an identity token'])(
  'a token server that is busy is asked again, and named if it stays so: %s',
  async (kind) => {
    let [busy, asked] = [2, 0]
    const tokens = await serve((_, outgoing) => {
      if (asked++ < busy) outgoing.writeHead(429, { 'retry-after': '0' }).end()
      else outgoing.end(JSON.stringify({ token: 'T1' }))
    })
    const registry = await serve((incoming, outgoing) => {
      if (incoming.headers.authorization === 'Bearer T1') return answerHeld(incoming, outgoing)
      const challenge = `Bearer realm="http://${tokens}/token",service="reg"`
      outgoing.writeHead(401, { 'www-authenticate': challenge }).end()
    })
    const auths = kind === 'without credentials' ? {} : { [registry]: { auth: '', identitytoken: 'I1' } }
    await writeFile(path.join(config, 'config.json'), JSON.stringify({ auths }))
    await artifacts().manifest(`${registry}/f/tool:1`, signal)
    expect(asked).toBe(3)
    busy = Number.POSITIVE_INFINITY
    await expect(artifacts().manifest(`${registry}/f/tool:1`, signal)).rejects.toMatchObject({
      code: 'registry-busy',
      data: { registry: tokens },
    })
    expect(asked).toBe(6)
  },
)

test('a registry elsewhere cannot name a server of this computer, nor one without encryption', async () => {
  const url = new URL('https://elsewhere.example/v2/')
  for (const realm of ['http://127.0.0.1:1/token', 'http://localhost/token', 'http://example.org/token']) {
    const challenge = { kind: 'bearer', realm, service: undefined, scope: undefined } as const
    await expect(
      authorizationFor(webClient({}), challenge, { url, name: 'f/tool' }, undefined, signal),
    ).rejects.toThrow('does not use https')
  }
})

test('a challenge is read without the parameters of the next one', () => {
  const bearer = 'Bearer realm="https://a.example/token",service="a"'
  const found = {
    kind: 'bearer',
    realm: 'https://a.example/token',
    service: 'a',
    scope: undefined,
  }
  expect(parseChallenge(`${bearer}, Basic realm="b"`)).toEqual(found)
  expect(parseChallenge(`Basic realm="b", ${bearer}`)).toEqual(found)
  expect(parseChallenge('Basic realm="b"')).toEqual({ kind: 'basic' })
  expect(parseChallenge('Digest realm="b"')).toBeUndefined()
})

test('if the token server refuses, the artifact is unknown; one without https gets no request', async () => {
  const refusing = await serve((_, outgoing) => outgoing.writeHead(401).end())
  const challengedBy = (realm: string) =>
    serve((_, outgoing) => outgoing.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end())
  const refused = await challengedBy(`http://${refusing}/token`)
  await expect(artifacts().manifest(`${refused}/f/tool:1`, signal)).rejects.toMatchObject({
    code: 'reference-unknown',
  })
  const open = await challengedBy('http://example.org/token')
  await expect(artifacts().manifest(`${open}/f/tool:1`, signal)).rejects.toMatchObject({
    code: 'registry-unreachable',
    data: { problem: expect.stringContaining('example.org, does not use https') },
  })
})

test('credentials go to the registry that demands them, and not to where it redirects', async () => {
  const seen: (string | undefined)[] = []
  const storage = await serve(({ headers }, outgoing) => {
    seen.push(headers.authorization)
    outgoing.end(CONTENT)
  })
  const registry = await serve(({ headers }, outgoing) => {
    if (headers.authorization === undefined)
      outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end()
    else outgoing.writeHead(307, { location: `http://${storage}/x` }).end()
  })
  await login(registry, 'me', 'secret')
  await artifacts().blob(`${registry}/f/tool`, digestOf(CONTENT), 100, signal)
  expect(seen).toEqual([undefined])
})

test('an endless redirect is an error', async () => {
  const round = await serve(({ url }, outgoing) => outgoing.writeHead(302, { location: url ?? '/' }).end())
  await expect(artifacts().manifest(`${round}/f/tool:1`, signal)).rejects.toMatchObject({
    code: 'registry-unreachable',
    data: { problem: expect.stringContaining('more than 5 times') },
  })
})

test('a busy registry gets the request again after the time that it names, and not for ever', async () => {
  let times = 0
  const registry = await serve((incoming, outgoing) => {
    times += 1
    if (times > 1) return answerHeld(incoming, outgoing)
    outgoing.writeHead(429, { 'retry-after': '0' }).end()
  })
  await artifacts().manifest(`${registry}/f/tool:1`, signal)
  expect(times).toBe(2)

  const patient = await serve((_, outgoing) => outgoing.writeHead(429, { 'retry-after': '3600' }).end())
  await expect(artifacts().manifest(`${patient}/f/tool:1`, signal)).rejects.toMatchObject({
    code: 'registry-busy',
  })
  const broken = await serve((_, outgoing) => outgoing.writeHead(503, { 'retry-after': '0' }).end())
  await expect(artifacts().manifest(`${broken}/f/tool:1`, signal)).rejects.toMatchObject({
    code: 'registry-unreachable',
    data: { problem: expect.stringContaining('answered 503') },
  })
})

test('an unreachable registry, and a cancelled request', async () => {
  await expect(artifacts().manifest('127.0.0.1:1/f/tool:1', signal)).rejects.toMatchObject({
    code: 'registry-unreachable',
  })
  const silent = await serve(() => {})
  const controller = new AbortController()
  const asked = artifacts().manifest(`${silent}/f/tool:1`, controller.signal)
  setTimeout(() => controller.abort(), 20)
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
})

test('the proxy of the environment is used, except where NO_PROXY says not', async () => {
  const passed: string[] = []
  const proxy = await serve(plainProxy(passed))
  const registry = await serve(answerHeld)
  const asked = `http://${registry}/v2/f/tool/manifests/1`
  await artifacts({ http_proxy: `http://${proxy}` }).manifest(`${registry}/f/tool:1`, signal)
  expect(passed).toEqual([asked])
  await artifacts({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: '127.0.0.1' }).manifest(
    `${registry}/f/tool:1`,
    signal,
  )
  expect(passed).toEqual([asked])
})

test.runIf(lan !== undefined)(
  'without encryption a registry on a network is asked only if the engine does, and is sent no credentials',
  async () => {
    const sent: (string | undefined)[] = []
    const registry = await serve((incoming, outgoing) => {
      sent.push(incoming.headers.authorization)
      if (incoming.url?.startsWith('/v2/f/')) answerHeld(incoming, outgoing)
      else outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    }, lan)
    await login(registry, 'ann', 'secret')
    await expect(artifacts().manifest(`${registry}/f/tool:1`, signal)).rejects.toMatchObject({
      code: 'registry-unreachable',
    })
    expect(sent).toEqual([])
    const asked: string[] = []
    const reader = artifacts({}, async (name) => asked.push(name) > 0)
    const { layers } = await reader.manifest(`${registry}/f/tool:1`, signal)
    expect(layers).toHaveLength(1)
    expect(`${await reader.blob(`${registry}/f/tool:1`, digestOf(CONTENT), 100, signal)}`).toBe(CONTENT)
    await expect(reader.manifest(`${registry}/private/tool:1`, signal)).rejects.toMatchObject({
      code: 'reference-unknown',
    })
    expect(sent).toEqual([undefined, undefined, undefined])
    expect(asked).toEqual([registry])
  },
)

test.runIf(lan !== undefined)(
  'where no registry answers without encryption either, the first problem is reported',
  async () => {
    const asked: (string | undefined)[] = []
    const other = await serve(({ url }, outgoing) => {
      asked.push(url)
      outgoing.writeHead(404, { 'content-type': 'text/html' }).end('<p>No such page')
    }, lan)
    const read = (registry: string) =>
      artifacts({}, async () => true).manifest(`${registry}/f/tool:1`, signal)
    await expect(read(other)).rejects.toMatchObject({
      code: 'registry-unreachable',
      data: { problem: expect.stringContaining('wrong version number') },
    })
    expect(asked).toEqual(['/v2/f/tool/manifests/1'])
    // A registry of this kind that has no such thing says so.
    const registry = await serve((_, outgoing) => {
      outgoing.writeHead(404, { 'content-type': 'application/json; charset=utf-8' }).end('{"errors":[]}')
    }, lan)
    await expect(read(registry)).rejects.toMatchObject({ code: 'reference-unknown' })
    const gone = await unusedAddress()
    await expect(read(gone)).rejects.toMatchObject({
      code: 'registry-unreachable',
      data: { problem: `connect ECONNREFUSED ${gone}` },
    })
  },
)

/** An address in a network at which nothing listens. */
async function unusedAddress(): Promise<string> {
  const address = await serve(() => {}, lan)
  const server = servers.pop()
  server?.close()
  if (server) await once(server, 'close')
  return address
}

const OPENSSL = '/usr/bin/openssl'

test.runIf(lan !== undefined && existsSync(OPENSSL))(
  'a certificate that is not trusted is the problem, whatever the engine is configured to do',
  async () => {
    const [key, cert] = [path.join(config, 'key.pem'), path.join(config, 'cert.pem')]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=registry']
    execFileSync(OPENSSL, [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const server = createSecureServer({ key: await readFile(key), cert: await readFile(cert) }, answerHeld)
    servers.push(server)
    server.listen(0, lan)
    await once(server, 'listening')
    const registry = `${lan}:${(server.address() as AddressInfo).port}`
    const asked: string[] = []
    const reader = artifacts({}, async (name) => asked.push(name) > 0)
    await expect(reader.manifest(`${registry}/f/tool:1`, signal)).rejects.toMatchObject({
      code: 'registry-unreachable',
      data: { problem: expect.stringContaining('certificate') },
    })
    expect(asked).toEqual([])
  },
)

test('the failures of a server that speaks no TLS are distinguished from others', async () => {
  const failure = (code: string, message: string) => speaksNoTls(Object.assign(new Error(message), { code }))
  expect(failure('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443')).toBe(true)
  expect(failure('ECONNRESET', 'Client network socket disconnected')).toBe(true)
  expect(failure('EPROTO', 'error:0A00010B:SSL routines::wrong version number')).toBe(true)
  expect(failure('EPROTO', 'error:0A000410:SSL routines::ssl/tls alert handshake failure')).toBe(false)
  expect(failure('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate')).toBe(false)
  expect(failure('ENOTFOUND', 'getaddrinfo ENOTFOUND registry.lan')).toBe(false)
})
