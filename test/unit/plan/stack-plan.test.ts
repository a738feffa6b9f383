// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a definition looks like this
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { canonicalPlan } from '../../../main/plan/canonical-plan.ts'
import { comparePlans } from '../../../main/plan/compare-plans.ts'
import { type Planned, planProject } from '../../../main/plan/plan.ts'
import { parsePlan } from '../../../main/plan/plan-store.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { productError } from '../../../shared/errors.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const pin = (name: string) => ({ resolved: `docker.io/library/${name}@${DIGEST}` })
const lock = (images: object) => JSON.stringify({ lockVersion: 1, downloads: {}, images })
const LOCK = lock({ 'busybox:1.36': pin('busybox'), 'postgres:15': pin('postgres'), 'redis:7': pin('redis') })

const FILES = {
  'shop/.devcontainer/devcontainer.json': JSON.stringify({
    dockerComposeFile: '../compose.yaml',
    service: 'web',
    workspaceFolder: '/work',
  }),
  'shop/.devcontainer/pristine.lock': LOCK,
  'shop/compose.yaml': `services:
  web:
    build: {context: web}
    volumes: [".:/work"]
    environment: {URL: "\${URL:-http://localhost}"}
    depends_on: [db]
  db:
    image: postgres:15
    env_file: db.env
    volumes: ["data:/var/lib/postgresql/data"]
  queue:
    build: {dockerfile_inline: "FROM redis:7\\nRUN true\\n", args: {PASSWORD: "\${PASSWORD:-}"}}
volumes: {data: {}}
`,
  'shop/db.env': 'POSTGRES_DB=shop\n',
  'shop/web/Dockerfile': 'FROM busybox:1.36\nCOPY app /app\n',
  'shop/web/app': 'one\n',
}
/** The lock of a stack with one image. */
const ONE = { 'shop/.devcontainer/pristine.lock': lock({ 'busybox:1.36': pin('busybox') }) }

async function plan(folder: Scratch, env: Record<string, string> = {}, name = 'shop'): Promise<Planned> {
  const engine = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
  const home = openHome({ PRISTINE_HOME: folder.at('home') })
  const context = { home, env: { ...env, PRISTINE_HOME: folder.at('home') }, engine }
  return planProject(context, await openProject(folder.at(name)), { frozen: true, shared: true }, silentRun())
}

