// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a definition looks like this
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDefinition } from '../../../main/definition/devcontainer/read-definition.ts'
import type { Definition } from '../../../shared/definition.ts'
import { expectError, FILE, makeProject } from './project.ts'

type Files = Record<string, string>

const COMPOSE = `services:
  web:
    build: {context: .., dockerfile: dev.Dockerfile, args: {A: '1', TOKEN: "\${TOKEN:-none}"}}
    volumes: ["..:/app", "modules:/app/node_modules"]
    environment: {URL: "http://\${HOST:-localhost}"}
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:\${PG:-15}
    env_file: db.env
    ports: ["5432:5432"]
    healthcheck: {test: pg_isready, interval: 2s}
  tools:
    image: busybox:1.36
    profiles: [tools]
  mail: {image: "mailpit:1"}
volumes: {modules: , other: }
`

const json = (more: object = {}) =>
  JSON.stringify({ dockerComposeFile: 'compose.yaml', service: 'web', ...more }, null, 2)

async function readStack(more: object = {}, files: Files = {}, env: Files = {}): Promise<Definition> {
  await using project = await makeProject({
    [FILE]: json(more),
    '.devcontainer/compose.yaml': COMPOSE,
    '.devcontainer/db.env': 'POSTGRES_PASSWORD=x\n',
    'dev.Dockerfile': 'FROM scratch\n',
    ...files,
  })
  return (await readDefinition(project, { env })).definition
}

const names = ({ services }: Definition) => services.map(({ name }) => name)

