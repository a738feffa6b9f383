// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this
import { expect, test } from 'vitest'
import { runInitializeCommand } from '../../../main/environment/run-initialize-command.ts'
import { openHost } from '../../../main/host/host.ts'
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
