import { expect, test } from 'vitest'
import { commitContainer } from '../../../main/docker/build/commit-container.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { fakeEngine } from './fake-engine.ts'

const IMAGE = `sha256:${'1'.repeat(64)}`
const LOST = `failed to get digest ${IMAGE}: open /var/lib/docker/image/overlay2/imagedb/content/${IMAGE.replace(':', '/')}: no such file or directory`

/** Commits to an engine that refuses the first ones. No real engine can be brought to it at will: it is a race inside it. */
async function commitTo(refusals: string[]) {
  let commits = 0
  await using fake = await fakeEngine((_, url) => {
    if (!url.startsWith('/commit')) return [200, { Id: IMAGE, Config: { Labels: {} } }]
    const refusal = refusals[commits++]
    return refusal === undefined ? [201, { Id: IMAGE }] : [500, { message: refusal }]
  })
  const config = { Labels: {} } as Parameters<typeof commitContainer>[2]
  const result = await commitContainer(fake.engine, 'container', config, silentRun()).catch(
    ({ code }: Error & { code: string }) => code,
  )
  return { result, commits }
}

test('a commit that meets the removal of an equal image is tried once more', async () => {
  expect(await commitTo([LOST])).toEqual({ result: IMAGE, commits: 2 })
  expect(await commitTo([LOST, LOST])).toEqual({ result: 'engine-refused', commits: 2 })
})

test('any other refusal of a commit stays', async () => {
  expect(await commitTo(['the container is gone'])).toEqual({ result: 'engine-refused', commits: 1 })
})