describe('a devcontainer.json with Compose files', () => {
  test('has the services of these, first the one in which a person works', async () => {
    const definition = await readStack({ remoteUser: 'node', postCreateCommand: 'npm ci' })
    expect(names(definition)).toEqual(['web', 'db', 'mail'])
    const [web, db] = definition.services
    expect(web).toMatchObject({
      source: {
        kind: 'build',
        dockerfile: 'dev.Dockerfile',
        context: '.',
        args: { A: '1', TOKEN: 'none' },
        hostArgs: { TOKEN: '${TOKEN:-none}' },
      },
      run: {
        workspaceFolder: '/',
        workspaceMount: null,
        overrideCommand: false,
        remoteUser: 'node',
        hooks: { postCreateCommand: 'npm ci' },
      },
    })
    expect(db).toMatchObject({
      source: { kind: 'image', reference: 'postgres:15' },
      run: { hooks: {}, overrideCommand: false, init: false },
    })
  })

  test('says by services what completes their data; a text is for the one in which a person works', async () => {
    const freezes = async (freeze: unknown) => {
      const { services } = await readStack({ customizations: { pristine: { data: { freeze } } } })
      return services.map(({ run }) => run.freeze)
    }
    expect(await freezes({ db: ['psql', '-c', 'CHECKPOINT'], mail: '' })).toEqual([
      undefined,
      ['psql', '-c', 'CHECKPOINT'],
      undefined,
    ])
    expect(await freezes('sync')).toEqual(['sync', undefined, undefined])
    await expectError(freezes({ tools: 'sync' }), 'definition-invalid', {
      problem: '"tools" is no service that runs; there are db, mail, web',
    })
  })

  test('records what they say with its templates, without what is planned by value', async () => {
    const definition = await readStack({}, {}, { HOST: 'secret.example', TOKEN: 't' })
    const [web, db] = definition.services
    expect(web?.compose).toEqual({
      volumes: [
        { type: 'bind', source: '.', target: '/app', bind: expect.anything() },
        { type: 'volume', source: 'modules', target: '/app/node_modules', volume: {} },
      ],
      environment: { URL: 'http://${HOST:-localhost}' },
      depends_on: { db: { condition: 'service_healthy' } },
    })
    expect(Object.keys(db?.compose ?? {}).sort()).toEqual(['env_file', 'healthcheck', 'ports'])
    expect(definition.stack).toEqual({
      deciding: [],
      resources: { folder: '.devcontainer', volumes: { modules: null } },
      files: ['.devcontainer/compose.yaml', '.devcontainer/db.env'],
      absent: ['.devcontainer/.env'],
      valueFiles: ['.devcontainer/db.env'],
    })
    expect(JSON.stringify(definition.services.map(({ compose }) => compose))).not.toContain('secret')
  })

  test('has only the services that are to run, and those that they need', async () => {
    expect(names(await readStack({ runServices: ['web'] }))).toEqual(['web', 'db'])
    expect(names(await readStack({ runServices: ['mail', 'tools'] }))).toEqual(['web', 'db', 'mail', 'tools'])
    expect(names(await readStack({ runServices: [] }))).toEqual(['web', 'db', 'mail'])
    expect(names(await readStack({ service: 'tools' }))).toEqual(['tools', 'db', 'mail', 'web'])
  })

  test('takes several files, and those that Compose looks for where it names none', async () => {
    const over = { '.devcontainer/over.yaml': 'services: {db: {image: "postgres:16"}}' }
    const several = await readStack({ dockerComposeFile: ['compose.yaml', 'over.yaml'] }, over)
    expect(several.services[1]?.source).toEqual({ kind: 'image', reference: 'postgres:16' })
    const usual = {
      'compose.yml': 'services: {web: {image: a}}',
      'compose.override.yml': 'services: {b: {image: b}}',
    }
    expect(names(await readStack({ dockerComposeFile: [] }, usual))).toEqual(['web', 'b'])
    const whole = '${localWorkspaceFolder}/.devcontainer/compose.yaml'
    expect(names(await readStack({ dockerComposeFile: whole }))).toEqual(['web', 'db', 'mail'])
  })

  test('forwards ports of the other services', async () => {
    const definition = await readStack({
      forwardPorts: [3000, 'db:5432', 'mail:8025'],
      portsAttributes: { 'db:5432': { label: 'Database', requireLocalPort: true } },
    })
    const [web, db, mail] = definition.services.map(({ run }) => run.ports)
    expect(web).toMatchObject([{ container: 3000 }])
    expect(db).toEqual([{ container: 5432, host: 5432, protocol: 'tcp', fixed: true, label: 'Database' }])
    expect(mail).toMatchObject([{ container: 8025, fixed: false }])
    expect(definition.warnings).toEqual([])
  })

  test.each([
    ['of another service', '  web: {image: a, network_mode: "service:db"}\n  db: {image: a}\n'],
    [
      'of a third one, through another',
      '  web: {image: a, network_mode: "service:b"}\n  b: {image: a, network_mode: "service:db"}\n  db: {image: a}\n',
    ],
  ])('forwards ports of a service in the network %s where that is', async (_, services) => {
    const { services: read } = await readStack(
      { forwardPorts: [3000, 5432, 'db:5432'] },
      { '.devcontainer/compose.yaml': `services:\n${services}` },
    )
    const ports = Object.fromEntries(
      read.map(({ name, run }) => [name, run.ports.map((one) => one.container)]),
    )
    expect(ports).toEqual({ ...ports, web: [], db: [3000, 5432] })
  })

  test('says which of its keys have no effect, and stops all services with the app', async () => {
    const definition = await readStack({
      runArgs: ['--privileged'],
      workspaceMount: '',
      shutdownAction: 'stopCompose',
    })
    expect(definition.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('"runArgs" has no effect with Docker Compose'),
      expect.stringContaining('"workspaceMount" has no effect'),
    ])
    expect(definition.services[0]?.run.options).toEqual({})
    expect(definition.stopsWithApp).toBe(true)
    const one = await readStack({ shutdownAction: 'stopContainer' })
    expect(one.stopsWithApp).toBe(false)
    expect(one.warnings).toMatchObject([{ code: 'ignored' }])
  })

  test('takes the Dockerfile that stands in them', async () => {
    const inline =
      'services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM busybox:1.36\n        RUN echo $$HOME\n'
    const { services } = await readStack({}, { '.devcontainer/compose.yaml': inline })
    expect(services[0]?.source).toMatchObject({
      dockerfile: '.devcontainer/compose.yaml',
      context: '.devcontainer',
      inline: 'FROM busybox:1.36\nRUN echo $HOME\n',
    })
  })

  test.each<[object, Files, object]>([
    [
      { service: 'wbe' },
      {},
      { file: FILE, line: 3, problem: /no service of the Compose files; they have db, mail, tools, web/ },
    ],
    [{ runServices: ['db', 'x'] }, {}, { file: FILE, line: 6, problem: /"runServices" names "x"/ }],
    [{ dockerComposeFile: 'gone.yaml' }, {}, { file: FILE, line: 2, problem: /there is no such file/ }],
    [{ dockerComposeFile: '../../x.yaml' }, {}, { file: FILE, line: 2, problem: /not in the repository/ }],
    [{ dockerComposeFile: [] }, {}, { file: FILE, line: 2, problem: /there is no Compose file/ }],
    [{ service: undefined }, {}, { file: FILE, line: 2, problem: /needs "service"/ }],
    [{ image: 'a' }, {}, { file: FILE, problem: /either "dockerComposeFile" or "image"/ }],
    [
      {},
      { '.devcontainer/compose.yaml': 'services:\n  web:\n    build:\n      context: gone\n' },
      { file: '.devcontainer/compose.yaml', line: 4, column: 7, problem: /does not exist/ },
    ],
    [
      {},
      { '.devcontainer/compose.yaml': 'services:\n  web: {build: ../..}\n' },
      { file: '.devcontainer/compose.yaml', line: 2, problem: /not in the repository/ },
    ],
    [
      {},
      { '.devcontainer/compose.yaml': 'services:\n  web: {image: A}\n' },
      { file: '.devcontainer/compose.yaml', line: 2, problem: /is not the name of an image/ },
    ],
    [
      {},
      {
        '.devcontainer/compose.yaml':
          'services:\n  web: {image: a, depends_on: [x]}\n  x: {image: a, profiles: [p]}\n',
      },
      { file: '.devcontainer/compose.yaml', line: 2, problem: /none of its profiles is chosen/ },
    ],
  ])('%j %j is refused at its place', async (more, files, { problem, ...place }: { problem?: RegExp }) => {
    await expectError(readStack(more, files), 'definition-invalid', {
      ...place,
      problem: expect.stringMatching(problem ?? ''),
    })
  })

  test('refuses features for a user that only this computer can name', async () => {
    const files = {
      '.devcontainer/compose.yaml': 'services:\n  web: {image: a, user: "${UID:-0}"}\n',
      '.devcontainer/tool/devcontainer-feature.json': '{"id": "tool", "version": "1.0.0"}',
      '.devcontainer/tool/install.sh': '',
    }
    await expectError(readStack({ features: { './tool': {} } }, files), 'definition-unsupported', {
      file: '.devcontainer/compose.yaml',
      line: 2,
    })
    expect((await readStack({}, files)).services[0]?.run.containerUser).toBeUndefined()
    const steady = { ...files, '.devcontainer/compose.yaml': 'services: {web: {image: a, user: node}}' }
    const { services } = await readStack({ features: { './tool': {} } }, steady)
    expect(services[0]).toMatchObject({ run: { containerUser: 'node' }, features: [{}] })
  })
})

