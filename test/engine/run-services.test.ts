// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { expect, test } from 'vitest'
import { pristine } from './command.ts'
import { type TestProject, testProject } from './test-project.ts'

const IDLE = 'image: "busybox:1.36", init: true, command: [sleep, "1000"]'

/** A stack whose services wait for the one in which a person works, and one that ends when a file says so. */
const stack = (hooks: object = {}): Record<string, string> => ({
  '.devcontainer.json': JSON.stringify({
    ...{ dockerComposeFile: 'compose.yaml', service: 'web', workspaceFolder: '/src', userEnvProbe: 'none' },
    ...hooks,
  }),
  'compose.yaml': `services:
  web: {${IDLE}, volumes: [".:/src"], healthcheck: {test: test -e /served, interval: 1s, retries: 2}}
  worker: {${IDLE}, depends_on: {web: {condition: service_healthy}}}
  after: {${IDLE}, depends_on: {web: {condition: service_completed_successfully}}}
  frail:
    image: busybox:1.36
    command: [sh, -c, 'until test -e /src/go; do sleep 0.1; done; echo out of luck; exit 3']
    volumes: [".:/src"]
`,
})

const run = (project: TestProject, command: string) => pristine(project, 'run', '--', 'sh', '-c', command)

test('a run does not wait for the program whose place its command takes, and names a service that ended', async () => {
  await using project = await testProject(stack())
  expect(await run(project, 'ping -c 1 worker >/dev/null && ping -c 1 after >/dev/null')).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('ended'),
  })
  expect(await run(project, 'touch go; sleep 3; exit 4')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(
      'frail ended with exit code 3 while the command ran, and printed last: out of luck',
    ),
  })
})

test('what a service that ended printed of a granted variable is hidden', async () => {
  const files = stack()
  const compose = files['compose.yaml']?.replace('echo out of luck', 'echo out of $$WORD')
  await using project = await testProject(
    { ...files, 'compose.yaml': `${compose}    environment: {WORD: "$\{WORD}"}\n` },
    { env: { WORD: 'canary-word' } },
  )
  await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
  await project.grant()
  const { stderr } = await run(project, 'touch go; sleep 3')
  expect(stderr).toContain('printed last: out of ${localEnv:WORD}')
  expect(stderr).not.toContain('canary')
})

test('a run whose service ended before the command fails, and runs nothing', async () => {
  await using project = await testProject(stack({ postCreateCommand: 'touch go; sleep 3' }))
  expect(await run(project, 'echo in vain')).toMatchObject({
    code: 6,
    stdout: '',
    stderr: expect.stringContaining('frail ended with exit code 3.'),
  })
})