const git = (folder: Scratch, ...args: string[]) =>
  execFileSync('git', ['-C', folder.at('shop'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...args])

describe('the plan of services', () => {
  test('has each of them, with its image pinned or its build, and what they share', async () => {
    await using folder = await scratch(FILES)
    const { plan: planned, id } = await plan(folder)
    expect(
      planned.services.map(({ name, dockerfile, images, files }) => [name, dockerfile, images, files.length]),
    ).toEqual([
      ['web', 'FROM busybox:1.36\nCOPY app /app\n', { 'busybox:1.36': pin('busybox').resolved }, 1],
      ['db', 'FROM postgres:15\n', { 'postgres:15': pin('postgres').resolved }, 0],
      ['queue', 'FROM redis:7\nRUN true\n', { 'redis:7': pin('redis').resolved }, 0],
    ])
    expect(planned.services[0]).toMatchObject({ context: 'web', run: { workspaceFolder: '/work' } })
    expect(planned.services[1]?.compose).toMatchObject({ env_file: [{ path: './db.env' }] })
    expect(planned.stack).toEqual({ volumes: { data: {} } })
    expect(parsePlan(canonicalPlan(planned), id)).toEqual(planned)
  })

  test('is the same on every computer, whatever its variables are', async () => {
    await using folder = await scratch(FILES)
    const { id, plan: planned } = await plan(folder)
    const other = await plan(folder, { URL: 'http://intranet.example' })
    expect(other.id).toBe(id)
    expect(JSON.stringify(other.plan)).not.toContain('intranet')
    const clone = Object.entries(FILES).map(([file, text]) => [file.replace('shop/', 'other-clone/'), text])
    await using second = await scratch(Object.fromEntries(clone))
    expect((await plan(second, {}, 'other-clone')).id).toBe(id)
    // A build argument decides what is built; its value may be a secret.
    const built = await plan(folder, { PASSWORD: 'letmein' })
    expect(built.id).not.toBe(id)
    expect(JSON.stringify(built.plan)).not.toContain('letmein')
    expect(comparePlans(planned, built.plan)).toMatchObject([
      { input: 'queue: build argument PASSWORD', kind: 'hidden-argument' },
    ])
  })

  test.each([
    ['a variable that is taken over by its name', 'environment: [TOKEN]', { TOKEN: 'a' }],
    ['init', 'init: "${INIT:-true}"', { INIT: 'false' }],
    ['the env file', 'env_file: "${E:-db.env}"', { E: 'other.env' }],
    ['the file of labels', 'label_file: "${E:-db.env}"', { E: 'other.env' }],
    ['the file of a config', 'configs: [c]', { CONF: './other.env' }],
    ['a folder in the place of a volume', 'volumes: ["${SRC:-data}:/data"]', { SRC: './web' }],
    ['the type of a mount', 'volumes: [{type: "${T:-bind}", source: ./web, target: /data}]', { T: 'volume' }],
    ['a secret', 'secrets: ["${S:-s}"]', { S: 't' }],
  ])('is the same on every computer: %s', async (_, keys, env) => {
    const compose = `services: {web: {image: "busybox:1.36", ${keys}}}
volumes: {data: {labels: {a: b}}}
configs: {c: {file: "\${CONF:-./db.env}"}}
secrets: {s: {environment: A}, t: {environment: B}}
`
    const other = { 'shop/other.env': 'POSTGRES_DB=other\n' }
    await using folder = await scratch({ ...FILES, ...ONE, ...other, 'shop/compose.yaml': compose })
    expect((await plan(folder, env)).id).toBe((await plan(folder)).id)
  })

  test('changes with the file that a config is made of, wherever a variable of this computer may point', async () => {
    const compose =
      'services: {web: {image: "busybox:1.36", configs: [c]}}\nconfigs: {c: {file: "${CONF:-./db.env}"}}\n'
    await using folder = await scratch({ ...FILES, ...ONE, 'shop/compose.yaml': compose })
    const { id } = await plan(folder)
    await folder.write('shop/db.env', 'POSTGRES_DB=other\n')
    expect((await plan(folder, { CONF: './web/app' })).id).not.toBe(id)
  })

  test('is said to depend on a file that git does not track, by the variables of it that decide something', async () => {
    const compose = (image: string) => `services:
  web: {image: "busybox:${image}", environment: {A: "${'${A}'}"}}
  db: {image: "busybox:1.36", profiles: [data]}
`
    const env = 'TAG=1.36\nA=b\nCOMPOSE_PROFILES=data\n'
    const files = { ...FILES, ...ONE, 'shop/.env': env, 'shop/compose.yaml': compose('${TAG:-1.37}') }
    await using folder = await scratch(files)
    git(folder, 'init', '-q')
    git(folder, 'add', 'compose.yaml', '.devcontainer')
    const said = async () =>
      (await plan(folder)).warnings.filter(({ code }) => code === 'variable-of-this-clone')
    expect(await said()).toMatchObject([
      { message: expect.stringMatching(/^COMPOSE_PROFILES, TAG in \.env decide what the version is/) },
    ])
    await folder.write('shop/compose.yaml', compose('1.36'))
    await folder.write('shop/.env', 'TAG=1.36\nA=b\n')
    expect(await said()).toEqual([])
    await folder.write('shop/compose.yaml', compose('${TAG}'))
    expect(await said()).toMatchObject([{ message: expect.stringMatching(/^TAG in \.env decides /) }])
    git(folder, 'add', '.env')
    expect(await said()).toEqual([])
  })

  test('changes with what a service says, and not with words that mean nothing', async () => {
    await using folder = await scratch(FILES)
    const before = await plan(folder)
    const text = FILES['shop/compose.yaml']
    await folder.write(
      'shop/compose.yaml',
      `# A remark.\nname: other\n${text.replace('  db:\n', '  db:\n    restart: always\n')}`,
    )
    expect((await plan(folder)).id).toBe(before.id)
    await folder.write('shop/compose.yaml', text.replace('[db]', '{db: {condition: service_healthy}}'))
    const after = await plan(folder)
    expect(comparePlans(before.plan, after.plan).map(({ input }) => input)).toEqual([
      'web: depends_on.db of the Compose files',
    ])
    await folder.write(
      'shop/compose.yaml',
      text.replace('volumes: {data: {}}', 'volumes: {data: {external: true}}'),
    )
    expect(comparePlans(before.plan, (await plan(folder)).plan).map(({ input }) => input)).toEqual([
      'volumes.data',
    ])
    await folder.write('shop/compose.yaml', text)
    await folder.write('shop/web/app', 'two\n')
    expect(comparePlans(before.plan, (await plan(folder)).plan).map(({ input }) => input)).toEqual([
      'web: web/app',
    ])
  })

  test('has the contents of files with variables that git tracks, and of no others', async () => {
    await using folder = await scratch({
      ...FILES,
      'shop/.env': 'URL=http://a\n',
      'shop/.gitignore': '.env\n',
    })
    git(folder, 'init', '--quiet')
    git(folder, 'add', '.')
    const before = await plan(folder)
    expect(before.plan.inputs.map(([file]) => file)).toEqual(['db.env'])
    expect(before.definition.stack?.valueFiles).toEqual(['.env', 'db.env'])
    await folder.write('shop/.env', 'URL=http://b\n')
    expect((await plan(folder)).id).toBe(before.id)
    await folder.write('shop/db.env', 'POSTGRES_DB=other\n')
    const after = await plan(folder)
    expect(comparePlans(before.plan, after.plan).map(({ input }) => input)).toEqual(['db.env'])
  })

  test('needs a pin for every image of every service', async () => {
    await using folder = await scratch(FILES)
    const text = FILES['shop/compose.yaml'].replace('postgres:15', 'postgres:16')
    await folder.write('shop/compose.yaml', text)
    await expect(plan(folder)).rejects.toMatchObject({
      code: 'lock-outdated',
      data: { reference: 'postgres:16', problem: 'missing' },
    })
  })
})

describe('what is baked in a service', () => {
  const WEB = FILES['shop/compose.yaml']
  const withHook = (more: string, hook: object = { onCreateCommand: 'env >/made' }) => ({
    ...FILES,
    'shop/.devcontainer/devcontainer.json': JSON.stringify({
      ...{ dockerComposeFile: '../compose.yaml', service: 'web', workspaceFolder: '/work' },
      ...hook,
    }),
    'shop/compose.yaml': WEB.replace('    depends_on: [db]\n', more),
  })

  test.each([
    ['environment', '    hostname: a\n', 'URL', 'http://localhost'],
    ['a variable that is taken over', '    extends: {service: base}\n', 'LEVEL', ''],
    ['the name', '    hostname: "a-${LEVEL:-1}"\n', 'LEVEL', '1'],
    ['hosts', '    extra_hosts: ["a:10.0.0.${LEVEL:-1}"]\n', 'LEVEL', '1'],
    ['limits', '    ulimits: {nofile: "${LEVEL:-1}"}\n', 'LEVEL', '1'],
    ['where something is mounted', '    tmpfs: ["/made-${LEVEL:-1}"]\n', 'LEVEL', '1'],
  ])('counts with the hash of its value: %s', async (_, more, name, otherwise) => {
    const files = withHook(more)
    await using folder = await scratch({
      ...files,
      'shop/compose.yaml': `${files['shop/compose.yaml'].replace(/^volumes:.*$/m, '')}  base: {image: "base:1", environment: [LEVEL], profiles: [never]}\nvolumes: {data: {}}\n`,
    })
    const before = await plan(folder)
    if (otherwise !== '') expect((await plan(folder, { [name]: otherwise })).id).toBe(before.id)
    const after = await plan(folder, { [name]: '2222' })
    expect(after.id).not.toBe(before.id)
    expect(JSON.stringify(after.plan)).not.toContain('2222')
    expect(comparePlans(before.plan, after.plan)).toContainEqual(
      expect.objectContaining({
        input: expect.stringMatching(`web: .*${name}.* on this computer`),
        kind: 'computer',
      }),
    )
  })

  test('does not count what hooks cannot see, nor for a service without hooks that create content', async () => {
    const unseen =
      '    command: [echo, "${LEVEL:-1}"]\n    labels: {level: "${LEVEL:-1}"}\n    ports: ["${LEVEL:-1}:80"]\n'
    await using folder = await scratch(withHook(unseen))
    expect((await plan(folder, { LEVEL: '2' })).id).toBe((await plan(folder)).id)
    await using later = await scratch(
      withHook('    hostname: "a-${LEVEL:-1}"\n', { postCreateCommand: 'env >/made' }),
    )
    expect((await plan(later, { LEVEL: '2' })).id).toBe((await plan(later)).id)
  })

  test('does not count where a mounted folder is on this computer, and names it', async () => {
    const mounts = [
      '${DATA:-./data}:/data',
      '/srv/$LEVEL:/srv',
      './conf:/conf:ro',
      './web:/web',
      './one:/one',
    ]
    const files = withHook('')
    const text = files['shop/compose.yaml'].replace('[".:/work"]', JSON.stringify(['.:/work', ...mounts]))
    await using folder = await scratch({ ...files, 'shop/compose.yaml': text, 'shop/one': '1' })
    const before = await plan(folder, { LEVEL: '1', DATA: '/a' })
    expect((await plan(folder, { LEVEL: '2', DATA: '/b' })).id).toBe(before.id)
    expect(
      before.warnings.filter(({ code }) => code === 'baked-mount').map(({ message }) => message),
    ).toEqual([
      expect.stringMatching(/^onCreateCommand can read \/a, \/srv\/1, \.\/conf, \.\/one of this computer/),
    ])
  })
})
