import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { provideSecretsAndSsh } from '../../main/build/secret-and-ssh-mounts.ts'
import { checkoutBuild } from '../../main/build/version-build.ts'
import { buildImage } from '../../main/docker/build/build-image.ts'
import { connect } from '../../main/docker/connection/connect.ts'
import { openHost } from '../../main/host/host.ts'
import { planProject } from '../../main/plan/plan.ts'
import { openProject } from '../../main/store/open-project.ts'
import { recordClone } from '../../main/trust/trust-record.ts'
import { halves } from '../sample.ts'
import { everywhere, expectInNothingOf } from './canary.ts'
import { pristine } from './command.ts'
import { isRunning } from './docker.ts'
import { hasTerminal, onTerminal } from './on-terminal.ts'
import { forgetSteps, pruneVersion } from './prune.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const CANARY = 'canary-build-5d20c9'
const LINES = ['canary-build-first-line', 'canary-build-second-line']
const GIVEN = { PRISTINE_SECRET_TOKEN: CANARY, PRISTINE_SECRET_KEY: LINES.join('\n') }
const NO_STORE = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }

/** Makes steps that nobody ran before: what is cached asks for nothing. */
const own = () => `: ${randomBytes(6).toString('hex')};`

const of = (lines: string[], more: object = {}) => ({
  ...devcontainer({
    build: { dockerfile: 'Dockerfile' },
    userEnvProbe: 'none',
    secrets: { TOKEN: {}, KEY: {} },
    ...more,
  }),
  '.devcontainer/Dockerfile': `FROM busybox:1.36\n${lines.join('\n')}\n`,
})

const textsOf = (project: TestProject, kind: 'log' | 'warning') =>
  project.events.flatMap((event) => (event.kind === kind ? [event.text] : [])).join('')

const expectNowhere = (project: TestProject, ...more: unknown[]) =>
  expectInNothingOf(project, [CANARY, ...LINES], ...more)

test('a build is given what its mounts name, however late, and nothing else holds it', async () => {
  await using project = await testProject(
    of([
      // Longer than a builder waits for a session that says nothing.
      `RUN ${own()} sleep 4`,
      'RUN --mount=type=secret,id=TOKEN,required test -f /run/secrets/TOKEN && cat /run/secrets/TOKEN && echo " read"',
      'RUN --mount=type=secret,id=KEY,target=/root/key,uid=7,mode=0440 cat /root/key >&2 && stat -c %u:%a /root/key > /stat',
      'RUN test ! -e /run/secrets/TOKEN && test ! -s /root/key && echo gone-$((1 + 1)) > /gone',
    ]),
    { env: GIVEN },
  )
  await project.grant()
  await project.up()
  expect((await project.exec('cat /stat /gone')).stdout).toBe('7:440\ngone-2\n')
  expect(textsOf(project, 'log')).toContain('[secret TOKEN] read')
  expect(textsOf(project, 'log')).toContain('[secret KEY]')
  await expectNowhere(project, project.events, await project.versions(), await project.status())
  // So that it is known to look where it says.
  for (const proof of ['gone-2', '[secret TOKEN] read']) expect(await everywhere(project)).toContain(proof)
})

test('another value makes no other version', async () => {
  const files = of(['RUN --mount=type=secret,id=TOKEN true'])
  await using one = await testProject(files, { env: GIVEN })
  await using other = await testProject(files, { env: { PRISTINE_SECRET_TOKEN: 'another' } })
  await one.grant()
  await other.grant()
  expect((await one.plan()).version.id).toBe((await other.plan()).version.id)
})

testEven('a build that prints them and fails reveals none, and neither does its recording', async () => {
  await using project = await testProject(
    of([
      `RUN --mount=type=secret,id=TOKEN --mount=type=secret,id=KEY ${own()} cat /run/secrets/*; echo; echo with $(cat /run/secrets/TOKEN); exit 3`,
    ]),
    { env: GIVEN },
  )
  await project.grant()
  const { code, stdout, stderr } = await pristine(project, 'up', '-v')
  expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('with [secret TOKEN]') })
  const json = await pristine(project, 'up', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({
    error: {
      code: 'build-failed',
      data: { line: 2, output: expect.arrayContaining(['with [secret TOKEN]']) },
    },
  })
  await expectNowhere(project, stdout, stderr, json)
})

test('what is required and has no value fails before the build, and what runs goes on', async () => {
  await using project = await testProject(of([]), { env: NO_STORE })
  const first = await project.up()
  await project.write(of([`RUN --mount=type=secret,id=TOKEN,required ${own()} true`]))
  const { code, stdout } = await pristine(project, 'up', '--json')
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({
    code: 5,
    error: {
      code: 'secret-missing',
      message: expect.stringMatching(/^\.devcontainer\/Dockerfile:2: .*TOKEN/),
      hint: expect.stringContaining('pristine secrets set TOKEN'),
    },
  })
  expect(await project.versions()).toHaveLength(1)
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
})

testEven('a watch reports what is missing, and what runs goes on', async () => {
  await using project = await testProject(of([]), { env: NO_STORE })
  const first = await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write(of([`RUN --mount=type=secret,id=TOKEN,required ${own()} true`]))
  expect(await watching.until('failed')).toMatchObject({ error: { code: 'secret-missing' } })
  expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
  await project.write(of([]))
  await watching.until('following')
})

