import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { listEnvironments } from '../../main/container/read-environment.ts'
import { openHost } from '../../main/host/host.ts'
import { pristine } from './command.ts'
import { docker, eventsDuring, FILE_EVENTS, isRunning, thingsOf } from './docker.ts'
import { type TestProject, testProject } from './test-project.ts'

/** A small web server that answers with a text, and is healthy once it does. */
const server = (text: string, more = ''): string =>
  `{image: "busybox:1.36", init: true, command: [sh, -c, "mkdir /www; echo ${text} >/www/index.html; exec httpd -f -p 80 -h /www"]${more}}`
const HEALTH = 'healthcheck: {test: wget -qO- http://127.0.0.1/, interval: 1s}'

const stack = ({
  greeting = 'hello',
  job = 'test -e /run/ready || echo $WORD | tee /data/job',
} = {}): Record<string, string> => ({
  '.devcontainer.json': JSON.stringify({
    dockerComposeFile: 'compose.yaml',
    service: 'web',
    workspaceFolder: '/work',
    userEnvProbe: 'none',
    postCreateCommand: 'wget -qO- http://backend/ >/tmp/seen && cat /data/job >>/tmp/seen',
  }),
  'words.env': 'WORD=done',
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    command: [sh, -c, 'echo serving; trap "exit 0" TERM; sleep 1000 & wait']
    environment: {GREETING: ${greeting}}
    ports: ["8099:80"]
    volumes: [".:/work", "data:/data:ro"]
    configs: [motd]
    depends_on:
      api: {condition: service_healthy}
      job: {condition: service_completed_successfully}
  api: ${server('api', `, container_name: shop_api, networks: {default: {aliases: [backend]}, back: }, ${HEALTH}`)}
  job:
    image: busybox:1.36
    command: [sh, -c, '${job.replaceAll('$', '$$$$')}']
    env_file: words.env
    restart: on-failure
    volumes: ["data:/data"]
volumes: {data: }
networks: {back: {internal: true}}
configs: {motd: {content: "welcome $\{GREETING:-you}"}}
`,
})

const networksOf = async (key: string): Promise<string[]> => {
  const filters = JSON.stringify({ label: [`dev.pristine.project=${key}`] })
  return (await docker().listNetworks({ filters })).map(({ Name }) => Name)
}

const started = ({ events }: TestProject): string[] =>
  events.flatMap((event) =>
    event.kind === 'step' && event.state === 'done' && event.name.startsWith('Start ')
      ? [event.name.slice(6)]
      : [],
  )

test('services start in their order, see each other by their names, and are replaced, stopped and removed as a whole', async () => {
  await using project = await testProject(stack())
  const first = await project.up()
  expect(first.environment).toMatchObject({
    state: 'ready',
    containers: [{ service: 'web' }, { service: 'api' }, { service: 'job', exitCode: 0 }],
    ports: [{ service: 'web', container: 80 }],
    services: [
      { name: 'web', entry: true, state: { kind: 'running' }, health: null, image: 'busybox:1.36' },
      { name: 'api', entry: false, state: { kind: 'running' }, ports: [] },
      { name: 'job', state: { kind: 'completed' }, image: 'busybox:1.36' },
    ],
  })
  // What the first service needs is there before it.
  expect(started(project).at(-1)).toBe('web')
  const seen = await project.exec(
    'cat /tmp/seen /motd; wget -qO- http://shop_api; pwd; echo $GREETING; touch /data/x',
  )
  expect(seen.stdout).toBe('api\ndone\nwelcome youapi\n/work\nhello\n')
  expect(seen.stderr).toContain('Read-only')
  expect(await project.status()).toMatchObject({ state: 'ready', because: [] })
  expect(await project.up()).toMatchObject({ action: 'none' })

  // Each service can be addressed; a job counts as one, however long it runs the next time.
  const { containers } = first.environment
  expect(await project.engine.restart(project.folder, project.run(), 'job')).toMatchObject({
    state: 'ready',
    containers,
  })
  expect((await pristine(project, 'logs')).stdout).toBe('job  | done\nweb  | serving\njob  | done\n')
  expect((await pristine(project, 'logs', '--service', 'job')).stdout).toBe('done\ndone\n')
  const [line = ''] = (await pristine(project, 'logs', '--json')).stdout.split('\n')
  expect(JSON.parse(line)).toEqual({ schemaVersion: 1, service: 'job', stream: 'stdout', line: 'done' })
  const inside = await pristine(
    project,
    'exec',
    '--service',
    'api',
    '--',
    'sh',
    '-c',
    'cat /www/*; pwd; >/mess',
  )
  expect(inside).toMatchObject({ code: 0, stdout: 'api\n/\n' })
  const drifted = JSON.parse((await pristine(project, 'drift', '--service', 'api', '--json')).stdout)
  expect(drifted).toMatchObject({ services: [{ service: 'api', drift: { files: [{ path: '/mess' }, {}] } }] })
  expect((await pristine(project, 'drift')).stdout).toContain('api: Other files\n  added /mess\n')
  for (const [service, code, exit] of [
    ['job', 'service-not-running', 1],
    ['db', 'service-unknown', 2],
  ]) {
    const refused = await pristine(project, 'exec', '--json', '--service', `${service}`, '--', 'true')
    expect(refused.code).toBe(exit)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code } })
  }
  const key = await project.key()
  const before = await networksOf(key)
  expect(before).toHaveLength(2)

  // Another set takes the place of this one, with the port that the project has; what fails leaves it.
  const [web, api, job] = first.environment.containers.map(({ id }) => id)
  await project.write(stack({ job: 'echo broken; exit 3' }))
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-exited',
    message: 'job ended with exit code 3.',
    why: 'broken',
    hint: expect.stringContaining('"restart: on-failure"'),
  })
  expect(await Promise.all([web, api, job].map((id) => isRunning(id ?? '')))).toEqual([true, true, false])
  expect((await thingsOf(key)).containers).toHaveLength(3)
  expect((await networksOf(key)).sort()).toEqual(before.sort())
  await project.write(stack({ greeting: 'again' }))
  const { result: second, events } = await eventsDuring(key, () => project.up())
  // No volume of the new ones, on layers that are captured, is mounted before the old ones are stopped.
  const [written, died] = [
    events.findIndex(({ action }) => FILE_EVENTS.includes(action)),
    events.findIndex(({ action, id }) => action === 'die' && id === web),
  ]
  expect(died).toBeGreaterThan(-1)
  expect(written).toBeGreaterThan(died)
  expect(second.because).toMatchObject([{ input: 'web: environment.GREETING of the Compose files' }])
  expect(project.events).toContainEqual(
    expect.objectContaining({
      text: expect.stringContaining('api, job did not change and are replaced too'),
    }),
  )
  expect(second.environment.ports).toMatchObject([{ host: first.environment.ports[0]?.host }])
  expect((await project.exec('echo $GREETING')).stdout).toBe('again\n')
  expect((await thingsOf(key)).containers).toHaveLength(3)
  expect(await networksOf(key)).toHaveLength(2)
  expect(await networksOf(key)).not.toEqual(expect.arrayContaining(before))

  // A service that ends otherwise is started again, without the rest.
  const current = second.environment.containers
  await docker()
    .getContainer(current[1]?.id ?? '')
    .kill()
  expect(await project.status()).toMatchObject({ state: 'unhealthy' })
  // The app lists all projects at once, and knows how each service ended.
  const listed = (await listEnvironments(await openHost(project.env).engine())).get(key)
  expect(listed?.find(({ service }) => service === 'job')).toMatchObject({ exitCode: 0 })
  const shown = (await pristine(project, 'status')).stdout
  expect(shown).toContain(
    'Unhealthy · v3\n  api was stopped (exit code 137); "pristine up" starts it again.\n',
  )
  expect(shown).toMatch(/^ {2}web +running +busybox:1\.36 +127\.0\.0\.1:\d+->80\/tcp$/m)
  expect(shown).toMatch(/^ {2}api +stopped \(137\) /m)
  expect(shown).toMatch(/^ {2}job +completed /m)
  expect(await project.up()).toMatchObject({
    action: 'started',
    environment: { state: 'ready', containers: current },
  })
  expect((await project.status()).environment.services).toMatchObject([
    {},
    {},
    { state: { kind: 'completed' } },
  ])
  await vi.waitFor(async () => {
    const { services } = (await project.status()).environment
    expect(services[1]).toMatchObject({ health: { kind: 'healthy' }, drift: 1 })
  }, 10_000)

  expect(await project.engine.stop(project.folder, project.run())).toMatchObject({ state: 'stopped' })
  expect(await project.up()).toMatchObject({ action: 'started', environment: { containers: current } })
  // One that somebody removes is missed.
  await docker()
    .getContainer(current[1]?.id ?? '')
    .remove({ force: true })
  const missed = await project.status()
  expect(missed).toMatchObject({ state: 'unhealthy' })
  expect(missed.environment.services[1]).toMatchObject({ name: 'api', state: { kind: 'missing' } })
  const back = await project.reset('v1')
  expect(back).toMatchObject({ version: { ordinal: 1 }, environment: { state: 'ready' } })
  expect((await project.exec('echo $GREETING; cat /data/job')).stdout).toBe('hello\ndone\n')
  const { versions } = await project.engine.disk(project.folder)
  const size = versions[0]?.services['api'] ?? 0
  expect(size).toBeGreaterThan(0)
  expect(versions[0]?.services).toEqual({ api: size, job: size })
  // A command of a build server has services and data of its own, which go with it.
  const left = await networksOf(key)
  const ask = 'wget -qO- http://backend/; cat /data/job /motd; ls /data; exit 7'
  expect(await pristine(project, 'run', '--', 'sh', '-c', ask)).toMatchObject({
    code: 7,
    stdout: 'api\ndone\nwelcome youjob\n',
  })
  expect((await thingsOf(key)).containers).toHaveLength(3)
  expect((await networksOf(key)).sort()).toEqual(left.sort())
  expect(await project.exec('ls /data')).toMatchObject({ stdout: 'job\n' })
  const runs = { filters: JSON.stringify({ label: ['dev.pristine.role=run'] }) }
  expect((await docker().listVolumes(runs)).Volumes).toEqual([])

  await project.engine.remove(project.folder, { data: true, versions: true })
  expect(await thingsOf(key)).toEqual({ containers: [], tags: [], volumes: [] })
  expect(await networksOf(key)).toEqual([])
})

test('a server that somebody stopped has not completed, whatever it ended with', async () => {
  const program = (text: string) => `image: busybox:1.36\n    command: [sh, -c, '${text}']`
  const polite = 'trap "exit 0" TERM; sleep 1000 & wait'
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({
      ...{ dockerComposeFile: 'compose.yaml', service: 'web', userEnvProbe: 'none' },
      postStartCommand: 'echo >>/started',
    }),
    'compose.yaml': `
services:
  web:
    ${program('sleep 1000')}
    init: true
    depends_on: {job: {condition: service_completed_successfully}}
  proxy:
    ${program(polite)}
    ports: ["80"]
    depends_on: [slow]
  side:
    ${program(polite)}
    network_mode: service:proxy
  slow:
    ${program('trap "sleep 4; exit 0" TERM; sleep 1000 & wait')}
  job:
    ${program('until ping -c 1 proxy; do sleep 0.1; done')}
`,
  })
  // A job may need a service that starts after another one.
  const { environment } = await project.up()
  expect(started(project).at(-1)).toBe('web')
  const waits = { kind: 'step', name: 'web waits for the end of job', phase: 'start', subject: 'job' }
  expect(project.events).toContainEqual(expect.objectContaining({ ...waits, state: 'done' }))
  const [web, job, proxy] = environment.containers.map(({ id }) => id)
  expect(environment.services[1]).toMatchObject({ name: 'job', state: { kind: 'completed' } })
  await docker()
    .getContainer(proxy ?? '')
    .stop()
  const { services } = (await project.status()).environment
  expect(services).toMatchObject([
    {},
    { name: 'job', state: { kind: 'completed' } },
    { name: 'proxy', state: { kind: 'exited', code: 0 } },
    {},
    {},
  ])
  expect(await project.up()).toMatchObject({ action: 'started', environment: { state: 'ready' } })

  // Who shares its network is restarted with it, also where somebody restarted it alone.
  const devices = async () =>
    (await pristine(project, 'exec', '--service', 'side', '--', 'ls', '/sys/class/net')).stdout
  expect(await devices()).toContain('eth0')
  await docker()
    .getContainer(proxy ?? '')
    .restart()
  expect((await pristine(project, 'status')).stdout).toContain('  side shares the network')
  expect(await project.up()).toMatchObject({ action: 'started', environment: { state: 'ready' } })
  expect(await devices()).toContain('eth0')

  // A job that is done needs no container.
  await docker()
    .getContainer(job ?? '')
    .remove()
  expect((await project.status()).environment).toMatchObject({
    ...{ state: 'ready', services: [{}, { name: 'job', state: { kind: 'completed' } }, {}, {}, {}] },
  })
  expect(await project.up()).toMatchObject({ action: 'none' })
  // A crash in a start of some services leaves the others alone.
  await docker()
    .getContainer(proxy ?? '')
    .kill()
  const intent = { kind: 'restart', blue: web, stops: [proxy] }
  const home = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key())
  await writeFile(path.join(home, 'intent.json'), JSON.stringify(intent))
  expect(await project.status()).toMatchObject({ state: 'ready' })
  expect((await project.exec('wc -l </started')).stdout.trim()).toBe('1')
  expect(await devices()).toContain('eth0')

  // A restart that is cancelled while it stops is completed by the next command.
  const ended = new AbortController()
  const restarting = project.engine.restart(project.folder, project.run(ended.signal))
  await vi.waitFor(async () => expect(await isRunning(proxy ?? '')).toBe(false), 10_000)
  ended.abort()
  await expect(restarting).rejects.toMatchObject({ code: 'cancelled' })
  expect(await project.status()).toMatchObject({ state: 'ready' })
  expect(await Promise.all([web, proxy].map((id) => isRunning(id ?? '')))).toEqual([true, true])
  expect((await project.exec('wc -l </started')).stdout.trim()).toBe('2')
})

test('a job with ports that ends before the environment is ready has completed, in each start and in a run', async () => {
  await using project = await testProject({
    '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "web", "userEnvProbe": "none"}',
    'compose.yaml': `
services:
  web: {image: "busybox:1.36", init: true, command: sleep 1000}
  job: {image: "busybox:1.36", ports: ["3000"], command: echo migrated}
`,
  })
  const done = { state: 'ready', services: [{}, { name: 'job', state: { kind: 'completed' } }] }
  expect((await project.up()).environment).toMatchObject(done)
  expect((await project.status()).environment).toMatchObject(done)
  await project.engine.restart(project.folder, project.run())
  expect((await project.status()).environment).toMatchObject(done)
  expect(await pristine(project, 'run', '--', 'true')).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('ended'),
  })
})

test('a worker that somebody stopped has not completed, although nothing shows that it was a server', async () => {
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({
      ...{ dockerComposeFile: 'compose.yaml', service: 'web', userEnvProbe: 'none' },
    }),
    'compose.yaml': `
services:
  web: {image: "busybox:1.36", init: true, command: [sleep, "1000"]}
  worker: {image: "busybox:1.36", command: [sh, -c, 'trap "exit 0" TERM; sleep 1000 & wait']}
  late: {image: "busybox:1.36", command: [sh, -c, 'until test -e /go; do sleep 0.1; done']}
`,
  })
  const { environment } = await project.up()
  const idOf = (name: string) => environment.containers.find(({ service }) => service === name)?.id ?? ''
  const stateOf = async (name: string) =>
    (await project.status()).environment.services.find((one) => one.name === name)?.state
  // What ends by itself has.
  expect(await pristine(project, 'exec', '--service', 'late', '--', 'touch', '/go')).toMatchObject({
    code: 0,
  })
  await expect.poll(() => stateOf('late'), { timeout: 30_000 }).toEqual({ kind: 'completed' })
  await docker().getContainer(idOf('worker')).stop()
  expect(await stateOf('worker')).toEqual({ kind: 'exited', code: 0 })
  expect(await stateOf('late')).toEqual({ kind: 'completed' })
  const shown = (await pristine(project, 'status')).stdout
  expect(shown).toContain('worker was stopped; "pristine up" starts it again.')
  expect(shown).toMatch(/^ {2}worker +stopped /m)
  // The engine forgets what it said.
  const ends = path.join(project.env['PRISTINE_HOME'] ?? '', 'projects', await project.key(), 'ends.json')
  expect(JSON.parse(await readFile(ends, 'utf8'))).toMatchObject({ [idOf('worker')]: { stopped: true } })
  expect(await project.up()).toMatchObject({ action: 'started', environment: { state: 'ready' } })
  expect(await stateOf('late')).toEqual({ kind: 'completed' })
})

test('a port that is taken during the start gives way, also where other services share the network', async () => {
  const taken = createServer()
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
  await using project = await testProject({
    '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "side", "forwardPorts": [8080]}',
    'compose.yaml': `
services:
  web: ${server('web', `, ports: ["${port}:80"]`)}
  side:
    image: busybox:1.36
    command: [sh, -c, 'mkdir /www && echo side > /www/index.html && exec httpd -f -p 8080 -h /www']
    network_mode: service:web
`,
  })
  const report = (event: { kind: string; name?: string }) => {
    if (event.name === 'Start web' && !taken.listening) taken.listen(port, '127.0.0.1')
  }
  const options = { frozen: false, trust: [''] }
  const run = { signal: new AbortController().signal, report }
  const { environment } = await project.engine.up(project.folder, options, run)
  taken.close()
  const [published, forwarded] = environment.ports
  expect(published?.host).not.toBe(port)
  expect(await (await fetch(`http://127.0.0.1:${published?.host}/`)).text()).toBe('web\n')
  // What is forwarded of a service is published where its network is.
  expect(forwarded).toMatchObject({ container: 8080 })
  expect(await (await fetch(`http://127.0.0.1:${forwarded?.host}/`)).text()).toBe('side\n')
  expect((await project.exec('wget -qO- http://127.0.0.1/')).stdout).toBe('web\n')

  // Where the ports of the file changed, they are asked first, also while the environment has another one.
  await project.write({
    'compose.yaml': (await readFile(path.join(project.folder, 'compose.yaml'), 'utf8')).replace(
      `"${port}:80"`,
      `"${port}:80", "81"`,
    ),
  })
  expect((await project.up()).environment.ports[0]).toMatchObject({ container: 80, host: port })
})

