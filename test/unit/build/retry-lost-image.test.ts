import { expect, test } from 'vitest'
import { retryLostImage } from '../../../main/build/retry-lost-image.ts'
import { BuildFailure } from '../../../main/docker/build/build-image.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import type { OperationEvent, StepEvent } from '../../../shared/operation.ts'

const ID = `sha256:${'0'.repeat(64)}`
const LOST = `failed to get digest ${ID}: open /var/lib/docker/image/overlay2/imagedb/content/${ID.replace(':', '/')}: no such file or directory`
const step = (name: string, state: StepEvent['state']): StepEvent => ({
  ...{ kind: 'step', id: name, name, state, phase: 'build', place: { at: 1, of: 2 } },
})

/** A build that fails so often with a message, after it has reported steps. */
async function attempt(times: number, message: string, steps: StepEvent[] = []) {
  const events: OperationEvent[] = []
  let begun = 0
  const run = { ...silentRun(), report: (event: OperationEvent) => events.push(event) }
  const result = await retryLostImage(run, async ({ report }) => {
    for (const one of steps) report(one)
    if (begun++ < times) throw new BuildFailure(message, undefined, [])
    return 'made'
  }).catch((error: Error) => error.message)
  return { result, begun, notes: events.filter(({ kind }) => kind === 'note').length }
}

test('a build that finds an image removed when it begins is begun once more, and says so', async () => {
  expect(await attempt(1, LOST)).toEqual({ result: 'made', begun: 2, notes: 1 })
  const from = [
    step('FROM busybox:1.36', 'running'),
    step('FROM busybox:1.36', 'done'),
    step('RUN a', 'cached'),
  ]
  expect(await attempt(1, `failed to solve: rpc error: ${LOST}`, from)).toMatchObject({ result: 'made' })
  expect(await attempt(2, LOST)).toEqual({ result: LOST, begun: 2, notes: 1 })
})

test('any other failure, and one after an instruction has begun, stays', async () => {
  const ran = [step('FROM busybox:1.36', 'cached'), step('RUN make', 'running')]
  expect(await attempt(1, LOST, ran)).toEqual({ result: LOST, begun: 1, notes: 0 })
  for (const message of ['exit code: 1', `${LOST}: really`, `failed to get digest ${ID}: permission denied`])
    expect(await attempt(1, message)).toEqual({ result: message, begun: 1, notes: 0 })
})
