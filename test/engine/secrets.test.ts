// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Compose file looks like this

import { expect, test } from 'vitest'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { recordClone } from '../../main/trust/trust-record.ts'
import { hasKeyring, type Keyring, startKeyring } from '../rig/keyring.ts'
import { halves } from '../sample.ts'
import { everywhere, expectInNothingOf } from './canary.ts'
import { finish, pristine, start } from './command.ts'
import { hasTerminal, onTerminal } from './on-terminal.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const CANARY = 'canary-7c1f40be'
const NEXT = 'canary-second-line'
const LINES = `canary-first-line\n${NEXT}`
const GIVEN = { PRISTINE_SECRET_TOKEN: CANARY, PRISTINE_SECRET_KEY: LINES }
const PRINT = 'echo "with $TOKEN"; echo "$KEY"; env; echo "$TOKEN" >&2'

const of = (more: object) =>
  devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', secrets: { TOKEN: {}, KEY: {} }, ...more })

const expectNowhere = (project: TestProject, ...more: unknown[]) =>
  expectInNothingOf(project, [CANARY, NEXT], ...more)

test('commands and hooks of a start are given the values, and nothing else holds them', async () => {
  await using project = await testProject(
    of({
      userEnvProbe: 'loginShell',
      onCreateCommand: 'test -z "$TOKEN" && env > /created && echo image-$((1 + 1))-read >> /created',
      postCreateCommand: `test \${#TOKEN} = ${CANARY.length} && ${PRINT}`,
      postStartCommand: PRINT,
      postAttachCommand: ['sh', '-c', PRINT],
    }),
    { env: GIVEN },
  )
  await project.grant()
  await project.up()
  expect(await project.exec('echo "$TOKEN $KEY"')).toMatchObject({ stdout: `${CANARY} ${LINES}\n` })
  const failed = await pristine(project, 'exec', '-v', '--', 'no-such-program')
  expect(failed.code).not.toBe(0)
  const said = JSON.stringify(project.events)
  expect(said).toContain('with [secret TOKEN]')
  expect(said).toContain('[secret KEY]')
  await expectNowhere(project, project.events, failed, await project.versions(), await project.status())
  // So that it is known to look where it says.
  for (const proof of ['image-2-read', 'with [secret TOKEN]'])
    expect(await everywhere(project)).toContain(proof)
  await project.reset()
  expect(await project.exec('echo "$TOKEN"')).toMatchObject({ stdout: `${CANARY}\n` })
  await expectNowhere(project, project.events)
})

test('a health check that prints a value of the environment shows none, of whichever service', async () => {
  const check = (name: string) => ({ test: `echo "has $$${name}"; false`, interval: '100ms', retries: 1 })
  const service = {
    image: 'busybox:1.36',
    init: true,
    command: 'sleep 9999',
    environment: { PW: '${HEALTH_PW}' },
  }
  await using project = await testProject(
    {
      ...devcontainer({ dockerComposeFile: '../compose.yaml', service: 'web', userEnvProbe: 'none' }),
      'compose.yaml': JSON.stringify({
        services: { web: service, db: { ...service, healthcheck: check('PW') } },
      }),
    },
    { env: { HEALTH_PW: CANARY } },
  )
  await project.grant()
  const error = await project.up().catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'not-ready' })
  const { message, data } = error as { message: string; data: object }
  expect(message).toContain('has ${localEnv:HEALTH_PW}')
  await expectNowhere(project, project.events, message, data)
})

test('a line that is cut because it is too long reveals none, whichever way it is printed', async () => {
  const around = (before: number, after: number) =>
    `head -c ${before} /dev/zero | tr '\\0' x; printf %s "$TOKEN"; head -c ${after} /dev/zero | tr '\\0' y; echo`
  await using project = await testProject(
    of({
      // At the first cut of a line, and, in the command that fails, at the cut of what its error keeps.
      postStartCommand: [...[98_285, 65_530, 65_536].map((before) => around(before, 40_000))].join('; '),
      postAttachCommand: `${around(10, 16_377)}; exit 3`,
    }),
    { env: GIVEN },
  )
  await project.grant()
  const { code, stderr } = await pristine(project, 'up', '-v')
  expect(code).toBe(5)
  expect(stderr).toContain('x[secret TOKEN]y')
  for (const part of [CANARY, CANARY.slice(0, 8), CANARY.slice(-8)]) expect(stderr).not.toContain(part)
  await expectNowhere(project, stderr)
})

