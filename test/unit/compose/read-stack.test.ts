// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Compose file looks like this
import { describe, expect, test } from 'vitest'
import { composeFilesAmong } from '../../../main/definition/compose/find-compose-files.ts'
import { environmentOf } from '../../../main/definition/compose/read-env-files.ts'
import { parseDuration } from '../../../main/definition/compose/stack/duration.ts'
import { shellWords } from '../../../main/definition/compose/stack/shell-words.ts'
import { expectError } from '../definition/project.ts'
import { read, serviceOf } from './stack-of.ts'

describe('a value of a service that cannot be used is refused at its place', () => {
  const LINE = { line: 4 }
  test.each<[string, RegExp]>([
    ['user: 1000', /"services\.app\.user" must be a text, not a number; put it in quotes/],
    ['command: {a: b}', /"services\.app\.command" must be a list, not a mapping/],
    ['command: [[a]]', /"services\.app\.command\[0\]" must be a text, not a list/],
    ['command: a && b', /"&" means something to a shell only/],
    ['command: "a \'b"', /the quote ' has no end/],
    ['entrypoint: a | b', /"\|" means something to a shell only/],
    ['environment: hello', /"services\.app\.environment" must be a mapping or a list of NAME=value/],
    ['environment: {A: [b]}', /"services\.app\.environment\.A" must be a text, not a list/],
    ['environment: {"A=B": c}', /has a name that no variable can have/],
    ['environment: ["=b"]', /has no name before "="/],
    ['environment: ["A =b"]', /has no name before "="/],
    ['environment: [{A: b}]', /expected a text, not a mapping/],
    ['env_file: [{path: a, format: json}]', /must be "raw"/],
    ['env_file: [{required: false}]', /needs "path"/],
    ['env_file: missing.env', /"env_file" names missing\.env: there is no such file/],
    ['env_file: /etc/passwd', /"env_file" names "\/etc\/passwd", which is not in the repository/],
    ['env_file: ../other/.env', /which is not in the repository/],
    ['env_file: ~/.env', /which is not in the repository/],
    ['label_file: missing', /"label_file" names missing/],
    ['init: maybe', /must be true or false, not "maybe"/],
    ['tty: 1', /must be true or false/],
    ['stop_grace_period: 10', /must be a text, not a number/],
    ['stop_grace_period: "10"', /must be a time such as "30s"/],
    ['cpus: many', /must be a number of at least 0/],
    ['cpus: 1e999', /must be a number of at least 0/],
    ['depends_on: [__proto__]', /"__proto__" is not a key/],
    ['cpus: -1', /must be a number of at least 0/],
    ['cpu_shares: 1.5', /must be a whole number of at least 0/],
    ['mem_limit: much', /must be a size such as "64m"/],
    ['mem_swappiness: 101', /must be a whole number from -1 to 100/],
    ['oom_score_adj: 2000', /from -1000 to 1000/],
    ['pids_limit: {a: b}', /must be a whole number, not a mapping/],
    ['mem_limit: 1m\ndeploy: {resources: {limits: {memory: 2m}}}', /are not the same/],
    ['cpus: 1\ndeploy: {resources: {limits: {cpus: "2"}}}', /are not the same/],
    ['ulimits: {nofile: {soft: 1}}', /needs both "soft" and "hard"/],
    ['ulimits: {nofile: lots}', /must be a whole number of at least -1/],
    ['devices: ["/dev/a:/dev/b:rwm:x"]', /is not a device such as/],
    ['devices: ["/dev/a:/dev/b:x"]', /must be letters of r, w and m/],
    ['devices: [{target: /dev/a}]', /needs "source"/],
    ['gpus: [{count: 1, device_ids: ["0"]}]', /cannot have both "count" and "device_ids"/],
    ['gpus: [{count: some}]', /must be a whole number/],
    ['ports: 80', /"services\.app\.ports" must be a list, not a number/],
    ['ports: ["x:80"]', /is not a port to publish/],
    ['ports: ["80:80/icmp"]', /is not a port to publish/],
    ['ports: ["1:2:3:4"]', /is not a port to publish|no address/],
    ['ports: ["300.0.0.1:80:80"]', /has no address to publish/],
    ['ports: ["70000:80"]', /is not a port to publish/],
    ['ports: ["90-80:80"]', /is not a port to publish/],
    ['ports: ["8000-8001:80-82"]', /are not of the same length/],
    ['ports: ["1-60000:1-60000"]', /at most 1000 ports/],
    ['ports: ["0"]', /must be a whole number from 1 to 65535/],
    ['ports: [{published: "80"}]', /needs "target"/],
    ['ports: [{target: 80, published: a}]', /must be a port from 1 to 65535/],
    ['ports: [{target: 80, host_ip: here}]', /must be an address/],
    ['ports: [{target: 80, protocol: icmp}]', /must be tcp or udp/],
    ['ports: [[80]]', /must be a mapping, not a list/],
    ['volumes: [":/a"]', /is not a volume such as/],
    ['volumes: ["data:/b:ro:x"]', /is not a volume such as/],
    ['volumes: ["./a:/b:sometimes"]', /an option that no volume has/],
    ['volumes: ["./a:b"]', /must be an absolute path below "\/" in the container/],
    ['volumes: ["./a:/"]', /must be an absolute path below/],
    ['volumes: [{type: bind, target: /a}]', /needs "source"/],
    ['volumes: [{type: disk, target: /a}]', /must be bind, volume or tmpfs, not "disk"/],
    ['volumes: [{type: tmpfs}]', /needs "target"/],
    ['volumes: [{target: /a}]', /needs "type"/],
    ['volumes: [{type: tmpfs, target: /a, tmpfs: {size: big}}]', /must be a size/],
    ['volumes: ["unknown:/a"]', /names the volume "unknown", which is not defined/],
    ['volumes: ["vol:/a/", "./b:/a"]', /mounts two things at \/a/],
    ['volumes: ["vol:/a"]\ntmpfs: /a', /mounts two things at \/a/],
    ['tmpfs: ["/a:size=10%"]', /size/],
    ['tmpfs: [a]', /absolute/],
    ['networks: [unknown]', /names the network "unknown"/],
    ['networks: {n: {ipv4_address: "::1"}}', /must be an address of IPv4/],
    ['networks: {n: {ipv6_address: 10.0.0.1}}', /must be an address of IPv6/],
    ['networks: [n]\nnetwork_mode: host', /cannot have both "network_mode" and "networks"/],
    ['secrets: [unknown]', /names the secret "unknown"/],
    ['secrets: [{target: a}]', /needs "source"/],
    ['secrets: [{source: s, mode: "888"}]', /must be an octal mode/],
    ['configs: [unknown]', /names the config "unknown"/],
    ['build: {context: ., secrets: [unknown]}', /names the secret "unknown"/],
    [
      'secrets: [s]\nconfigs: [c]\nread_only: true',
      /^"services\.app\.read_only" keeps the text of "c" in "configs" from being written; a "file" is mounted/,
    ],
    ['build: {dockerfile: a, dockerfile_inline: b}', /cannot have both "dockerfile" and "dockerfile_inline"/],
    ['build: [a]', /"services\.app\.build" must be a mapping, not a list/],
    ['depends_on: [unknown]', /depends on the service "unknown", which is not defined/],
    ['depends_on: {app: {condition: service_ready}}', /must be one of service_started/],
    ['depends_on: [app]', /depend on each other: app -> app/],
    ['links: [unknown]', /depends on the service "unknown"/],
    ['network_mode: "service:unknown"', /depends on the service "unknown"/],
    ['healthcheck: {test: ["true"]}', /must begin with CMD, CMD-SHELL or NONE/],
    ['healthcheck: {interval: soon}', /must be a time/],
    ['healthcheck: {retries: -1}', /must be a whole number of at least 0/],
    ['extra_hosts: [alone]', /is not a host such as/],
  ])('%s', (keys, problem) => {
    const lines = keys.split('\n').length
    const place = lines === 1 ? LINE : { line: expect.any(Number) }
    // Where the service itself is at fault, its own line is named.
    const at = /depends on|depend on|mounts two/.test(problem.source) ? { line: expect.any(Number) } : place
    return expectError(() => serviceOf(keys), 'definition-invalid', {
      file: 'compose.yaml',
      problem: expect.stringMatching(problem),
      ...at,
    })
  })
})

test('an option of a tmpfs that is not supported is named at its place', () =>
  expectError(() => serviceOf('tmpfs: ["/a:huge=always"]'), 'definition-unsupported', {
    file: 'compose.yaml',
    line: 4,
  }))

test.each(['host', 'none', '"service:db"'])(
  'ports beside the network %s are ignored with a warning',
  (mode) => {
    const app = `app: {image: x, network_mode: ${mode}, ports: ["80:80"]}`
    expect(read(`services: {${app}, db: {image: y}}`).warnings).toMatchObject([
      { code: 'ignored', message: expect.stringContaining('"ports" is ignored (app)') },
    ])
  },
)

test('a folder above the git root is a warning, one below it none', () => {
  const text = 'services: {app: {image: x, volumes: ["..:/a", "../..:/b", "../lib:/c", ".:/d"]}}'
  const targets = (inRoot: string) =>
    read(text, { inRoot }).warnings.map(({ code, message }) => [
      code,
      /mounted at (\S+) with/.exec(message)?.[1],
    ])
  expect(targets('')).toEqual([
    ['mount-narrowed', '/a'],
    ['mount-narrowed', '/b'],
  ])
  expect(targets('app')).toEqual([['mount-narrowed', '/b']])
})

test('a port that is published once only, or not at all, is a warning', () => {
  const app = 'app: {image: x, ports: ["8080:80", "8081:80", "0.0.0.0:9000:80", "80:80/udp", "5000/sctp"]}'
  expect(read(`services: {${app}}`).warnings).toEqual([
    {
      code: 'ignored',
      message: '"ports": 80/tcp is published once (app); the first of its 3 entries counts.',
    },
    { code: 'ignored', message: '"ports": 5000/sctp is ignored (app): only TCP and UDP are published.' },
  ])
})

test('the owner of a file that is mounted as it is is ignored with a warning', () => {
  const text = `services: {app: {image: x, secrets: [{source: s, mode: 0400}], configs: [{source: c, uid: "1"}]}}
secrets: {s: {file: ./s}}
configs: {c: {content: x}}`
  expect(read(text).warnings).toMatchObject([
    { code: 'ignored', message: expect.stringContaining('of s are ignored in "secrets" (app)') },
  ])
})

test('what JavaScript has no number for is a text', () => {
  expect(serviceOf('labels: {a: 1e999}').labels).toEqual({ a: '1e999' })
})

test('what an object inherits is no label', () => {
  const files = {
    'compose.yaml': 'services: {app: {image: x, label_file: l}}',
    l: 'A=b\nB=${A}${toString}\n',
  }
  expect(read(files).stack.services['app']?.labels).toEqual({ A: 'b', B: 'b' })
})

test.each([
  ['labels: {dev.pristine.project: x}', 'services.app.labels.dev.pristine.project'],
  ['labels: ["com.docker.compose.project=x"]', 'services.app.labels.com.docker.compose.project'],
  ['label_file: l', 'label_file: dev.pristine.role'],
])('a label that says whose a container is is refused: %s', (keys, key) => {
  const files = { 'compose.yaml': `services:\n  app:\n    image: x\n    ${keys}`, l: 'dev.pristine.role=x\n' }
  return expectError(() => read(files), 'definition-unsupported', { file: 'compose.yaml', line: 4, key })
})

test.each([
  'ports: ["${SECRET}:80"]',
  'ports: [{target: 80, host_ip: "${SECRET}"}]',
  'ports: [{target: 80, protocol: "${SECRET}"}]',
  'volumes: ["./a:/b:${SECRET}"]',
  'volumes: ["./a:${SECRET}"]',
  'devices: ["${SECRET}:a:b:c"]',
  'extra_hosts: ["${SECRET}"]',
  'tty: ${SECRET}',
  'cpus: ${SECRET}',
  'mem_limit: ${SECRET}',
  'stop_grace_period: ${SECRET}',
  'environment: ["=${SECRET}"]',
  'volumes: ["${SECRET}:/a"]',
  'volumes: ["./a:/${SECRET}", "./b:/canary"]',
  'secrets: ["${SECRET}"]',
  'configs: [{source: "${SECRET}"}]',
  'env_file: "${SECRET}"',
  'env_file: "/${SECRET}"',
  'env_file: "git@${SECRET}"',
  'label_file: "${SECRET}"',
  'tmpfs: ["/a:${SECRET}"]',
  'extends: {file: "${SECRET}", service: x}',
  'build: {context: ".", secrets: ["${SECRET}"]}',
])('an error about %s does not tell the value of a variable', (keys) => {
  const read = () => serviceOf(keys, { env: { SECRET: 'canary' } })
  expect(read).toThrow()
  expect(() => {
    try {
      read()
    } catch (error) {
      throw new Error(JSON.stringify([error, String(error), (error as { why: string }).why]))
    }
  }).not.toThrow(/canary/)
})

describe('a resource that cannot be used is refused', () => {
  test.each<[string, RegExp]>([
    ['secrets: {s: {}}', /"secrets\.s" needs "file", "environment" or "content"/],
    ['secrets: {s: {file: a, environment: B}}', /cannot have both "file" and "environment"/],
    ['configs: {c: {content: a, file: b}}', /cannot have both "file" and "content"/],
    ['volumes: {v: {external: true, driver: local}}', /is external, so "driver" cannot be set/],
    ['volumes: {v: {external: {name: a}, name: b}}', /"name" is there twice/],
    ['volumes: [v]', /"volumes" must be a mapping, not a list/],
    ['networks: {n: {internal: perhaps}}', /must be true or false/],
    ['networks: {n: text}', /"networks\.n" must be a mapping, not a text/],
  ])('%s', (more, problem) =>
    expectError(() => read(`services: {app: {image: x}}\n${more}`), 'definition-invalid', {
      line: 2,
      problem: expect.stringMatching(problem),
    }),
  )

  test('a service without image and build', () =>
    expectError(() => read('services:\n  app:\n    command: a'), 'definition-invalid', {
      problem: '"services.app" needs "image" or "build"',
    }))

  test('more services than an environment has', () => {
    const services = Array.from({ length: 101 }, (_, i) => `  s${i}: {image: x}`).join('\n')
    return expectError(() => read(`services:\n${services}`), 'definition-invalid', {
      problem: 'expected at most 100 services',
    })
  })
})

describe('which services take part', () => {
  const TEXT =
    'services: {app: {image: x}, debug: {image: x, profiles: [d]}, more: {image: x, profiles: [d, e]}, last: {image: x, profiles: [f]}}'
  const names = (options: object) => {
    const { services, withoutProfile } = read(TEXT, options).stack
    return [Object.keys(services), withoutProfile]
  }
  test.each<[object, string[], string[]]>([
    [{}, ['app'], ['debug', 'more', 'last']],
    [{ profiles: ['d'] }, ['app', 'debug', 'more'], ['last']],
    [{ profiles: ['e'] }, ['app', 'more'], ['debug', 'last']],
    [{ profiles: ['*'] }, ['app', 'debug', 'more', 'last'], []],
    [{ services: ['last'] }, ['app', 'last'], ['debug', 'more']],
    [{ services: ['debug'] }, ['app', 'debug', 'more'], ['last']],
    [{ services: ['app'] }, ['app'], ['debug', 'more', 'last']],
    [{ env: { COMPOSE_PROFILES: 'd' } }, ['app'], ['debug', 'more', 'last']],
  ])('%j', (options, taking, leftOut) => expect(names(options)).toEqual([taking, leftOut]))

  test('a service cannot need one that takes no part', () => {
    const text = 'services: {app: {image: x, depends_on: [db]}, db: {image: y, profiles: [d]}}'
    return expectError(() => read(text), 'definition-invalid', {
      problem:
        '"services.app" depends on the service "db", which takes no part, because none of its profiles is chosen',
    })
  })
})

describe('what a service is made of', () => {
  test('variables of env files, of which the last counts, under its own', () => {
    const files = {
      'compose.yaml':
        'services: {app: {image: x, env_file: [a, {path: b, required: false}, {path: c, required: false}], environment: {C: own, D: }}}',
      a: 'A=a\nB=a\nC=a\nD=a\n',
      b: 'B=b\n',
    }
    const { app } = read(files).stack.services
    expect(app && environmentOf(app)).toEqual({ A: 'a', B: 'b', C: 'own', D: null })
    expect(app?.envFiles.map(({ path, variables }) => [path, variables !== undefined])).toEqual([
      ['./a', true],
      ['./b', true],
      ['./c', false],
    ])
  })

  test('its own word on a service counts more than what it implies', () => {
    const text =
      'services: {app: {image: x, links: [db], depends_on: {db: {condition: service_healthy}}}, db: {image: y}}'
    expect(read(text).stack.services['app']?.dependsOn).toEqual({
      db: { condition: 'service_healthy', required: true, restart: false },
    })
  })

  test('port 0 and no port are any port', () => {
    const ports = serviceOf('ports: ["0:80", "81", {target: 82, published: "0"}]').ports
    expect(ports.map(({ published }) => published)).toEqual([undefined, undefined, undefined])
  })

  test.each([
    ['-1', -1],
    ['0', 0],
    ['1024', 1024],
    ['"1.5g"', 1610612736],
    ['2GiB', 2147483648],
    ['64kb', 65536],
  ])('%s bytes', (written, bytes) => expect(serviceOf(`memswap_limit: ${written}`).memorySwap).toBe(bytes))
})

describe('the words of a command', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['  ', []],
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    ['\'a b\' "c d"', ['a b', 'c d']],
    ['a\'b\'"c"d', ['abcd']],
    ['\'\' ""', ['', '']],
    ['a\\ b \\"c \\\\', ['a b', '"c', '\\']],
    ['"a\\"b\\c"', ['a"bc']],
    ["'a\\b'", ['a\\b']],
    ['"a && b" \'c | d\' e\\;f', ['a && b', 'c | d', 'e;f']],
    ['$HOME `x` #y *', ['$HOME', '`x`', '#y', '*']],
  ])('%j', (text, words) => expect(shellWords(text)).toEqual(words))

  test.each(['a; b', 'a & b', 'a | b', 'a > b', 'a < b', '"a', "a'", 'a\\'])('%j are none', (text) =>
    expect(shellWords(text)).toEqual(expect.any(String)),
  )
})

test.each<[string, number | undefined]>([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['1h2m3s4ms', 3_723_004],
  ['1.5h', 5_400_000],
  ['100us', 0.1],
  ['1d', 86_400_000],
  ['2w', 1_209_600_000],
  ['0', 0],
  ['0s', 0],
  ['5', undefined],
  ['s', undefined],
  ['-5s', undefined],
  ['5 s', undefined],
  ['1m 30s', undefined],
  ['', undefined],
])('the time %j', (text, ms) => expect(parseDuration(text)).toBe(ms))

test.each<[string[], string[]]>([
  [[], []],
  [['docker-compose.yml', 'compose.yaml'], ['compose.yaml']],
  [['docker-compose.yaml', 'docker-compose.yml'], ['docker-compose.yml']],
  [
    ['compose.yml', 'compose.override.yml'],
    ['compose.yml', 'compose.override.yml'],
  ],
  [
    ['docker-compose.yml', 'docker-compose.override.yaml', 'README.md'],
    ['docker-compose.yml', 'docker-compose.override.yaml'],
  ],
  [['compose.override.yml'], []],
])('of %j the Compose files are %j', (names, files) =>
  expect(composeFilesAmong(new Set(names))).toEqual(files),
)
