import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { openHost } from '../../main/host/host.ts'
import { readPinCheck } from '../../main/lock/pin-check.ts'
import { DailyPinChecks } from '../../main/overview/daily-pin-checks.ts'
import { ProjectStateReader } from '../../main/overview/project-state.ts'
import { openProject } from '../../main/store/open-project.ts'
import { changeSettings } from '../../main/store/settings.ts'
import { recordClone } from '../../main/trust/trust-record.ts'
import { type AskDigest, askRegistry, checkPins } from '../../main/verbs/check-pins.ts'
import { registryCalls } from '../rig/registry-log.ts'
import { retag } from '../rig/retag.ts'
import { devcontainer, testProject } from './test-project.ts'

const own = (name: string) => `pin-checks-${name}-${process.pid}`

/** A locked project whose image's tag can be moved, and what its row on a list would tell. */
async function locked(name: string) {
  const repository = own(name)
  const reference = `${repository}:1`
  const move = (turn: string) => retag('busybox:1.36', reference, { test: name, turn })
  await move('1')
  const test = await testProject(devcontainer({ image: reference }))
  await test.engine.lock(test.folder, {}, test.run())
  const host = openHost(test.env)
  const project = await openProject(test.folder)
  const reader = new ProjectStateReader(host, project.key, test.folder)
  return {
    test,
    host,
    project,
    repository,
    reference,
    move,
    newer: async () => (await reader.read()).newerPins,
  }
}

const signal = () => new AbortController().signal

test('a pin whose tag has moved is known after a check, until the lock is updated', async () => {
  const { test, host, project, reference, move, newer } = await locked('moved')
  await using _ = test
  await checkPins(host, project, askRegistry(host), signal())
  expect(await newer()).toEqual([])
  await move('2')
  await checkPins(host, project, askRegistry(host), signal())
  expect(await newer()).toEqual([reference])
  await test.engine.lock(test.folder, { update: true }, test.run())
  expect(await newer()).toEqual([])
})

test('while a registry does not answer nothing new is kept, and what is kept may be damaged', async () => {
  const { test, host, project, reference, move, newer } = await locked('offline')
  await using _ = test
  await move('2')
  await checkPins(host, project, askRegistry(host), signal())
  const silent: AskDigest = () => Promise.reject(new Error('no network'))
  await expect(checkPins(host, project, silent, signal())).rejects.toThrow('no network')
  expect(await newer()).toEqual([reference])
  await writeFile(path.join(host.home.project(project.key), 'pin-check.json'), '{ "at": ')
  expect(await newer()).toEqual([])
})

test('a clone that nobody trusts yet asks nobody', async () => {
  const { test, host, project, repository } = await locked('stranger')
  await using _ = test
  await recordClone(host, project.key, 'https://example.org/stranger.git')
  const before = await registryCalls(repository)
  await expect(checkPins(host, project, askRegistry(host), signal())).rejects.toMatchObject({
    code: 'not-trusted',
  })
  expect(await registryCalls(repository)).toBe(before)
})

test('what runs is checked once a day, not at its start, and not at all when Settings say so', async () => {
  const { test, host, project, repository, reference, move, newer } = await locked('daily')
  await using _ = test
  await move('2')
  const began = Date.now()
  const minutes = (count: number) => vi.setSystemTime(began + count * 60_000)
  const calls = () => registryCalls(repository)
  const checks = new DailyPinChecks(host)
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const before = await calls()
    const quiet = async (count: number) => {
      minutes(count)
      checks.onRunning(project)
      await checks.idle()
      expect(await calls()).toBe(before)
    }
    await changeSettings(host.home, { baseImages: false })
    await quiet(0)
    await quiet(20)
    await changeSettings(host.home, { baseImages: true })
    await quiet(60)
    minutes(90)
    checks.onRunning(project)
    await checks.idle()
    expect(await newer()).toEqual([reference])
    const after = await calls()
    expect(after).toBeGreaterThan(before)
    minutes(23 * 60)
    checks.onRunning(project)
    await checks.idle()
    expect(await calls()).toBe(after)
    minutes(26 * 60)
    checks.onRunning(project)
    await checks.idle()
    expect(await calls()).toBeGreaterThan(after)
    expect((await readPinCheck(host.home, project.key))?.at).toBe(Date.now())
  } finally {
    vi.useRealTimers()
    await checks.close()
  }
})
