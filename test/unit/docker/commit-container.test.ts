import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Docker from 'dockerode'
import { expect, test } from 'vitest'
import { commitContainer } from '../../../main/docker/build/commit-container.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'

const IMAGE = `sha256:${'1'.repeat(64)}`
const LOST = `failed to get digest ${IMAGE}: open /var/lib/docker/image/overlay2/imagedb/content/${IMAGE.replace(':', '/')}: no such file or directory`

/** Commits to an engine that refuses the first ones. No real engine can be brought to it at will: it is a race inside it. */
async function commitTo(refusals: string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-commit-'))
  const socketPath = path.join(folder, 'engine.sock')
  let commits = 0
  const server = createServer((request, response) => {
    const isCommit = request.url?.includes('/commit') ?? false
    const refusal = isCommit ? refusals[commits++] : undefined
    response.writeHead(refusal !== undefined ? 500 : isCommit ? 201 : 200, {
      'content-type': 'application/json',
    })
    const image = { Id: IMAGE, Config: { Labels: {} } }
    response.end(JSON.stringify(refusal === undefined ? image : { message: refusal }))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  try {
    const engine = { docker: new Docker({ socketPath }), address: socketPath, local: true, buildkit: true }
    const config = { Labels: {} } as Parameters<typeof commitContainer>[2]
    const result = await commitContainer(engine, 'container', config, silentRun()).catch(
      ({ code, why }: Error & { code: string; why: string }) => ({ code, why }),
    )
    return { result, commits }
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  }
}

test('a commit that meets the removal of an equal image is tried once more', async () => {
  expect(await commitTo([LOST])).toEqual({ result: IMAGE, commits: 2 })
  expect(await commitTo([LOST, LOST])).toMatchObject({ result: { code: 'engine-refused' }, commits: 2 })
})

test('any other refusal of a commit stays', async () => {
  const why = 'the container is gone'
  expect(await commitTo([why])).toMatchObject({ result: { code: 'engine-refused' }, commits: 1 })
})