test('up waits until all services are healthy, whatever else it started', async () => {
  const check = (test: string, interval: string) =>
    `healthcheck: {test: '${test}', interval: ${interval}, retries: 1}`
  const image = 'image: busybox:1.36, init: true, command:'
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({ dockerComposeFile: 'compose.yaml', service: 'web' }),
    'compose.yaml': `
services:
  web: {${image} sleep 1000}
  api: {${image} sleep 1000}
  db: {${image} [sh, -c, 'rm -f /up; sleep 3; touch /up; exec sleep 1000'], ${check('test -e /up', '30s')}}
  mail: {${image} sleep 1000, ${check('test ! -e /sick', '200ms')}}
`,
  })
  const { environment } = await project.up()
  const [, api, db] = environment.containers.map(({ id }) => docker().getContainer(id))
  expect(await project.status()).toMatchObject({ state: 'ready' })
  await db?.restart()
  expect(await project.status()).toMatchObject({
    state: 'starting',
    environment: { services: [{}, {}, { name: 'db', health: { kind: 'starting' } }, {}] },
  })
  const ready = { action: 'none', environment: { state: 'ready', containers: environment.containers } }
  expect(await project.up()).toMatchObject(ready)
  // The engine itself asks again only after its interval.
  expect(await project.status()).toMatchObject({ state: 'ready' })

  await api?.kill()
  await pristine(project, 'exec', '--service', 'mail', '--', 'touch', '/sick')
  await vi.waitFor(async () => {
    const { services } = (await project.status()).environment
    expect(services[3]).toMatchObject({ name: 'mail', health: { kind: 'unhealthy' } })
  }, 20_000)
  await expect(project.up()).rejects.toMatchObject({ code: 'not-ready', data: { wasReady: true } })
  expect(await isRunning(environment.containers[1]?.id ?? '')).toBe(true)
})

