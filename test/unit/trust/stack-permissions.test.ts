// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a definition looks like this
import path from 'node:path'
import { expect, test } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import { permissionsOfProject } from '../../../main/environment/computer/project-permissions.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { changeSettings } from '../../../main/store/settings.ts'
import { decideTrust } from '../../../main/trust/decide-trust.ts'
import { describePermission } from '../../../shared/describe-permission.ts'
import type { Permission } from '../../../shared/trust.ts'
import { makeProject } from '../definition/project.ts'

const OWN = { origin: 'folder', remote: null, defaults: true } as const

/** What the services of a devcontainer.json with this Compose file reach. */
async function permissionsOf(
  compose: string,
  env: Record<string, string> = {},
  { sshAgent = false } = {},
): Promise<Permission[]> {
  await using made = await makeProject({
    '.devcontainer.json':
      '{"dockerComposeFile": "compose.yaml", "service": "web", "initializeCommand": "make x"}',
    'compose.yaml': compose,
    '.env': 'FROM_FILE=1\n',
  })
  const project = await openProject(made.path)
  const home = openHome({ PRISTINE_HOME: path.join(made.path, 'home') })
  if (sshAgent) await changeSettings(home, { sshAgent: [project.key] })
  const read = await readProject(env, project, undefined)
  return permissionsOfProject({ env, home }, project, read)
}

const beyond = (permissions: Permission[], granted: Permission[] = []) =>
  decideTrust({ ...OWN, granted }, permissions).asked.map(describePermission)

test('each service is named with what it reaches, and only that has to be granted', async () => {
  const found = await permissionsOf(`services:
  web:
    image: a
    volumes: [".:/work", "data:/data", "/srv/x:/x:ro"]
    networks: [default, back]
    ports: ["8080:80"]
  db:
    image: b
    privileged: true
    pid: service:web
    network_mode: service:web
    ports: ["0.0.0.0:5432:5432"]
  other:
    image: c
    networks: [company]
    volumes: ["shared:/s"]
networks: {back: , company: {external: true}}
volumes: {data: , shared: {external: true, name: theirs}}
`)
  expect(beyond(found)).toEqual([
    'other: network company',
    'command on this computer (initializeCommand of .devcontainer.json): make x',
    'web: folder /srv/x at /x (read)',
    'other: volume theirs that belongs to something else at /s (write)',
    'db: privileged: no isolation between the container and this computer',
  ])
  const lines = found.map(describePermission)
  expect(lines).toContain('web: image a')
  expect(lines).toContain('web: own volume data at /data')
  expect(lines).toContain('web: own folder . at /work (write)')
  expect(lines).toContain('web: port 80/tcp on 127.0.0.1')
})

test("the person's ssh agent is for the service in which they work", async () => {
  const found = await permissionsOf('services: {web: {image: a}, db: {image: b}}', {}, { sshAgent: true })
  expect(found.filter(({ kind }) => kind === 'ssh-agent')).toEqual([{ kind: 'ssh-agent', service: 'web' }])
})

test('a name that looks like one of the stack is not taken for one', async () => {
  const found = await permissionsOf(
    'services: {web: {image: a, network_mode: "own:x", pid: "container:own:x"}}',
  )
  expect(beyond(found)).toContain('web: network own:x')
  expect(beyond(found)).toContain('web: pid namespace of container:own:x')
})

test('what one service was granted is not for another one', async () => {
  const privileged = (name: string) =>
    permissionsOf(`services: {web: {image: a}, ${name}: {image: b, privileged: true}}`)
  const granted: Permission[] = [{ kind: 'privileged', service: 'db' }]
  const command = 'command on this computer (initializeCommand of .devcontainer.json): make x'
  expect(beyond(await privileged('db'), granted)).toEqual([command])
  expect(beyond(await privileged('web2'), granted)).toEqual([
    command,
    'web2: privileged: no isolation between the container and this computer',
  ])
})

const variablesOf = async (compose: string, env: Record<string, string>) =>
  (await permissionsOf(compose, env)).flatMap((one) =>
    one.kind === 'variable' ? [describePermission(one)] : [],
  )

test('only variables of this computer that are used have to be granted, whatever they are used for', async () => {
  const compose = `services:
  web: {image: "a:\${TAG:-1}", environment: [TOKEN, "A=\${FROM_FILE}"], secrets: [key]}
secrets: {key: {environment: KEY}}
`
  expect(await variablesOf(compose, { KEY: '1' })).toEqual(['web: variable KEY of your environment'])
  const all = await variablesOf(compose, { TAG: '2', TOKEN: 't', FROM_FILE: '2', KEY: '1' })
  expect(all.sort()).toEqual([
    'web: variable FROM_FILE of your environment',
    'web: variable KEY of your environment',
    'web: variable TOKEN of your environment',
  ])
})

test('a variable that one service was granted is not for another one, nor for its build', async () => {
  const compose = (spy: string) => `services:
  web: {image: a, environment: [TOKEN]}
  spy: {build: {dockerfile_inline: "FROM b", args: {X: "\${ARG}"}}, ${spy}}
`
  const env = { TOKEN: '/srv/t', ARG: 'a', FROM_FILE: 'f' }
  expect(await variablesOf(compose(''), env)).toEqual([
    'web: variable TOKEN of your environment',
    'spy: variable ARG of your environment, for its build',
  ])
  for (const spy of [
    'environment: [TOKEN]',
    'labels: ["a.${TOKEN}=b"]',
    'secrets: [s]}\nsecrets: {s: {environment: TOKEN}',
    'volumes: ["${TOKEN}:/x"]',
  ])
    expect(await variablesOf(compose(spy), env)).toContain('spy: variable TOKEN of your environment')
})

test('a variable that reaches a service through an env file has to be granted for it', async () => {
  await using made = await makeProject({
    '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "web"}',
    'compose.yaml': `services:
  web: {image: a, environment: ["A=\${FROM}"]}
  db: {image: b, env_file: db.env}
  idle: {image: c}
`,
    '.env': 'FROM=${TOKEN}\n',
    'db.env': 'B=${TOKEN}\nOTHER\n',
  })
  const project = await openProject(made.path)
  const home = openHome({ PRISTINE_HOME: path.join(made.path, 'home') })
  const env = { TOKEN: 't', OTHER: 'o' }
  const found = await permissionsOfProject({ env, home }, project, await readProject(env, project, undefined))
  expect(beyond(found).sort()).toEqual([
    'db: variable OTHER of your environment',
    'db: variable TOKEN of your environment',
    'web: variable TOKEN of your environment',
  ])
})
