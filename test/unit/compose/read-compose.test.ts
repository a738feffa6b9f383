// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Compose file looks like this
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ComposeReading, readCompose } from '../../../main/definition/compose/read-compose.ts'
import { expectError, makeProject } from '../definition/project.ts'
import { read } from './stack-of.ts'

const PLACE = { source: { file: '.devcontainer/devcontainer.json', base: '.' }, line: 2, column: 25 }

async function readFiles(
  project: { path: string; gitRoot?: string },
  files: string[],
  env: Record<string, string> = {},
): Promise<ComposeReading> {
  const named = files.map((file) => ({ file: `./${file}`, key: 'dockerComposeFile', place: PLACE }))
  return readCompose(project, named, { env, name: 'stack' })
}

describe('the files of a project', () => {
  test('are read with byte order marks and line ends of Windows', async () => {
    await using project = await makeProject({
      '.devcontainer/compose.yml':
        '\ufeffservices:\r\n  app:\r\n    image: "busybox:${TAG}"\r\n    env_file: app.env\r\n',
      '.devcontainer/.env': '\ufeffTAG=1.36\r\n',
      '.devcontainer/app.env': '\ufeffFIRST=one\r\n',
    })
    const { stack, files, variables, warnings } = await readFiles(project, ['.devcontainer/compose.yml'])
    expect(stack.services['app']).toMatchObject({
      image: 'busybox:1.36',
      envFiles: [{ path: './.devcontainer/app.env', variables: { FIRST: 'one' } }],
    })
    expect(files).toEqual(['.devcontainer/.env', '.devcontainer/compose.yml', '.devcontainer/app.env'])
    expect(variables).toMatchObject([{ name: 'TAG', from: 'project', place: { line: 3 } }])
    expect(warnings).toEqual([])
  })

  test('are listed, with those that need not be there', async () => {
    await using project = await makeProject({
      'compose.yml':
        'include: [a/b.yml]\nservices: {app: {image: x, env_file: [{path: local.env, required: false}, c.env]}}',
      'a/b.yml': 'services: {b: {image: y, extends: {file: d.yml, service: d}}}',
      'a/d.yml': 'services: {d: {image: z}}',
      'c.env': 'A=b\n',
    })
    const { files, absent } = await readFiles(project, ['compose.yml'])
    expect(files).toEqual(['compose.yml', 'a/b.yml', 'a/d.yml', 'c.env'])
    expect(absent).toEqual(['.env', 'a/.env', 'local.env'])
  })

  test('mean their paths from the folder of the first', async () => {
    await using project = await makeProject({
      'compose.yml': 'services: {app: {build: .}}',
      '.devcontainer/dev.yml': 'services: {app: {volumes: ["./src:/work"]}}',
    })
    const { stack } = await readFiles(project, ['compose.yml', '.devcontainer/dev.yml'])
    expect(stack.services['app']).toMatchObject({ build: { context: '.' }, mounts: [{ source: './src' }] })
  })

  test('may lie above the project in its repository, and not above that', async () => {
    await using repository = await makeProject({
      'project/.keep': '',
      'compose.yml': 'services: {app: {image: x, volumes: [".:/work"]}}',
    })
    const project = { path: path.join(repository.path, 'project'), gitRoot: repository.path }
    const { stack } = await readFiles(project, ['../compose.yml'])
    expect(stack.services['app']?.mounts).toMatchObject([{ source: '..' }])
    await expectError(readFiles({ path: project.path }, ['../compose.yml']), 'definition-invalid', {
      file: '.devcontainer/devcontainer.json',
      line: 2,
      problem: expect.stringMatching(/not in the repository/),
    })
  })

  test('a link out of the project is not followed', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'pristine-outside-'))
    await writeFile(path.join(outside, 'secret.env'), 'PASSWORD=x\n')
    await using project = await makeProject({
      'compose.yml': 'services: {app: {image: x, env_file: linked.env}}',
    })
    await symlink(path.join(outside, 'secret.env'), path.join(project.path, 'linked.env'))
    await expectError(readFiles(project, ['compose.yml']), 'definition-invalid', {
      file: 'compose.yml',
      line: 1,
      problem: expect.stringMatching(/names linked\.env: it is a link that leaves/),
    })
    await rm(outside, { recursive: true })
  })

  test.each<[string, string | Uint8Array, RegExp]>([
    ['a file of another encoding', new Uint8Array([0xff, 0xfe, 0x61]), /UTF-8/],
    ['a file that is too long', '#'.repeat((1 << 20) + 1), /at most 1 MiB/],
  ])('%s cannot be read', async (_, content, problem) => {
    await using project = await makeProject({ 'compose.yml': content })
    await expectError(readFiles(project, ['compose.yml']), 'definition-invalid', {
      file: '.devcontainer/devcontainer.json',
      problem: expect.stringMatching(problem),
    })
  })

  test.skipIf(process.platform === 'win32')('a folder of another system is named where it is', async () => {
    await using project = await makeProject({
      'compose.yml': 'services:\n  app:\n    image: x\n    volumes:\n      - "C:/x:/x"\n',
    })
    await expectError(readFiles(project, ['compose.yml']), 'definition-invalid', {
      file: 'compose.yml',
      line: 5,
      problem: expect.stringContaining('"C:/x"'),
    })
  })

  test('a folder in the place of .env is named', async () => {
    await using project = await makeProject({ 'compose.yml': 'services: {app: {image: x}}' })
    await mkdir(path.join(project.path, '.env'))
    await expectError(readFiles(project, ['compose.yml']), 'definition-invalid', { file: '.env' })
  })

  test('a missing one is named where it is named', async () => {
    await using project = await makeProject()
    await expectError(readFiles(project, ['compose.yml']), 'definition-invalid', {
      file: '.devcontainer/devcontainer.json',
      line: 2,
      column: 25,
      problem: '"dockerComposeFile" names compose.yml: there is no such file',
    })
  })

  test('what Pristine does not do is refused, and what means nothing is a warning', async () => {
    await using project = await makeProject({
      'compose.yml':
        'services:\n  app:\n    image: x\n    logging: {driver: none}\n    environment:\n      - A=$NONE\n',
      'more.yml': 'services: {app: {use_api_socket: true}}',
    })
    expect((await readFiles(project, ['compose.yml'])).warnings).toEqual([
      {
        code: 'ignored',
        message: '"logging" is ignored (app): Pristine reads the log with the settings of the engine.',
      },
      {
        code: 'variable-unset',
        message:
          'The variable NONE is not set, so it is empty in compose.yml:6; ${NONE:-value} gives it a value.',
      },
    ])
    await expectError(readFiles(project, ['compose.yml', 'more.yml']), 'definition-unsupported', {
      file: 'more.yml',
      line: 1,
      key: 'services.app.use_api_socket',
    })
  })
})

