import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { type Host, openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { lock, outdated } from '../../../main/verbs/lock.ts'
import { makeProject } from '../definition/project.ts'

/*
 * When a pin may move. The engine is none: it answers what it and its registry say of an image. Pins that move with a real
 * registry are tried in test/engine/lock.test.ts.
 */
const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const pin = (name: string, digit: string) => ({
  resolved: `docker.io/library/${name}@${digest(digit)}`,
})
const lockOf = (images: Record<string, { resolved: string }>) =>
  `${JSON.stringify({ downloads: {}, images, lockVersion: 1 }, null, 2)}\n`
const refusal = (statusCode: number, message: string) =>
  Object.assign(new Error(message), { statusCode, json: { message } })

/** A locked project whose engine gets its answers from these functions. */
async function lockedProject(
  dockerfile: string,
  text: string,
  answers: (folder: string) => { registry: () => Promise<string>; copy?: string },
) {
  const made = await makeProject({ Dockerfile: dockerfile, 'pristine.lock': text })
  const { registry, copy } = answers(made.path)
  const image = (name: string) => ({
    distribution: async () => ({ Descriptor: { digest: await registry() } }),
    inspect: () =>
      copy !== undefined && !name.includes('@')
        ? Promise.resolve({ Id: digest('1'), RepoDigests: [`${name.split(':')[0]}@${copy}`], Config: {} })
        : Promise.reject(refusal(404, 'no such image')),
  })
  const host: Host = {
    ...openHost({ PRISTINE_HOME: path.join(made.path, 'home') }),
    engine: () => Promise.resolve({ docker: { getImage: image } } as unknown as Engine),
  }
  return {
    lock: async (options = {}) => lock(host, await openProject(made.path), options, silentRun()),
    outdated: async () => outdated(host, await openProject(made.path), undefined, silentRun()),
    text: () => readFile(path.join(made.path, 'pristine.lock'), 'utf8'),
    [Symbol.asyncDispose]: made[Symbol.asyncDispose],
  }
}

test.each([
  {
    answer: refusal(500, 'dial tcp: lookup registry-1.docker.io: no such host'),
    code: 'registry-unreachable',
  },
  { answer: refusal(403, 'denied: requested access to the resource is denied'), code: 'reference-unknown' },
])('a pin does not go back to the copy on the engine: $code', async ({ answer, code }) => {
  const before = lockOf({ 'node:24': pin('node', 'b') })
  await using project = await lockedProject('FROM node:24\n', before, () => ({
    registry: () => Promise.reject(answer),
    copy: digest('a'),
  }))
  await expect(project.outdated()).rejects.toMatchObject({ code })
  await expect(project.lock({ update: true })).rejects.toMatchObject({ code })
  expect(await project.text()).toBe(before)
})

test('a reference without a pin gets the copy on the engine, beside pins that stay', async () => {
  const before = { 'node:24': pin('node', 'b') }
  const dockerfile = 'FROM busybox:1 AS tools\nFROM node:24\nCOPY --from=tools /bin/sh /sh\n'
  await using project = await lockedProject(dockerfile, lockOf(before), () => ({
    registry: () => Promise.reject(refusal(500, 'dial tcp: no such host')),
    copy: digest('a'),
  }))
  expect(await project.lock()).toMatchObject({ added: ['busybox:1'], moved: [] })
  expect(await project.text()).toBe(lockOf({ 'busybox:1': pin('busybox', 'a'), ...before }))
})

test('a lock that something else changed while pins were resolved is left as it is', async () => {
  const pulled = lockOf({ 'node:24': pin('node', 'b') })
  const dockerfile = 'FROM busybox:1 AS tools\nFROM node:24\nCOPY --from=tools /bin/sh /sh\n'
  let isPulled = false
  await using project = await lockedProject(
    dockerfile,
    lockOf({ 'node:24': pin('node', 'a') }),
    (folder) => ({
      registry: () => {
        if (!isPulled) writeFileSync(path.join(folder, 'pristine.lock'), pulled)
        isPulled = true
        return Promise.resolve(digest('c'))
      },
    }),
  )
  await expect(project.lock()).rejects.toMatchObject({
    code: 'lock-outdated',
    data: { reference: 'node:24', problem: 'changed' },
  })
  expect(await project.text()).toBe(pulled)
  expect(await project.lock()).toMatchObject({ added: ['busybox:1'], moved: [] })
  expect(await project.text()).toBe(lockOf({ 'busybox:1': pin('busybox', 'c'), 'node:24': pin('node', 'b') }))
})
