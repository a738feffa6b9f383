import path from 'node:path'
import { expect, test } from 'vitest'
import type { ContainerProcess } from '../../shared/container.ts'
import { failureOf, Window } from '../unit/server/client.ts'
import { serveApp } from '../unit/server/serving.ts'
import { pristine } from './command.ts'
import { docker } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

const [TOKEN, PASSWORD, OWN] = ['canary-token-71', 'canary-password-72', 'canary-own-73']

/** A program that has its arguments in sight. */
const program = 'sleep 98765'

const stack = {
  '.devcontainer.json': JSON.stringify({
    ...{ dockerComposeFile: 'compose.yaml', service: 'web', workspaceFolder: '/work', userEnvProbe: 'none' },
    ...{ secrets: { TOKEN: {} }, containerEnv: { MODE: 'dev', MINE: `\${localEnv:OWN_VARIABLE}` } },
    postStartCommand: 'sh -c "sleep 98765; : $TOKEN $MINE" >/dev/null 2>&1 &',
  }),
  'db.env': `PASSWORD=${PASSWORD}\n`,
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    command: [sleep, "100000"]
    volumes: [".:/work"]
    tmpfs: [/scratch]
    labels: {shop.team: green}
  db:
    image: busybox:1.36
    user: "33"
    command: [sh, -c, 'sleep 98765; : $$0', "${PASSWORD}"]
    env_file: db.env
    volumes: ["data:/data:ro"]
volumes: {data: }
`,
}

test('processes of two services, and what they were given, are shown without secrets and values of this computer', async () => {
  await using project = await testProject(stack, {
    env: { PRISTINE_SECRET_TOKEN: TOKEN, OWN_VARIABLE: OWN },
  })
  await project.grant()
  await project.up()
  expect((await project.exec('echo $MINE')).stdout).toBe(`${OWN}\n`)

  const listed = await pristine(project, 'top', '--json')
  expect(listed).toMatchObject({ code: 0 })
  const { services } = JSON.parse(listed.stdout)
  const [web, db] = services
  const process = { pid: expect.any(Number), cpu: expect.any(Number), memory: expect.any(Number) }
  expect(web).toMatchObject({ service: 'web', running: true })
  expect(web.processes).toContainEqual({ ...process, user: 'root', command: 'sleep 98765' })
  // What a hook of a start was given is in its command line.
  const hidden = `sh -c sleep 98765; : [secret TOKEN] \${localEnv:OWN_VARIABLE}`
  expect(web.processes).toContainEqual({ ...process, user: 'root', command: hidden })
  expect(web.variables).toEqual(
    expect.arrayContaining([
      { name: 'MINE', value: `\${localEnv:OWN_VARIABLE}` },
      { name: 'MODE', value: 'dev' },
    ]),
  )
  expect(web.mounts).toEqual([
    { kind: 'tmpfs', source: null, target: '/scratch', readOnly: false },
    { kind: 'bind', source: project.folder, target: '/work', readOnly: false },
  ])
  const names = web.labels.map(({ name }: { name: string }) => name)
  expect(names).toContain('shop.team')
  expect(names.at(-1)).toMatch(/^dev\.pristine\./)
  expect(db).toMatchObject({
    service: 'db',
    variables: expect.arrayContaining([{ name: 'PASSWORD', value: null }]),
    mounts: [{ kind: 'volume', source: expect.any(String), target: '/data', readOnly: true }],
  })
  expect(db.processes).toContainEqual({
    ...{ ...process, user: 'www-data' },
    command: 'sh -c sleep 98765; : $0 [variable PASSWORD]',
  })
  for (const value of [TOKEN, PASSWORD, OWN]) expect(listed.stdout).not.toContain(value)

  const shown = await pristine(project, 'top')
  expect(shown.stdout).toMatch(/^SERVICE +PID +USER +CPU TIME +MEMORY +COMMAND\n/)
  expect(shown.stdout).toMatch(/^web +\d+ +root +\d+:\d\d +[\d.]+ [kM]?B +sleep 98765$/m)
  expect(shown.stdout).toMatch(/^db +\d+ +www-data .* sleep 98765$/m)
  const one = await pristine(project, 'top', '--service', 'db')
  expect(one.stdout).toMatch(/^PID /)
  expect(one.stdout).not.toContain('root')

  await docker().getContainer(db.container.id).kill()
  const refused = await pristine(project, 'top', '--service', 'db', '--json')
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'service-not-running' } })
  expect(JSON.parse((await pristine(project, 'top', '--json')).stdout).services).toHaveLength(1)
})

test('a client sees processes come, and the end of the container; what it was given stays to be seen', async () => {
  await using project = await testProject(
    devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', overrideCommand: true }),
  )
  await project.up()
  await using serving = await serveApp({ ...project.env, HOME: path.dirname(project.folder) })
  await using window = await Window.open(serving.server)
  const { key } = await window.client.projects.open({ folder: project.folder })
  const samples = (await window.client.environment.processes({ project: key }))[Symbol.asyncIterator]()
  const until = async (holds: (processes: ContainerProcess[]) => boolean): Promise<void> => {
    for (;;) {
      const { value, done } = await samples.next()
      if (done) throw new Error('The stream ended.')
      if (holds(value)) return
    }
  }
  const isProgram = ({ command }: ContainerProcess) => command === program
  await until((processes) => !processes.some(isProgram))
  await project.exec(`${program} >/dev/null 2>&1 &`)
  await until((processes) => processes.some(isProgram))
  expect(await window.client.environment.details({ project: key })).toMatchObject({ running: true })
  await project.engine.stop(project.folder, project.run())
  for (;;) if ((await samples.next()).done) break
  expect(await window.client.environment.details({ project: key })).toMatchObject({
    ...{ service: 'app', running: false },
    variables: expect.arrayContaining([{ name: 'PATH', value: expect.any(String) }]),
  })
  const again = (await window.client.environment.processes({ project: key }))[Symbol.asyncIterator]()
  expect(await failureOf(again.next())).toMatchObject({ code: 'environment-not-running' })
  expect(await failureOf(window.client.environment.details({ project: key, service: 'db' }))).toMatchObject({
    code: 'service-unknown',
  })
})