test('what is not required is left out with a warning', async () => {
  await using project = await testProject(
    of([
      `RUN --mount=type=secret,id=TOKEN --mount=type=secret,id=npmrc ${own()} ! test -e /run/secrets && echo none > /left`,
      'RUN --mount=type=secret,id=npmrc true',
    ]),
    { env: NO_STORE },
  )
  await project.up()
  expect((await project.exec('cat /left')).stdout).toBe('none\n')
  const warnings = textsOf(project, 'warning')
  expect(warnings).toContain('"pristine secrets set TOKEN"')
  expect(warnings.match(/Dockerfile:2 mounts the secret npmrc, /g)).toHaveLength(1)
})

test('what is required and not declared is refused with the key to add', async () => {
  const mount = (id: string) => of([`RUN --mount=type=secret,id=${id},required true`])
  await using project = await testProject(mount('NPM'), { env: { PRISTINE_SECRET_NPM: CANARY } })
  await expect(project.up()).rejects.toMatchObject({
    code: 'secret-undeclared',
    exit: 2,
    message: expect.stringMatching(/^\.devcontainer\/Dockerfile:2: .* NPM/),
    hint: expect.stringContaining('"NPM": {} to "secrets"'),
  })
  await project.write(mount('npm-rc'))
  await expect(project.up()).rejects.toMatchObject({
    code: 'secret-undeclared',
    hint: expect.stringContaining('letters'),
  })
})

test.each([
  ['type=secret,id=OTHER,required', 'secret OTHER not found'],
  ['type=ssh,required', '(?i:ssh key)'],
])('a builder that requests more than is provided (%s) gets nothing', async (mount, words) => {
  // As an ONBUILD of a base image may, which nobody reads.
  await using project = await testProject({})
  const context = pack()
  context.entry({ name: 'Dockerfile' }, `FROM busybox:1.36\nRUN --mount=${mount} ${own()} true\n`)
  context.finalize()
  const request = {
    context: Readable.from(context),
    dockerfile: 'Dockerfile',
    args: {},
    tag: 'pristine-test/provided:1',
    attachables: { secrets: new Map([['TOKEN', CANARY]]) },
  }
  const failure = buildImage(await connect(project.env), request, project.run())
  await expect(failure).rejects.toMatchObject({
    name: 'BuildFailure',
    message: expect.stringMatching(words),
  })
})

const recordAsClone = async (project: TestProject) =>
  recordClone(openHost(project.env), (await openProject(project.folder)).key, 'https://example.org/shop.git')

test('a clone that nobody trusted is given nothing, and nobody is asked', async () => {
  await using project = await testProject(of(['RUN --mount=type=secret,id=TOKEN,required true']), {
    env: GIVEN,
  })
  await recordAsClone(project)
  const { code, stdout } = await pristine(project, 'up', '--json')
  expect({ code, stdout }).toMatchObject({ code: 7, stdout: expect.not.stringContaining(CANARY) })
  expect(await project.versions()).toEqual([])
})

test.skipIf(!hasTerminal)('on a terminal `up` asks for it before the build', async () => {
  await using project = await testProject(
    of(
      [
        `RUN --mount=type=secret,id=TOKEN,required ${own()} test "$(cat /run/secrets/TOKEN)" = ${CANARY.replace('-', "'-'")}`,
      ],
      {
        secrets: { TOKEN: {} },
      },
    ),
    { env: NO_STORE },
  )
  const { code, stdout } = await onTerminal(project, ['up'], [['TOKEN: ', `${CANARY}\\r`]])
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.not.stringContaining(CANARY) })
  await expectNowhere(project)
})

testOdd('a version whose image is gone is built again with the value of today', async () => {
  const mark = own()
  await using project = await testProject(
    of([`RUN --mount=type=secret,id=TOKEN,required ${mark} wc -c < /run/secrets/TOKEN > /length`]),
    { env: GIVEN },
  )
  await project.grant()
  await project.up()
  await project.engine.stop(project.folder, project.run())
  await pruneVersion(project, 1)
  await forgetSteps(mark)
  project.env['PRISTINE_SECRET_TOKEN'] = undefined
  await expect(project.reset('v1')).rejects.toMatchObject({ code: 'secret-missing' })
  project.env['PRISTINE_SECRET_TOKEN'] = CANARY
  expect(await project.reset('v1')).toMatchObject({ action: 'built' })
  expect((await project.exec('cat /length')).stdout).toBe(`${CANARY.length}\n`)
  await expectNowhere(project)
})

test('as a variable it is given, or the builder that cannot is reported', async () => {
  await using project = await testProject(
    of([`RUN --mount=type=secret,id=TOKEN,env=GIVEN ${own()} test "\${#GIVEN}" = ${CANARY.length}`]),
    { env: GIVEN },
  )
  await project.grant()
  const failure = await project.up().catch((error: unknown) => error)
  // Engines from 2025 on know it.
  if (failure instanceof Error) {
    expect(failure).toMatchObject({
      code: 'build-failed',
      data: { line: 2, problem: expect.stringContaining('docker/dockerfile:1.10') },
    })
  }
  await expectNowhere(project)
})

test('without BuildKit it is reported that the mount needs it', async () => {
  await using project = await testProject(of(['RUN --mount=type=secret,id=TOKEN true']), { env: GIVEN })
  const host = openHost(project.env)
  const opened = await openProject(project.folder)
  const planned = await planProject(host, opened, { frozen: false }, project.run())
  const [service] = checkoutBuild(host, opened, planned).services
  if (!service) throw new Error('There is no service.')
  const engine = { ...(await connect(project.env)), buildkit: false }
  await expect(
    provideSecretsAndSsh({ ...host, engine }, opened, { ...service, declared: ['TOKEN'] }, project.run()),
  ).rejects.toMatchObject({
    code: 'buildkit-missing',
    exit: 4,
    message: expect.stringContaining('.devcontainer/Dockerfile:2'),
  })
})
