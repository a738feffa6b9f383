// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of Compose files looks like this
import { expect, test } from 'vitest'
import { pristine } from './command.ts'
import { testProject } from './test-project.ts'

/** A service that is idle, and shows a variable of its file in each way in which Compose files name one. */
const service = (name: string) => `services:
  ${name}:
    image: busybox:1.36
    command: [sh, -c, "echo \${TAG:-none} >/tmp/command; exec sleep 1000"]
    init: true
    environment: {TAG: "\${TAG}", TOP: "\${TOP}", AGE: }
    volumes: ["./\${PLACE}:/seen:ro"]
`

test('services of included files get the values of the env files of these, and those of a change', async () => {
  await using project = await testProject({
    '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "web", "userEnvProbe": "none"}',
    'compose.yaml': `include: [one/compose.yaml, {path: two/compose.yaml, env_file: [two/a.env, two/b.env]}]
services:
  web: {image: "busybox:1.36", command: [sleep, "1000"], init: true, environment: {TAG: "\${TAG:-own}"}}
`,
    '.env': 'TOP=top\n',
    'one/compose.yaml': service('one'),
    'one/.env': 'TAG=first-${TOP}\nPLACE=here\nAGE=1\nTOP=below\n',
    'one/here/file': 'one\n',
    'two/compose.yaml': service('two'),
    'two/a.env': 'TAG=early\nPLACE=there\nAGE=2\n',
    'two/b.env': 'TAG=second\n',
    'one/there/file': 'wrong\n',
    'two/there/file': 'two\n',
  })
  const seen = async (name: string) => {
    const command = 'echo $TAG $TOP $AGE $(cat /seen/file /tmp/command)'
    return (await pristine(project, 'exec', '--service', name, '--', 'sh', '-c', command)).stdout.trim()
  }
  const expected = async () => {
    expect(await seen('one')).toBe('first-top top 1 one first-top')
    expect(await seen('two')).toBe('second top 2 two second')
    expect((await project.exec('echo $TAG')).stdout).toBe('own\n')
  }
  await project.up()
  await expected()
  expect((await project.up()).action).toBe('none')
  await project.write({ 'one/.env': 'TAG=third\nPLACE=here\nAGE=1\n' })
  await project.up()
  expect(await seen('one')).toBe('third top 1 one third')
})
