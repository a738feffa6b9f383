import { expect, test } from 'vitest'
import { hasTerminal, onTerminal } from './on-terminal.ts'
import { devcontainer, testProject } from './test-project.ts'

const plain = devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' })

/** Waits until the terminal has a size, and says so. */
const until = (size: string) => `until [ "$(stty size)" = "${size}" ]; do sleep 0.05; done; echo seen ${size}`

test.skipIf(!hasTerminal)(
  'a command on a terminal has one of the same size, which follows a resize',
  async () => {
    await using project = await testProject(plain)
    await project.up()
    const { code, stdout } = await onTerminal(
      project,
      ['exec', '--', 'sh', '-c', `${until('40 100')}; ${until('50 120')}; exit 7`],
      [['seen 40 100', '@resize']],
    )
    expect(stdout).toContain('seen 50 120')
    expect(code).toBe(7)
  },
)

test.skipIf(!hasTerminal)('keys reach the program inside, Ctrl-C too', async () => {
  await using project = await testProject(plain)
  await project.up()
  const { code, stdout } = await onTerminal(
    project,
    [
      'exec',
      '--',
      'sh',
      '-c',
      'trap "echo interrupted inside; exit 5" INT; echo waiting; while :; do sleep 0.05; done',
    ],
    [['waiting', '\\x03']],
  )
  expect(stdout).toContain('interrupted inside')
  expect(code).toBe(5)
})

test.skipIf(!hasTerminal)(
  "a shell opens as the user's own, in the workspace, and ends with its last exit code",
  async () => {
    await using project = await testProject(plain)
    await project.up()
    const { code, stdout } = await onTerminal(
      project,
      ['shell'],
      [
        ['# ', 'echo I am in $(pwd)\\r'],
        ['I am in /workspaces/project', 'exit 6\\r'],
      ],
    )
    expect(stdout).toContain('I am in /workspaces/project')
    expect(code).toBe(6)
  },
)

test.skipIf(!hasTerminal)(
  'steps are shown live and in colour on a terminal, and Ctrl-C cancels',
  async () => {
    await using project = await testProject(
      devcontainer({
        image: 'busybox:1.36',
        userEnvProbe: 'none',
        postCreateCommand: 'echo begun; sleep 60',
      }),
    )
    const { code, stdout } = await onTerminal(project, ['up'], [['begun', '\\x03']])
    expect(stdout).toContain('\x1b[')
    expect(code).toBe(130)
    const again = await onTerminal(project, ['versions'], [], { NO_COLOR: '1' })
    expect(again.stdout).not.toContain('\x1b[')
  },
)