describe('a project with only Compose files', () => {
  const readBare = async (compose: string, files: Files = {}) => {
    await using project = await makeProject({ 'compose.yaml': compose, ...files })
    return (await readDefinition(project, { env: {} })).definition
  }

  test.each([
    ['its only service', '{web: {image: a}}'],
    [
      'the only one that is built',
      '{db: {image: a}, web: {build: {context: ., dockerfile: dev.Dockerfile}}}',
    ],
    [
      'the only one with the project in it',
      '{db: {image: a, volumes: ["./x.sql:/x:ro"]}, web: {image: a, volumes: [".:/app"]}}',
    ],
  ])('is worked in in %s', async (_, services) => {
    const definition = await readBare(`services: ${services}`, { 'dev.Dockerfile': 'FROM scratch' })
    expect(names(definition)[0]).toBe('web')
  })

  test('is worked in where the project is mounted, or where the service works', async () => {
    const at = async (service: string) =>
      (await readBare(`services: {web: ${service}}`)).services[0]?.run.workspaceFolder
    expect(await at('{image: a, volumes: [".:/app"], working_dir: /app/x}')).toBe('/app')
    expect(await at('{image: a, working_dir: /srv}')).toBe('/srv')
    expect(await at('{image: a}')).toBe('/')
    // Another one on each computer.
    expect(await at('{image: a, volumes: [".:${DIR:-/app}"], working_dir: "${DIR:-/app}"}')).toBe('/')
  })

  test('takes the file that is put over it', async () => {
    const over = { 'compose.override.yaml': 'services: {web: {image: "b:2"}}' }
    const { services, file, kind } = await readBare('services: {web: {image: a}}', over)
    expect({ kind, file, source: services[0]?.source }).toEqual({
      kind: 'compose',
      file: 'compose.yaml',
      source: { kind: 'image', reference: 'b:2' },
    })
  })

  test.each([
    ['a port is published', '{db: {image: a}, web: {image: a, ports: ["80"]}, x: {image: a, ports: ["81"]}}'],
    [
      'a port of what is built is published',
      '{db: {image: a, ports: ["80"]}, api: {build: {dockerfile: d}}, web: {build: {dockerfile: d}, ports: ["81"]}}',
    ],
    ['no other service needs it', '{db: {image: a}, web: {image: a, depends_on: [db]}}'],
    ['it is the first', '{web: {image: a}, b: {image: b}}'],
  ])('is worked in where %s if several could be meant, which is said', async (_, services) => {
    const definition = await readBare(`services: ${services}`, { d: 'FROM scratch' })
    expect(names(definition)[0]).toBe('web')
    expect(definition.warnings).toEqual([
      { code: 'service-chosen', message: expect.stringContaining('it is web.') },
    ])
  })

  test('is refused where no service runs', async () => {
    await expectError(readBare('services: {a: {image: a, profiles: [x]}}'), 'definition-invalid', {
      problem: expect.stringContaining('every service has a profile'),
    })
  })
})

test('a build context that is a link out of the project is named where it is', async () => {
  const outside = await mkdtemp(path.join(tmpdir(), 'pristine-outside-'))
  await using project = await makeProject({
    'compose.yaml': 'services:\n  web:\n    build: {context: ./linked, dockerfile_inline: "FROM scratch"}\n',
  })
  await symlink(outside, path.join(project.path, 'linked'))
  await expectError(readDefinition(project, { env: {} }), 'definition-invalid', {
    file: 'compose.yaml',
    line: 3,
    problem: expect.stringContaining('leaves the project'),
  })
  await rm(outside, { recursive: true })
})

test('errors about an image and a Dockerfile do not reveal the values of variables', async () => {
  for (const text of ['image: "a b ${SECRET}"', 'build: {dockerfile: "${SECRET}"}']) {
    const compose = `services: {web: {${text}}}`
    const work = readStack(
      {},
      { '.devcontainer/compose.yaml': compose, '.devcontainer/.env': 'SECRET=hunter2' },
    )
    await expectError(work, 'definition-invalid', { problem: expect.not.stringContaining('hunter2') })
  }
})
