import { expect, test } from 'vitest'
import { waitReady } from '../../../main/container/start/wait-ready.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { fakeEngine } from '../docker/fake-engine.ts'

/**
 * Awaits a program that was started now and ends at once, on an engine whose clock is so many milliseconds behind this
 * computer's. No real engine has another clock at will.
 */
async function awaitShort(behind: number, local: boolean) {
  let inspected = 0
  const StartedAt = new Date(Date.now() - behind).toISOString()
  await using fake = await fakeEngine(
    (_, url) => {
      if (url.includes('/logs')) return [200, '']
      const Running = inspected++ === 0
      return [200, { Config: {}, HostConfig: {}, State: { StartedAt, Running, ExitCode: Running ? 0 : 1 } }]
    },
    { local },
  )
  const container = { id: 'web', service: 'web', ownProgram: true, health: undefined }
  const began = performance.now()
  const code = await waitReady(fake.engine, container, silentRun()).then(
    () => 'ready',
    (error: { code: string }) => error.code,
  )
  return { code, isAwaited: performance.now() - began > 400 }
}

test('a program without a check is watched for its first moment, whatever the clock of its engine shows', async () => {
  for (const behind of [-86_400_000, 0, 2_000, 3_600_000 * 24 * 3650])
    expect(await awaitShort(behind, false)).toEqual({ code: 'container-exited', isAwaited: true })
})

test.runIf(process.platform === 'linux')(
  'on an engine with the clock of this computer a moment that has passed counts, and only as much as a start can take',
  async () => {
    expect(await awaitShort(2_000, true)).toEqual({ code: 'ready', isAwaited: false })
    expect(await awaitShort(3_600_000, true)).toEqual({ code: 'container-exited', isAwaited: true })
  },
)
