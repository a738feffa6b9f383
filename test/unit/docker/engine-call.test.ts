import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { call, statusOf } from '../../../main/docker/connection/engine-call.ts'

/** Work that never ends by itself. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

test('an engine that does not answer in time is unreachable, and it is reported what was asked', async () => {
  await expect(call('listing the containers', endless, { deadline: 20 })).rejects.toMatchObject({
    code: 'engine-unreachable',
    data: { problem: 'no answer within 0.02 s while listing the containers' },
  })
})

test('work that cannot be cancelled is not waited for either', async () => {
  const deaf = () => new Promise<never>(() => {})
  await expect(call('starting a command', deaf, { deadline: 20 })).rejects.toMatchObject({
    code: 'engine-unreachable',
    data: { problem: 'no answer within 0.02 s while starting a command' },
  })
})

test('a call that is cancelled, before or while it runs, is cancelled', async () => {
  const controller = new AbortController()
  const running = call('waiting', endless, { signal: controller.signal })
  controller.abort()
  await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  await expect(call('waiting', endless, { signal: controller.signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
})

test('nothing waits any more for a call that has ended, so that its answer is not kept', async () => {
  const controller = new AbortController()
  let given: AbortSignal | undefined
  const answer = (signal: AbortSignal) => {
    given = signal
    return Promise.resolve('all of them')
  }
  expect(await call('listing the containers', answer, { signal: controller.signal })).toBe('all of them')
  expect(getEventListeners(given ?? controller.signal, 'abort')).toEqual([])
  expect(await call('listing the containers', answer)).toBe('all of them')
  expect(getEventListeners(given ?? controller.signal, 'abort')).toEqual([])
})

test("the engine's refusal keeps its words and its cause; an expected one passes through", async () => {
  const refusal = Object.assign(new Error('(HTTP code 409) conflict - it is in use'), { statusCode: 409 })
  const refuse = () => Promise.reject(refusal)
  await expect(call('removing the image', refuse)).rejects.toMatchObject({
    code: 'engine-refused',
    message: 'The engine refused while removing the image.',
    data: { problem: 'it is in use' },
    cause: refusal,
  })
  await expect(call('removing the image', refuse, { expected: [409] })).rejects.toBe(refusal)
})

test('a full disk is reported, also where a refusal of that kind was expected', async () => {
  const words = '(HTTP code 500) server error - mkdir /data/1: no space left on device'
  const refuse = () => Promise.reject(Object.assign(new Error(words), { statusCode: 500 }))
  await expect(call('starting the container', refuse, { expected: [500] })).rejects.toMatchObject({
    code: 'disk-full',
    message: "The engine's disk was full while starting the container.",
    hint: expect.stringContaining('pristine clean'),
  })
})

test('a connection that breaks is an engine that cannot be reached', async () => {
  const broken = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
  await expect(call('pulling', () => Promise.reject(broken))).rejects.toMatchObject({
    code: 'engine-unreachable',
  })
})

test('what Podman says of a container that goes away is that it is not there', () => {
  const refusal = (cause: string) => ({ statusCode: 500, json: { cause } })
  expect(statusOf(refusal('no such container'))).toBe(404)
  expect(statusOf(refusal('container state improper'))).toBe(500)
})