test('an entry point that a second file takes away is an empty one', () => {
  const files = {
    'compose.yaml': 'services: {app: {build: ., command: [sh, -c, exit 5]}}',
    'dev.yaml': 'services: {app: {entrypoint: "", command: sleep 86400, volumes: [".:/work"]}}',
  }
  expect(read(files, { use: ['compose.yaml', 'dev.yaml'] }).stack.services['app']).toMatchObject({
    entrypoint: [],
    command: ['sleep', '86400'],
  })
})

describe('what is recorded of a stack', () => {
  const TEXT = `
services:
  app:
    image: "busybox:\${TAG:-1}"
    user: "\${UID}:\${GID}"
    restart: always
    x-own: 1
    environment:
      SECRET: \${SECRET}
      PASSED:
      FIXED: $$5
    ports: ["\${PORT:-8080}:80"]
    volumes: ["\${HOME}/.ssh:/ssh:ro", "./src:/src", "~/a:/a"]
    env_file: app.env
  off:
    image: x
    profiles: [off]
`
  const files = { 'compose.yaml': TEXT, 'app.env': 'PASSWORD=hidden\n', '.env': 'SECRET=dotenv\n' }
  const reading = (env: Record<string, string>) => read(files, { env })

  test('is the same on two computers, whose containers are not', () => {
    const one = reading({ TAG: '2', UID: '1', GID: '2', PASSED: 'p1', PORT: '1', HOME: '/home/one' })
    const two = reading({
      TAG: '3',
      UID: '3',
      GID: '4',
      PASSED: 'p2',
      PORT: '2',
      HOME: '/home/two',
      SECRET: 's',
    })
    expect(one.record).toEqual(two.record)
    expect(one.stack).not.toEqual(two.stack)
    expect(one.stack.services['app']).toMatchObject({
      user: '1:2',
      ports: [{ published: { first: 1 } }],
      mounts: [{ source: '/home/one/.ssh' }, { source: './src' }, { source: '~/a' }],
      environment: { SECRET: 'dotenv', PASSED: 'p1', FIXED: '$5' },
    })
  })

  test('is the same for a variable that makes more of one entry', () => {
    const text = 'services: {app: {image: x, ports: ["${P}"], extra_hosts: ["a:${H}"], command: [a, a]}}'
    const few = read(text, { env: { P: '1000-1001:80-81', H: '10.0.0.1' } })
    const more = read(text, { env: { P: '2000-2003:80-83', H: '10.0.0.1,10.0.0.2' } })
    expect(more.stack.services['app']?.ports.length).toBe(4)
    expect(more.record).toEqual(few.record)
    expect(JSON.stringify(more.record)).toContain('"command":["a","a"]')
  })

  test('has no value of this computer or of an env file', () => {
    const text = JSON.stringify(reading({ SECRET: 'canary', PASSED: 'canary', HOME: '/canary' }).record)
    expect(text).not.toMatch(/canary|hidden|dotenv/)
    expect(text).toContain('"PASSED":null')
  })

  const records = (compose: string, ...envs: Record<string, string>[]) =>
    envs.map((env) => JSON.stringify(read(compose, { env }).record))

  test.each(['environment: [FOO]', 'environment: {FOO: }', 'environment: {FOO: , "${TOKEN}": b}'])(
    'does not say whether a variable is set that is taken over by its name: %s',
    (keys) => {
      const [first, second] = records(
        `services: {app: {image: x, ${keys}}}`,
        { FOO: 'hunter2', TOKEN: 'hunter2' },
        { TOKEN: 'x' },
      )
      expect(first).toBe(second)
      expect(first).not.toContain('hunter2')
    },
  )

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['volumes: ["${V}:/x"]', { V: './a' }, { V: 'vol' }],
    ['volumes: ["./a:/a:${M}"]', { M: 'ro' }, { M: 'z' }],
    ['volumes: ["./a:/a", "${V}:/b"]', { V: './a' }, { V: '~/b' }],
    ['dns: ["${A}", "${B}"]', { A: '1.1.1.1', B: '1.1.1.1' }, { A: '1.1.1.1', B: '8.8.8.8' }],
    ['ports: ["${A}:80", "${B}:80"]', { A: '1', B: '1' }, { A: '1', B: '2' }],
    ['devices: ["${D}"]', { D: '/dev/fuse' }, { D: '/dev/fuse:/dev/x:r' }],
    ['gpus: "${G}"', { G: 'all' }, { G: 'all' }],
    ['labels: ["${TOKEN}"]', { TOKEN: 'hunter2' }, { TOKEN: 'a=b' }],
    ['labels: ["a.${TOKEN}.b=${A}", "c=d"]', { TOKEN: 'hunter2', A: '1' }, { TOKEN: 'x', A: '2' }],
    ['environment: ["${TOKEN}=x", "B=$$c"]', { TOKEN: 'hunter2' }, { TOKEN: 'x' }],
  ])('does not depend on the values of variables: %s', (keys, one, two) => {
    const text = `services: {app: {image: x, ${keys}}}\nvolumes: {vol: }`
    const [first, second] = records(text, one, two)
    expect(first).toBe(second)
    expect(first).not.toContain('hunter2')
    expect(first).toContain('${')
  })

  test('has a short form with variables as it is written', () => {
    const text = `services:
  app:
    image: x
    volumes: ["\${V}:/x"]
    labels: ["a=$$b", "\${L}=c"]
    healthcheck: {test: "\${T}"}
`
    const { record } = read(text, { env: { V: './a', L: 'l', T: 't' } })
    expect(record).toEqual({
      services: {
        app: {
          image: 'x',
          volumes: ['${V}:/x'],
          labels: ['a=$$b', '${L}=c'],
          healthcheck: { test: '${T}' },
        },
      },
    })
  })

  test('distinguishes a dollar from a variable, and an argument that is there twice from one', () => {
    const of = (keys: string) => JSON.stringify(read(`services: {app: {image: x, ${keys}}}`).record)
    expect(of('user: "$$A"')).not.toBe(of('user: "$A"'))
    expect(of('command: ["$A", "$A"]')).not.toBe(of('command: ["$A"]'))
  })

  test.each([
    'services: {x-a: {image: x}}',
    'services: {a: {image: x, environment: {x-a: b}}}',
    'services: {a: {image: x, labels: {x-a: b}}}',
    'services: {a: {image: x, sysctls: {x-a: b}}}',
    'services: {a: {build: {context: ., args: {x-a: b}}}}',
    'services: {a: {image: x, networks: [x-a]}}\nnetworks: {x-a: {internal: true}}',
    'services: {a: {image: x, volumes: ["x-a:/x"]}}\nvolumes: {x-a: {external: true}}',
  ])('has names that begin with x-: %s', (text) => {
    expect(JSON.stringify(read(text).record)).toContain('"x-a"')
  })

  test('has the folder of a path with variables that is another one than the first', () => {
    const of = (folder: string) =>
      read(
        {
          'compose.yaml': `include: [{path: inc.yaml, project_directory: ${folder}}]`,
          'inc.yaml': 'services: {app: {image: x, volumes: ["./${D}:/d", "./e:/e"]}}',
        },
        { env: { D: 'data' } },
      ).record
    expect(of('a')).not.toEqual(of('b'))
    expect(of('a')).toMatchObject({
      services: { app: { volumes: [{ folder: './a', text: './${D}:/d' }, { source: './a/e' }] } },
    })
  })

  test('is refused where the names of variables are made of variables', () => {
    const of = (keys: string) => () =>
      read(`services: {app: {image: x, ${keys}}}`, { env: { TOKEN: 'hunter2', N: 'A' } })
    for (const keys of [
      'environment: ["${TOKEN}"]',
      'build: {args: ["${TOKEN}=x"]}',
      'environment: ["A=1", "${N}=2"]',
    ])
      expect(of(keys)).toThrow(/compose\.yaml/)
  })

  test('leaves out what means nothing here, and services that take no part', () => {
    const record = reading({}).record as { services: Record<string, object> }
    expect(Object.keys(record.services)).toEqual(['app'])
    expect(Object.keys(record.services['app'] ?? {})).not.toContain('restart')
    expect(Object.keys(record.services['app'] ?? {})).not.toContain('x-own')
  })

  test('is the same for the short and the long form', () => {
    const short =
      'services: {app: {image: x, ports: ["127.0.0.1:8080:80"], build: ., depends_on: [db], dns: 1.1.1.1}, db: {image: y}}'
    const long =
      'services: {app: {image: x, ports: [{target: 80, published: "8080", host_ip: 127.0.0.1, protocol: tcp, mode: host}], build: {context: ./}, depends_on: {db: {condition: service_started, required: true}}, dns: [1.1.1.1]}, db: {image: y}}'
    const sorted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(sorted)
      if (typeof value !== 'object' || value === null) return String(value)
      return Object.entries(value)
        .map(([key, one]) => [key, sorted(one)])
        .sort()
    }
    expect(sorted(read(short).record)).toEqual(sorted(read(long).record))
  })
})
