import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startEngine } from '../../../main/doctor/start-engine.ts'
import { streamCommands } from '../../../main/doctor/stream-commands.ts'
import type { System } from '../../../main/doctor/system.ts'
import { openHost } from '../../../main/host/host.ts'
import type { EngineCommandEvent } from '../../../shared/engine-state.ts'

const OWN = {
  platform: 'linux',
  families: ['debian'],
  systemd: true,
  root: false,
  user: 'ada',
  ownDocker: true,
  has: new Set(['dockerd']),
} satisfies System

/** Starts an engine on a computer whose `systemctl` is this script, in the place of the one that would really start one. */
async function start(script: string, system: System = OWN) {
  const at = await mkdtemp(path.join(tmpdir(), 'pristine-start-'))
  const events: EngineCommandEvent[] = []
  try {
    await writeFile(path.join(at, 'systemctl'), `#!/bin/sh\n${script}\n`)
    await chmod(path.join(at, 'systemctl'), 0o755)
    const host = openHost({
      PATH: `${at}:/usr/bin:/bin`,
      HOME: at,
      PRISTINE_HOME: path.join(at, 'home'),
      DOCKER_HOST: `unix://${at}/docker.sock`,
    })
    const work = streamCommands(new AbortController().signal, (run) =>
      startEngine(host, run, Promise.resolve(system)),
    )
    for await (const event of work) events.push(event)
    return { events, failure: undefined }
  } catch (failure) {
    return { events, failure }
  } finally {
    await rm(at, { recursive: true, force: true })
  }
}

test('a start that fails says which command failed, how, and what it printed', async () => {
  const { events, failure } = await start('echo "Failed to start $3: unit is masked." >&2; exit 4')
  expect(failure).toMatchObject({
    code: 'start-failed',
    message: '"systemctl --user start docker" failed.',
    why: 'it ended with code 4\nFailed to start docker: unit is masked.',
  })
  expect(events).toEqual([
    { kind: 'command', command: 'systemctl --user start docker' },
    { kind: 'line', text: 'Failed to start docker: unit is masked.' },
  ])
})

test('where only an administrator can start an engine, no command is run', async () => {
  const { events, failure } = await start('echo run', { ...OWN, ownDocker: false })
  expect(failure).toMatchObject({ code: 'start-unsupported' })
  expect(events).toEqual([])
})
