// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Compose file looks like this
import { describe, expect, test } from 'vitest'
import { expectError } from '../definition/project.ts'
import { read } from './stack-of.ts'

const IMAGE = 'services: {app: {image: busybox}}\n'

describe('include', () => {
  test('what is defined in both is merged, and the file that includes counts more', () => {
    const files = {
      'compose.yaml': 'include: [a.yaml]\nservices: {app: {image: own, environment: {B: "2"}}}',
      'a.yaml': 'services: {app: {image: included, environment: {A: "1", B: "1"}}}',
    }
    expect(read(files).stack.services['app']).toMatchObject({ image: 'own', environment: { A: '1', B: '2' } })
  })

  test('a reset in the file that includes takes away what is included', () => {
    const files = {
      'compose.yaml': 'include: [a.yaml]\nservices: {app: {ports: !reset []}}',
      'a.yaml': 'services: {app: {image: included, ports: ["80:80"]}}',
    }
    expect(read(files).stack.services['app']?.ports).toEqual([])
  })

  test('its name is its own', () => {
    const files = { 'compose.yaml': 'include: [a.yaml]', 'a.yaml': `name: other\n${IMAGE}` }
    expect(read(files).stack).toMatchObject({ services: { app: {} } })
    expect(read(files).stack.name).toBeUndefined()
  })

  test('several env files, of which the last counts, and none instead of .env', () => {
    const files = {
      'compose.yaml':
        'include:\n - {path: sub/a.yaml, env_file: [one.env, two.env]}\n - {path: sub/b.yaml, env_file: /dev/null}',
      'sub/a.yaml': 'services: {a: {image: "${A}-${B}"}}',
      'sub/b.yaml': 'services: {b: {image: "${A:-none}"}}',
      'sub/.env': 'A=dotenv\n',
      'one.env': 'A=one\nB=one\n',
      'two.env': 'B=two-$A\n',
    }
    const { services } = read(files).stack
    expect([services['a']?.image, services['b']?.image]).toEqual(['one-two-one', 'none'])
  })

  test.each<[string, Record<string, string>, object, RegExp]>([
    [
      'a circle',
      {
        'compose.yaml': 'include: [a.yaml]',
        'a.yaml': 'include: [sub/b.yaml]',
        'sub/b.yaml': 'include: [../a.yaml]',
      },
      { file: 'sub/b.yaml', line: 1, column: 11 },
      /a\.yaml -> sub\/b\.yaml -> a\.yaml/,
    ],
    ['itself', { 'compose.yaml': 'include:\n - compose.yaml' }, { line: 2, column: 4 }, /includes itself/],
    [
      'a missing file',
      { 'compose.yaml': 'include: [no.yaml]' },
      { line: 1, column: 11 },
      /names no\.yaml: there is no/,
    ],
    [
      'a missing env file',
      { 'compose.yaml': 'include: [{path: a, env_file: b}]', a: IMAGE },
      {},
      /env_file" names b/,
    ],
    ['no list', { 'compose.yaml': 'include: a.yaml' }, { line: 1, column: 10 }, /must be a list/],
    ['no path', { 'compose.yaml': 'include: [{env_file: a}]' }, { line: 1 }, /must name a "path"/],
    [
      'an empty list of paths',
      { 'compose.yaml': 'include: [{path: []}]' },
      { line: 1 },
      /must name a "path"/,
    ],
    ['a number', { 'compose.yaml': 'include: [5]' }, { line: 1, column: 11 }, /must be a text, not a number/],
    ['an absolute path', { 'compose.yaml': 'include: [/etc/a.yaml]' }, { line: 1 }, /not in the repository/],
    [
      'a path out of the repository',
      { 'compose.yaml': 'include: [../a.yaml]' },
      { line: 1 },
      /not in the repository/,
    ],
    ['a home', { 'compose.yaml': 'include: ["~/a.yaml"]' }, { line: 1 }, /not in the repository|no such/],
  ])('refuses %s', (_, files, place, problem) =>
    expectError(() => read(files), 'definition-invalid', {
      problem: expect.stringMatching(problem),
      ...place,
    }),
  )

  test('a path above the project, but in its repository, is one', () => {
    const files = { 'compose.yaml': 'include: [../a.yaml]', '../a.yaml': IMAGE }
    expect(Object.keys(read(files, { inRoot: 'sub' }).stack.services)).toEqual(['app'])
  })

  test.each([
    'https://example.org/compose.yaml',
    'oci://example.org/stack',
    'git@example.org:a/b.git',
    'github.com/a/b',
  ])('%s is refused by its name', (path) =>
    expectError(() => read(`include: ["${path}"]`), 'definition-unsupported', {
      key: `include: ${path}`,
      line: 1,
    }),
  )

  test('so many files that each includes two are too many', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`${i}`, `include: ["${i + 1}", "${i + 1}"]`]),
    )
    const all = { ...files, 'compose.yaml': 'include: ["0"]', 30: IMAGE }
    return expectError(() => read(all), 'definition-invalid', {
      problem: expect.stringMatching(/at most 200 files/),
    })
  })
})

