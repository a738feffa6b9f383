import { once } from 'node:events'
import { createServer, connect as dial, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { unusedPort } from '../rig/port.ts'
import { halves } from '../sample.ts'
import { docker, inspect, isRunning } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** A program on this computer that holds a port. */
async function holder(
  port = 0,
): Promise<{ port: number; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }> {
  const server: Server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  return { port: (server.address() as { port: number }).port, close, [Symbol.asyncDispose]: close }
}

const serving = (port: number, more: object = {}) =>
  devcontainer({
    image: 'busybox:1.36',
    forwardPorts: [port],
    userEnvProbe: 'none',
    postStartCommand: `mkdir -p /www && echo served > /www/index.html && httpd -p ${port} -h /www`,
    ...more,
  })
const get = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text()

test('a forwarded port is reached on 127.0.0.1 and from nowhere else', async () => {
  const port = await unusedPort()
  await using project = await testProject(
    serving(port, {
      portsAttributes: { [port]: { label: 'Web', protocol: 'https', onAutoForward: 'openBrowser' } },
    }),
  )
  const { environment } = await project.up()
  expect(environment.ports).toMatchObject([
    {
      ...{ container: port, host: port, address: '127.0.0.1', protocol: 'tcp', service: 'app' },
      ...{ label: 'Web', scheme: 'https', opens: 'first' },
    },
  ])
  expect(await get(port)).toBe('served\n')
  expect(await project.engine.ports(project.folder)).toEqual(environment.ports)

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((at) => at?.family === 'IPv4' && !at.internal)
  if (outside) {
    const reached = await new Promise((resolve) => {
      const socket = dial(port, outside.address)
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    expect(reached).toBe(false)
  }
})

testEven(
  'a forwarded port that is taken gives way to another one, which stays through a replacement',
  async () => {
    await using taken = await holder()
    await using project = await testProject(serving(taken.port))
    const [published] = (await project.up()).environment.ports
    expect(published?.host).not.toBe(taken.port)
    expect(await get(published?.host ?? 0)).toBe('served\n')
    expect((await project.reset()).environment.ports).toEqual([published])
  },
)

test('a restart from outside leaves ports at 127.0.0.1 unreachable until the next up, also without hooks', async () => {
  const port = await unusedPort()
  await using project = await testProject({
    ...devcontainer({
      build: { dockerfile: 'Dockerfile' },
      ...{ overrideCommand: false, userEnvProbe: 'none', forwardPorts: [port] },
    }),
    '.devcontainer/Dockerfile': `FROM busybox:1.36
RUN mkdir /www && echo served >/www/index.html
CMD ["httpd", "-f", "-p", "127.0.0.1:${port}", "-h", "/www"]
`,
  })
  const isServed = () => expect.poll(() => get(port).catch(() => ''), { timeout: 20_000 }).toBe('served\n')
  const { environment } = await project.up()
  await isServed()
  await docker()
    .getContainer(environment.containers[0]?.id ?? '')
    .restart({ t: 0 })
  expect(await project.status()).toMatchObject({ state: 'starting' })
  expect(await project.up()).toMatchObject({ action: 'started', environment: { state: 'ready' } })
  await isServed()
  expect(await project.up()).toMatchObject({ action: 'none' })
})

testOdd(
  "a program that listens only at the container's own 127.0.0.1 is reached all the same, also after a restart",
  async () => {
    const port = await unusedPort()
    const server = `nohup python3 -m http.server ${port} --bind 127.0.0.1 --directory /www >/dev/null 2>&1 &`
    const postStartCommand = `mkdir -p /www && echo served > /www/index.html && ${server}`
    await using project = await testProject(
      serving(port, { image: 'python:3.11-slim-bookworm', postStartCommand }),
    )
    // This one has no language that could relay.
    const other = await unusedPort()
    const httpd = `mkdir -p /www && echo served > /www/index.html && httpd -p 127.0.0.1:${other} -h /www`
    await using plain = await testProject(serving(other, { postStartCommand: httpd }))
    const up = await Promise.all([project.up(), plain.up()])
    const isServed = (at = port) =>
      expect.poll(() => get(at).catch(() => ''), { timeout: 20_000 }).toBe('served\n')
    await Promise.all([isServed(), isServed(other)])
    // Both are in the engine's own network: what each serves to itself alone is nothing for the other.
    const details = await Promise.all(up.map((result) => inspect(result)))
    const [first, second] = details.map(
      ({ NetworkSettings }) => NetworkSettings.Networks['bridge']?.IPAddress,
    )
    const ask = `import urllib.request as r; r.urlopen("http://${second}:${other}/", timeout=5)`
    expect((await project.exec(`python3 -c '${ask}'`)).code).not.toBe(0)
    expect((await plain.exec(`wget -q -T 5 -O - http://${first}:${port}/`)).code).not.toBe(0)
    // What relays is a short line among the processes of each.
    for (const result of up) {
      const { Titles, Processes } = await docker()
        .getContainer(result.environment.containers[0]?.id ?? '')
        .top()
      const lines = Processes.map((process: string[]) => process[Titles.indexOf('CMD')] ?? '')
      const relays = lines.filter((line: string) => line.includes('PRISTINE_RELAY'))
      expect(relays.length).toBeGreaterThan(1)
      for (const line of lines) expect(line.length).toBeLessThan(200)
    }
    await project.engine.stop(project.folder, project.run())
    await project.up()
    await isServed()
  },
)

test('two projects that forward the same port both come up', async () => {
  const port = await unusedPort()
  await using one = await testProject(serving(port))
  await using two = await testProject(serving(port))
  const [first, second] = await Promise.all([one.up(), two.up()])
  const hosts = [first, second].map(({ environment }) => environment.ports[0]?.host ?? 0)
  expect(new Set(hosts).size).toBe(2)
  expect(await Promise.all(hosts.map(get))).toEqual(['served\n', 'served\n'])
})

testEven('a port that must be this one and is taken fails, and the old environment lives', async () => {
  await using taken = await holder()
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  const first = await project.up()
  await project.write(serving(taken.port, { portsAttributes: { [taken.port]: { requireLocalPort: true } } }))
  await expect(project.up()).rejects.toMatchObject({
    code: 'port-taken',
    exit: 6,
    data: { port: taken.port, container: taken.port },
  })
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
  await taken.close()
  expect((await project.up()).environment.ports).toMatchObject([{ host: taken.port }])
})

testOdd('a published port that must be this one keeps it through a replacement', async () => {
  const port = await unusedPort()
  await using project = await testProject(serving(8000, { forwardPorts: [], appPort: `${port}:8000` }))
  await project.up()
  expect(await get(port)).toBe('served\n')
  const after = await project.reset()
  expect(after.environment.ports).toMatchObject([{ container: 8000, host: port }])
  expect(await get(port)).toBe('served\n')
})

test('a stopped environment whose port was taken meanwhile comes up on another one', async () => {
  const port = await unusedPort()
  await using project = await testProject(serving(port))
  await project.up()
  await project.engine.stop(project.folder, project.run())
  await using _taken = await holder(port)
  await expect(project.engine.restart(project.folder, project.run())).rejects.toMatchObject({
    code: 'port-taken',
    hint: 'Run "pristine up": it takes another port.',
  })
  const stopped = await project.status()
  expect(stopped.state).toBe('stopped')
  expect(stopped.environment.containers[0]).not.toHaveProperty('exitCode')
  const { environment } = await project.up()
  expect(environment.state).toBe('ready')
  expect(environment.ports[0]?.host).not.toBe(port)
  expect(await get(environment.ports[0]?.host ?? 0)).toBe('served\n')
})

test('a bare Dockerfile publishes the ports that its image exposes', async () => {
  const port = await unusedPort()
  await using project = await testProject({
    Dockerfile: `FROM busybox:1.36\nRUN mkdir /www && echo served > /www/index.html\nEXPOSE ${port}\nCMD ["httpd", "-f", "-p", "${port}", "-h", "/www"]\n`,
  })
  const up = await project.up()
  expect(up.environment.ports).toMatchObject([{ container: port, host: port }])
  expect((await inspect(up)).HostConfig.PortBindings).toEqual({
    [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: `${port}` }],
  })
  expect(await get(port)).toBe('served\n')
})
