import path from 'node:path'
import { expect, test } from 'vitest'
import type { UsageSample } from '../../shared/usage.ts'
import { Window } from '../unit/server/client.ts'
import { serveApp } from '../unit/server/serving.ts'
import { devcontainer, testProject } from './test-project.ts'

/** The first sample for which something holds. */
async function until(
  samples: AsyncIterator<UsageSample>,
  holds: (sample: UsageSample) => boolean,
): Promise<UsageSample> {
  for (;;) {
    const { value, done } = await samples.next()
    if (done) throw new Error('The stream ended.')
    if (holds(value)) return value
  }
}

test('what a running environment uses is seen while it is watched, and nothing of one that has stopped', async () => {
  await using project = await testProject(
    devcontainer({
      ...{ image: 'busybox:1.36', userEnvProbe: 'none', overrideCommand: true },
      containerEnv: { CASE: 'usage-one' },
      postStartCommand:
        'dd if=/dev/zero of=/dev/shm/held bs=1M count=24; (while :; do :; done) >/dev/null 2>&1 &',
    }),
  )
  await project.up()
  await using serving = await serveApp({ ...project.env, HOME: path.dirname(project.folder) })
  await using window = await Window.open(serving.server)
  const { key } = await window.client.projects.open({ folder: project.folder })
  const samples = (await window.client.usage.watch())[Symbol.asyncIterator]()
  const { services } = await until(samples, (sample) => sample.services.some(({ cpu }) => cpu > 0.02))
  expect(services).toEqual([
    {
      ...{ project: key, service: 'app', cpu: expect.any(Number), memory: expect.any(Number) },
      network: { received: expect.any(Number), sent: expect.any(Number) },
      disk: expect.toSatisfy((disk) => disk === null || disk.read >= 0),
    },
  ])
  // The file in memory counts, and no process uses more than this computer has.
  expect(services[0]?.memory).toBeGreaterThan(24 * 1024 * 1024)
  expect(services[0]?.memory).toBeLessThan(200 * 1024 * 1024)
  await project.engine.stop(project.folder, project.run())
  await until(samples, (sample) => sample.services.length === 0)
})