test('two clones of one stack run at once, and one container takes the place of a set', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  const text = `services:\n  web: ${server('web', `, container_name: site, ports: ["${port}:80"]`)}\n  db: ${server('db')}\n`
  const files = {
    '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "web"}',
    'compose.yaml': text,
  }
  await using one = await testProject(files, { name: 'shop' })
  await using two = await testProject(files, { name: 'shop' })
  const [first, second] = [await one.up(), await two.up()]
  expect(second.version.id).toBe(first.version.id)
  const ports = [first, second].flatMap(({ environment }) => environment.ports.map(({ host }) => host))
  expect(new Set([...ports, port]).size).toBe(3)
  for (const host of ports) expect(await (await fetch(`http://127.0.0.1:${host}/`)).text()).toBe('web\n')
  taken.close()
  expect((await one.exec('wget -qO- http://db/')).stdout).toBe('db\n')

  await one.write({ '.devcontainer.json': '{"image": "busybox:1.36", "userEnvProbe": "none"}' })
  const single = await one.up()
  expect(single.environment.containers).toHaveLength(1)
  const key = await one.key()
  expect((await thingsOf(key)).containers).toHaveLength(1)
  expect(await networksOf(key)).toEqual([])
  expect(await two.status()).toMatchObject({ state: 'ready' })
  const [container] = single.environment.containers
  const none = await pristine(one, 'logs', '--json', '--service', 'web')
  expect(JSON.parse(none.stdout)).toMatchObject({
    error: { code: 'service-unknown', data: { services: [] } },
  })
  const { HostConfig } = await docker()
    .getContainer(container?.id ?? '')
    .inspect()
  expect(HostConfig.NetworkMode).toMatch(/^(?:default|bridge)$/)
})