testEven('a hook that prints them and fails reveals none, and neither does its recording', async () => {
  await using project = await testProject(of({ postStartCommand: `${PRINT}; exit 3` }), { env: GIVEN })
  await project.grant()
  const { code, stdout, stderr } = await pristine(project, 'up', '-v')
  expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('with [secret TOKEN]') })
  const json = await pristine(project, 'up', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'hook-failed', data: { code: 3 } } })
  await expectNowhere(project, stdout, stderr, json)
})

testOdd('the command of `run` has them, and its hooks reveal none', async () => {
  await using project = await testProject(of({ postStartCommand: PRINT }), { env: GIVEN })
  await project.grant()
  const { code, stdout, stderr } = await pristine(project, 'run', '-v', '--', 'sh', '-c', 'echo "$TOKEN"')
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${CANARY}\n` })
  expect(stderr).toContain('with [secret TOKEN]')
  await expectNowhere(project, stderr)
})

test('what is missing is reported with the command that gives it, and stops nothing', async () => {
  await using project = await testProject(of({}), { env: { PRISTINE_SECRET_KEY: 'value' } })
  await project.grant()
  const { code, stderr } = await pristine(project, 'up')
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('pristine secrets set TOKEN'),
  })
  expect(stderr).not.toContain('secrets set KEY')
  const list = JSON.parse((await pristine(project, 'secrets', '--json')).stdout)
  expect(list.secrets).toEqual([
    { name: 'KEY', state: 'environment' },
    { name: 'TOKEN', state: 'missing' },
  ])
})

const recordedClone = async (project: TestProject) =>
  recordClone(openHost(project.env), (await openProject(project.folder)).key, 'https://example.org/shop.git')

test('of a clone, the variables that give values are asked for by name', async () => {
  await using project = await testProject(of({}), { env: GIVEN })
  await recordedClone(project)
  const { asked } = await project.trust()
  expect(asked).toContainEqual({ kind: 'variable', name: 'PRISTINE_SECRET_TOKEN' })
  const { code, stdout } = await pristine(project, 'up', '--json')
  expect({ code, stdout }).toMatchObject({ code: 7, stdout: expect.not.stringContaining(CANARY) })
})

test.skipIf(!hasTerminal)('nobody is asked for a value before the project is trusted', async () => {
  await using project = await testProject(of({}))
  await recordedClone(project)
  const { code, stdout } = await onTerminal(project, ['up'], [['[y/N]', 'n\\r']])
  expect({ code, stdout }).toMatchObject({ code: 7, stdout: expect.not.stringContaining('have no value') })
})

/** A project whose commands reach a key store of its own. */
const withKeyring = ({ env }: Keyring, files = of({})) => testProject(files, { env })

test.skipIf(!hasKeyring)('values are set by a pipe, listed without themselves, and removed', async () => {
  await using keyring = await startKeyring()
  await using project = await withKeyring(keyring)
  const set = (name: string, value: string, ...more: string[]) =>
    finish(start(project, ['secrets', 'set', name, ...more]), value)

  expect(await set('TOKEN', `${CANARY}\n`)).toMatchObject({ code: 0 })
  expect(await set('KEY', LINES, '--json')).toMatchObject({ code: 0 })
  const listed = await pristine(project, 'secrets', 'list', '--json')
  expect(JSON.parse(listed.stdout)).toMatchObject({
    secrets: [
      { name: 'KEY', state: 'key-store' },
      { name: 'TOKEN', state: 'key-store' },
    ],
    problem: null,
  })
  expect(await pristine(project, 'up')).toMatchObject({ code: 0 })
  expect(await pristine(project, 'exec', '--', 'sh', '-c', 'echo "$TOKEN $KEY"')).toMatchObject({
    stdout: `${CANARY} ${LINES}\n`,
  })
  await expectNowhere(project, listed)

  for (const [value, problem] of [
    ['', 'empty'],
    ['\n', 'empty'],
    ['a\0b', 'zero byte'],
    ['x'.repeat(3_000), 'longer than'],
  ] as const) {
    expect(await set('TOKEN', value)).toMatchObject({ code: 2, stderr: expect.stringContaining(problem) })
  }
  expect(await set('TOKE', 'v')).toMatchObject({ code: 2, stderr: expect.stringContaining('TOKEN') })
  expect(await set('TOKEN', 'v', 'value-in-argv')).toMatchObject({ code: 2 })
  expect(await pristine(project, 'secrets', 'remove', 'TOKEN')).toMatchObject({ code: 0 })
  expect(await pristine(project, 'exec', '--', 'sh', '-c', 'echo "<$TOKEN>"')).toMatchObject({
    stdout: '<>\n',
  })
})

test.skipIf(!hasKeyring)('a folder that has become another repository is given nothing', async () => {
  await using keyring = await startKeyring()
  await using project = await withKeyring(keyring)
  await finish(start(project, ['secrets', 'set', 'TOKEN']), CANARY)
  await project.write({
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/config':
      '[core]\nrepositoryformatversion = 0\n[remote "origin"]\nurl = https://example.org/other.git\n',
    '.git/objects/info/x': '',
    '.git/refs/heads/x': '',
  })
  const { stdout } = await pristine(project, 'secrets', '--json')
  expect(JSON.parse(stdout).secrets).toContainEqual({ name: 'TOKEN', state: 'missing' })
})

test('without a key store nothing is kept, and the error names what helps', async () => {
  await using project = await testProject(of({}), { env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' } })
  const { code, stderr } = await finish(start(project, ['secrets', 'set', 'TOKEN']), CANARY)
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('PRISTINE_SECRET_') })
  expect(await pristine(project, 'secrets')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('not kept'),
  })
  await expectNowhere(project)
})

const ASKED = of({ secrets: { TOKEN: { description: 'For\u001b[2K the registry' } } })

test.skipIf(!hasTerminal || !hasKeyring)(
  'on a terminal `up` asks, shows nothing of it, and keeps it',
  async () => {
    await using keyring = await startKeyring()
    await using project = await withKeyring(keyring, ASKED)
    const first = await onTerminal(project, ['up'], [['registry): ', '\\r']])
    expect(first.stdout).toContain('TOKEN (For\\u{1b}[2K the registry): ')
    expect(first.stdout).toContain('secrets set TOKEN')
    const again = await onTerminal(project, ['restart'])
    expect(again.stdout).toContain('secrets set TOKEN')
    expect((await onTerminal(project, ['up'])).stdout).not.toContain('registry')
    await project.write(of({ secrets: { TOKEN: {}, OTHER: { description: 'For the registry' } } }))
    const second = await onTerminal(project, ['up'], [['registry): ', `${CANARY}\\r`]])
    expect(second).toMatchObject({ code: 0 })
    expect(second.stdout).not.toContain(CANARY)
    expect((await pristine(project, 'exec', '--', 'sh', '-c', 'echo $OTHER')).stdout).toBe(`${CANARY}\n`)
    const third = await onTerminal(project, ['up'])
    expect(third.stdout).not.toContain('registry')
    const typed = await onTerminal(project, ['secrets', 'set', 'TOKEN'], [['TOKEN: ', `${NEXT}\\r`]])
    expect(typed).toMatchObject({ code: 0, stdout: expect.not.stringContaining(NEXT) })
    expect((await pristine(project, 'exec', '--', 'sh', '-c', 'echo $TOKEN')).stdout).toBe(`${NEXT}\n`)
    expect(await onTerminal(project, ['secrets', 'set', 'TOKEN'], [['TOKEN: ', '\\x03']])).toMatchObject({
      code: 130,
    })
    await expectNowhere(project)
  },
)

test.skipIf(!hasTerminal)('without a key store the answer is for this command only', async () => {
  await using project = await testProject(
    { ...ASKED, ...of({ secrets: { TOKEN: {} }, postStartCommand: `test "$TOKEN" = ${CANARY}` }) },
    { env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' } },
  )
  const { code, stdout } = await onTerminal(project, ['up'], [['TOKEN: ', `${CANARY}\\r`]])
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('this command only') })
  expect(await pristine(project, 'exec', '--', 'sh', '-c', 'echo "<$TOKEN>"')).toMatchObject({
    stdout: '<>\n',
  })
})
