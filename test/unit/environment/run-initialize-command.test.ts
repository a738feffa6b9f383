// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this
import { expect, test } from 'vitest'
import { runInitializeCommand } from '../../../main/environment/run-initialize-command.ts'
import { openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { openProject } from '../../../main/store/open-project.ts'
import type { OperationEvent } from '../../../shared/operation.ts'
import { scratch } from '../inputs/scratch.ts'

test.skipIf(process.platform === 'win32').each<[string, unknown, number, string[]]>([
  [
    'in pieces, and without a line end',
    'printf %s "$ONE" | head -c 3; sleep 0.2; printf %s "$ONE" | tail -c 5; echo ${localEnv:TWO} >&2; exit 3; : ${localEnv:ONE}',
    3,
    ['${localEnv:TWO}', '${localEnv:ONE}'],
  ],
  ['as the name of a program', ['./${localEnv:ONE}'], 127, ['spawn ./${localEnv:ONE} ENOENT']],
])(
  'what a command prints of a granted variable is hidden: %s',
  async (_, initializeCommand, code, output) => {
    await using folder = await scratch({
      'shop/.devcontainer/devcontainer.json': JSON.stringify({ image: 'busybox:1.36', initializeCommand }),
    })
    const env = {
      PATH: process.env['PATH'],
      PRISTINE_HOME: folder.at('home'),
      ONE: 'canary-1',
      TWO: 'canary-2',
    }
    const events: OperationEvent[] = []
    const run = {
      signal: new AbortController().signal,
      report: (event: OperationEvent) => events.push(event),
    }
    const initializeWith = async (grants: string[]) => {
      const host = { ...openHost(env), grants }
      return runInitializeCommand(host, await openProject(folder.at('shop'), host.home), {}, run).catch(
        (error) => error,
      )
    }
    const refused = await initializeWith([])
    expect(refused).toMatchObject({ code: 'not-trusted' })
    const failed = await initializeWith([refused.data.fingerprint])
    expect(failed).toMatchObject({
      code: 'hook-failed',
      data: { code, output: expect.arrayContaining(output) },
    })
    expect(events.filter(({ kind }) => kind === 'log')).toHaveLength(output.length)
    expect(JSON.stringify([refused.data, failed.data, events])).not.toContain('canary')
  },
)

test.skipIf(process.platform === 'win32')(
  'what a command prints of variables that Compose files or build arguments are given is hidden, too',
  async () => {
    await using folder = await scratch({
      'shop/.devcontainer.json': JSON.stringify({
        dockerComposeFile: 'compose.yaml',
        service: 'app',
        initializeCommand: 'echo $OWN; echo "$KEY" | tail -1; echo $CONFIG $FILE $ARGUMENT; exit 3',
      }),
      'shop/compose.yaml': `
services:
  app:
    build: {context: ., args: {A: "\${ARGUMENT}"}}
    environment: {T: "\${OWN}", K: "\${KEY}"}
    env_file: app.env
    configs: [c]
configs: {c: {content: "key=\${CONFIG}"}}
`,
      'shop/app.env': 'X=${FILE}\n',
      'shop/Dockerfile': 'FROM scratch\n',
    })
    const env = {
      PATH: process.env['PATH'],
      PRISTINE_HOME: folder.at('home'),
      ...{ OWN: 'canary-1', KEY: 'canary-2\ncanary-3', CONFIG: 'canary-4', FILE: 'canary-5' },
      ARGUMENT: 'canary-6',
    }
    const events: OperationEvent[] = []
    const run = { ...silentRun(), report: (event: OperationEvent) => events.push(event) }
    const initializeWith = async (grants: string[]) => {
      const host = { ...openHost(env), grants }
      return runInitializeCommand(host, await openProject(folder.at('shop'), host.home), {}, run).catch(
        (error) => error,
      )
    }
    const refused = await initializeWith([])
    const failed = await initializeWith([refused.data.fingerprint])
    expect(failed.data.output).toEqual([
      '${localEnv:OWN}',
      '${localEnv:KEY}',
      '${localEnv:CONFIG} ${localEnv:FILE} ${localEnv:ARGUMENT}',
    ])
    expect(JSON.stringify([failed.data, events])).not.toContain('canary')
  },
)