describe('extends', () => {
  test('a reset and a replacement count for what is extended, and for the files before', () => {
    const files = {
      'compose.yaml': 'services: {app: {image: one, ports: ["1:1"], labels: {a: "1"}}}',
      'b.yaml':
        'services: {base: {image: b, ports: ["2:2"], labels: {b: "2"}}, app: {extends: base, ports: !override ["3:3"], labels: !reset {}}}',
    }
    const { app } = read(files, { use: ['compose.yaml', 'b.yaml'] }).stack.services
    expect(app?.ports.map(({ target }) => target)).toEqual([3])
    expect(app?.labels).toEqual({})
  })

  test('a reset in what is extended is none in what extends it', () => {
    const files = {
      'compose.yaml': 'services: {app: {image: one, ports: ["1:1"]}, base: {image: b, ports: ["2:2"]}}',
      'b.yaml': 'services: {base: {image: b, ports: !reset []}, app: {extends: base}}',
    }
    const { app, base } = read(files, { use: ['compose.yaml', 'b.yaml'] }).stack.services
    expect([app?.ports.length, base?.ports.length]).toEqual([1, 0])
  })

  test.each<[string, Record<string, string>, object, RegExp]>([
    ['itself', { 'compose.yaml': 'services: {a: {extends: a}}' }, { line: 1, column: 25 }, /a -> a/],
    [
      'a circle',
      { 'compose.yaml': 'services: {a: {extends: b}, b: {extends: c}, c: {extends: a}}' },
      { line: 1 },
      /a -> b -> c -> a/,
    ],
    [
      'a circle of files',
      {
        'compose.yaml': 'services: {a: {extends: {file: o.yaml, service: b}}}',
        'o.yaml': 'services: {b: {extends: {file: compose.yaml, service: a}}}',
      },
      {},
      /extends itself/,
    ],
    [
      'no such service',
      { 'compose.yaml': 'services: {a: {extends: b}}' },
      { line: 1, column: 25 },
      /"b" in this file/,
    ],
    [
      'no such service in a file',
      { 'compose.yaml': 'services: {a: {extends: {file: o, service: b}}}', o: IMAGE },
      { line: 1, column: 44 },
      /"b" in o/,
    ],
    [
      'no service',
      { 'compose.yaml': 'services: {a: {extends: {file: o}}}', o: IMAGE },
      { line: 1 },
      /must name a "service"/,
    ],
    [
      'no such file',
      { 'compose.yaml': 'services: {a: {extends: {file: o, service: b}}}' },
      { line: 1 },
      /names o: there is no/,
    ],
    [
      'a file without services',
      { 'compose.yaml': 'services: {a: {extends: {file: o, service: b}}}', o: 'x-a: 1' },
      { line: 1 },
      /no services in o/,
    ],
    [
      'an unknown key in a file',
      { 'compose.yaml': 'services: {a: {extends: {file: o, service: b}}}', o: 'services:\n b: {imag: x}' },
      { file: 'o', line: 2, column: 6 },
      /"imag"; did you mean "image"/,
    ],
    [
      'a long chain',
      {
        'compose.yaml': `services:\n${Array.from({ length: 50 }, (_, i) => ` s${i}: {extends: s${i + 1}}\n`).join('')} s50: {image: x}`,
      },
      {},
      /at most 30 services/,
    ],
  ])('refuses %s', (_, files, place, problem) =>
    expectError(() => read(files), 'definition-invalid', {
      problem: expect.stringMatching(problem),
      ...place,
    }),
  )

  test('a file from elsewhere is refused by its name', () =>
    expectError(
      () => read('services: {a: {extends: {file: "https://example.org/c.yaml", service: b}}}'),
      'definition-unsupported',
      { key: 'extends.file: https://example.org/c.yaml' },
    ))
})

describe('several files', () => {
  test('values of two kinds are refused, with both places', () => {
    const files = {
      'compose.yaml': 'services: {a: {image: x, labels: {a: b}}}',
      'b.yaml': 'services:\n a:\n  labels: c',
    }
    return expectError(() => read(files, { use: ['compose.yaml', 'b.yaml'] }), 'definition-invalid', {
      file: 'b.yaml',
      line: 3,
      column: 11,
      problem: 'it is a text, but a mapping in compose.yaml:1',
    })
  })

  test('pools of addresses are the same by their subnet, and keys of the ssh agent by their name', () => {
    const text = `services: {app: {build: {context: ., ssh: [default]}, networks: [n]}}
networks: {n: {ipam: {config: [{subnet: 10.1.0.0/16, gateway: 10.1.0.1}, {subnet: 10.2.0.0/16}]}}}`
    const { stack } = read(text, { use: ['compose.yaml', 'compose.yaml'] })
    expect(stack.networks['n']?.pools).toEqual([
      { subnet: '10.1.0.0/16', gateway: '10.1.0.1', auxiliary: {} },
      { subnet: '10.2.0.0/16', auxiliary: {} },
    ])
    expect(stack.services['app']?.build?.ssh).toEqual({ default: null })
  })

  test('a file that is named twice is put over itself', () => {
    const { app } = read('services: {app: {image: x, command: [a], ports: ["1:1"]}}', {
      use: ['compose.yaml', 'compose.yaml'],
    }).stack.services
    expect(app).toMatchObject({ command: ['a'], ports: [{ target: 1 }] })
  })
})

test("the name of the stack and the folder of the project are nobody's variables", () => {
  const text = 'services: {app: {image: x, volumes: ["${PWD}:/a"], hostname: "${COMPOSE_PROJECT_NAME}"}}'
  const { stack, record, variables } = read(text, {
    env: { PWD: '/elsewhere', COMPOSE_PROJECT_NAME: 'other' },
  })
  expect(stack.services['app']).toMatchObject({ hostname: 'stack', mounts: [{ source: '/project' }] })
  expect(variables).toEqual([])
  expect(JSON.stringify(record)).toContain('"volumes":["${PWD}:/a"]')
})

describe('what would take minutes', () => {
  const variables = Array.from({ length: 6000 }, (_, i) => `V${i}: x`).join(', ')
  const base = `b: {image: x, environment: {${variables}}}`
  const services = (count: number) =>
    Array.from({ length: count }, (_, i) => `s${i}: {extends: b}`).join(', ')

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'more services than a person can look after',
      { 'compose.yaml': `services: {${base}, ${services(1500)}}` },
      /at most 100 services/,
    ],
    [
      'a large service that many extend',
      { 'compose.yaml': `services: {${base}, ${services(90)}}` },
      /more than 300000 values/,
    ],
    [
      'a large file that is included many times',
      {
        'compose.yaml': `include: [${Array.from({ length: 150 }, () => 'a.yaml').join(', ')}]`,
        'a.yaml': `services: {${base}}`,
      },
      /more than 300000 values/,
    ],
    [
      'all ports of many services',
      {
        'compose.yaml': `services: {${Array.from({ length: 100 }, (_, i) => `s${i}: {image: x, ports: ["1-1000:1-1000"]}`).join(', ')}}`,
      },
      /more than 300000 values/,
    ],
  ])('%s', (_, files, problem) => {
    const start = performance.now()
    expect(() => read(files)).toThrow()
    return expectError(() => read(files), 'definition-invalid', {
      problem: expect.stringMatching(problem),
    }).then(() => expect(performance.now() - start).toBeLessThan(30_000))
  })

  test('chains of services that extend each other are followed once', () => {
    const chain = Array.from({ length: 29 }, (_, i) => `s${i}: {extends: s${i + 1}}`).join(', ')
    const { stack } = read(`services: {${chain}, s29: {image: x}}`)
    expect(stack.services['s0']?.image).toBe('x')
  })
})

test.each<[string, Record<string, string>, string]>([
  ['its files', { 'compose.yaml': 'name: "a-${B:-b}"\n' }, 'a-b'],
  ['its file .env', { 'compose.yaml': 'name: a\n', '.env': 'COMPOSE_PROJECT_NAME=c\n' }, 'c'],
  ['its folder', { 'compose.yaml': '' }, 'stack'],
])('the stack has the name that %s give it', (_, { 'compose.yaml': text = '', ...more }, name) => {
  const files = {
    'compose.yaml': `${text}services: {app: {image: x, hostname: "$COMPOSE_PROJECT_NAME"}}`,
    ...more,
  }
  const { stack, givenName } = read(files, { env: { COMPOSE_PROJECT_NAME: 'other', B: 'other' } })
  expect(stack.services['app']?.hostname).toBe(name)
  expect(givenName).toBe(name === 'stack' ? undefined : name)
})

test('a setting of Compose in .env that names files is ignored with a warning', () => {
  const files = { 'compose.yaml': 'services: {app: {image: x}}', '.env': 'COMPOSE_FILE=other.yaml\n' }
  expect(read(files).warnings).toMatchObject([
    { code: 'ignored', message: expect.stringMatching(/^COMPOSE_FILE in the file \.env/) },
  ])
})

describe('two included files', () => {
  const include = (b: string) =>
    read({
      'compose.yaml': 'include: [a.yaml, b.yaml]\nservices: {app: {image: x}}',
      'a.yaml': 'services: {db: {image: x}}\nnetworks: {n: {external: true}}',
      'b.yaml': b,
    })

  test('may define the same', () => {
    const { stack } = include('networks: {n: {external: true}}\nservices: {db: {image: x}}')
    expect(Object.keys(stack.services)).toEqual(['db', 'app'])
  })

  test('are refused where each defines something else, with both places', () =>
    expectError(() => include('\nservices: {db: {image: y}}'), 'definition-invalid', {
      file: 'b.yaml',
      line: 2,
      problem: '"services.db" is defined in two included files, here and otherwise in a.yaml:1',
    }))
})

test('an include of nothing includes nothing', () => {
  expect(read('include:\nservices: {app: {image: x}}').stack.services['app']?.image).toBe('x')
})

test('what decides a version has no value of this computer, also not through an env file', () => {
  const text = `include: ["\${F:-inc.yaml}"]
services:
  app:
    image: "x:\${TAG:-1}\${FROM}"
    profiles: ["\${P:-on}"]
    networks: ["\${N:-default}"]
    depends_on: ["\${S:-db}"]
  db:
    build: {context: "./\${C:-c}", dockerfile_inline: "FROM \${B:-b}", args: {A: "\${TAG}"}}
`
  const files = {
    'compose.yaml': text,
    'inc.yaml': 'services: {e: {image: "y", extends: {file: "${X:-ext.yaml}", service: e}}}',
    'ext.yaml': 'services: {e: {image: y}}',
    '.env': 'FROM=-${TAG:-2}\n',
  }
  const env = { TAG: 't', F: 'f', P: 'p', N: 'n', S: 's', C: 'd', B: 'd', X: 'x' }
  const { stack, record, warnings, serviceVariables } = read(files, { env, profiles: ['on'] })
  const plain = read(files, { profiles: ['on'] })
  expect(stack.services['app']?.image).toBe('x:1-2')
  expect(stack.services['db']?.build).toMatchObject({
    context: './c',
    dockerfileInline: 'FROM b',
    args: { A: 't' },
  })
  expect(record).toEqual(plain.record)
  expect(serviceVariables['db']).toEqual({ build: ['TAG'], run: [] })
  expect(warnings.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 'variable-not-counted'))
  expect(warnings[0]?.message).toMatch(/^F of your environment does not count in compose\.yaml:1/)
})

describe('what is no Compose file', () => {
  test.each<[string, string, object, RegExp]>([
    ['a list', '- a\n', { line: 1, column: 1 }, /expected a mapping with "services", not a list/],
    ['a text', 'hello\n', { line: 1 }, /expected a mapping/],
    ['nothing', '', {}, /compose\.yaml is empty/],
    ['no services', 'volumes: {}\n', {}, /at least one service/],
    ['empty services', 'services: {}\n', {}, /at least one service/],
    [
      'an unknown key',
      'services: {}\nservice: {}\n',
      { line: 2, column: 1 },
      /"service"; did you mean "services"/,
    ],
    [
      'an unknown key of a service',
      'services:\n  a:\n    img: x\n',
      { line: 3, column: 5 },
      /unknown key "img"/,
    ],
    [
      'a misspelt key',
      'services: {a: {image: x, privilged: true}}',
      { line: 1 },
      /did you mean "privileged"/,
    ],
    [
      'a key of all objects',
      'services: {}\n__defineGetter__: 1',
      { line: 2 },
      /unknown key "__defineGetter__"/,
    ],
    ['a key of old', 'services: {a: {image: x, net: host}}', { line: 1 }, /did you mean "network_mode"/],
    [
      'an unknown key of a port',
      'services: {a: {image: x, ports: [{target: 1, host: 2}]}}',
      { line: 1 },
      /unknown key "host"/,
    ],
    [
      'an unknown key of a network',
      'services: {}\nnetworks: {a: {drivr: b}}',
      { line: 2 },
      /did you mean "driver"/,
    ],
    [
      'a name with a blank',
      'services: {"a b": {image: x}}',
      { line: 1, column: 12 },
      /cannot be a name here/,
    ],
    [
      'a name with a slash',
      'services: {a: {image: x}}\nvolumes: {a/b: }',
      { line: 2 },
      /cannot be a name here/,
    ],
    [
      'a home of another user',
      'services: {a: {image: x, volumes: ["~bob/a:/a"]}}',
      { line: 1 },
      /home of another user/,
    ],
  ])('%s', (_, text, place, problem) =>
    expectError(() => read(text), 'definition-invalid', {
      problem: expect.stringMatching(problem),
      ...place,
    }),
  )

  test("keys that begin with x- are nobody else's, everywhere", () => {
    const text =
      'x-a: [1]\nservices: {app: {image: x, x-b: {c: d}, build: {context: ., x-c: 1}}}\nvolumes: {v: {x-d: 1}}'
    expect(read(text).stack.services['app']?.image).toBe('x')
  })
})
