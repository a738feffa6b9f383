import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { containersOf, tagsOf } from '../crash/engine-state.ts'
import { ask, wrongWords } from '../crash/questions.ts'
import { Stage } from '../crash/stage.ts'
import { whyBorrowed } from '../rig/borrowed-engine.ts'
import type { EngineCall } from '../rig/engine-call.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { type PrivateEngine, startPrivateEngine } from '../rig/private-engine.ts'
import { halves, sampled } from '../sample.ts'
import { finish, pristine, start } from './command.ts'
import { docker } from './docker.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const because = whyBorrowed()
const title = because ? `skipped, because ${because}:` : ''

const image = 'busybox:1.36'
const plain = { userEnvProbe: 'none', mounts: ['source=data,target=/data,type=volume'] }
const GATE = 'echo begun; until [ -e go ]; do sleep 0.1; done'
/** Definitions whose `up` prints `begun` half-way, and goes on when there is a file `go`. */
const BUILD = ['build', { build: { dockerfile: 'Dockerfile' } }, 'building the image'] as const
const PROVIDED = [
  'build that is provided with a secret',
  { build: { dockerfile: 'Provided' } },
  'building the image',
] as const
const BAKE = ['bake', { image, onCreateCommand: GATE }, 'running a command'] as const
const SWAP = ['swap', { image, postCreateCommand: GATE }, 'running a command'] as const
const SLOW = {
  '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo begun && sleep 60\n',
  '.devcontainer/Provided': 'FROM busybox:1.36\nRUN --mount=type=secret,id=X echo begun && sleep 60\n',
}
const QUICK = {
  '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo begun\n',
  '.devcontainer/Provided': 'FROM busybox:1.36\nRUN --mount=type=secret,id=X echo begun\n',
  go: '',
}

/** A project that runs v1 with data, whose definition then changes. */
async function stageOf(changed: object): Promise<Stage> {
  const before = [{ ...plain, image }]
  return Stage.open({ name: '', command: [], before, definition: { ...plain, ...changed } }, SLOW)
}

/** Waits until the engine has created a container of a project; `since` in milliseconds. */
async function created(key: string, since: number): Promise<void> {
  const filters = JSON.stringify({ event: ['create'], label: [`dev.pristine.project=${key}`] })
  const events = (await docker().getEvents({ since: since / 1000, filters })) as Readable
  await once(events, 'data')
  events.destroy()
}

/** Kills the engine while it starts a project's container, until it comes back as one that cannot start it any more. */
async function loseStart(key: string, engine: PrivateEngine): Promise<void> {
  for (let milliseconds = 20; milliseconds < 400; milliseconds += 20) {
    const container = docker().getContainer((await containersOf(key))[0]?.id ?? '')
    const starting = container.start().catch(() => {})
    await pause(milliseconds)
    await engine.kill()
    await starting
    await engine.start()
    const problem = await container.start().then(
      () => undefined,
      (error: Error) => error.message,
    )
    if (problem) return
    await container.stop({ t: 0 })
  }
  throw new Error('The engine was never lost at the right moment')
}

/** What `docker system prune -af` does, apart from its networks. */
async function prune(): Promise<void> {
  await docker().pruneContainers()
  await docker().pruneImages({ filters: { dangling: { false: true } } })
  await docker().pruneBuilder()
}

const UNHURT = { call: undefined, code: 0, stdout: '', stderr: '' }

describe.skipIf(because)(`${title}the engine is lost`, () => {
  let engine: PrivateEngine
  const { DOCKER_HOST: shared } = process.env
  beforeAll(async () => {
    engine = await startPrivateEngine()
    process.env['DOCKER_HOST'] = engine.dockerHost
  })
  afterAll(async () => {
    process.env['DOCKER_HOST'] = shared
    await engine?.[Symbol.asyncDispose]()
  })

  describe('by kill -9', () => {
    test.each(sampled([BUILD, PROVIDED, BAKE, SWAP], 4))('in a %s', async (_, changed) => {
      await using stage = await stageOf(changed)
      const child = start(stage.project, ['up', '-v', '--json'])
      const killed = Promise.withResolvers<void>()
      child.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.includes('| begun')) killed.resolve(engine.kill())
      })
      const struck = await finish(child)
      await killed.promise
      expect(wrongWords(struck)).toEqual([])
      expect(JSON.parse(struck.stdout)).toMatchObject({ error: { code: 'engine-unreachable' } })
      await stage.project.write(QUICK)
      await engine.start()
      expect((await ask(stage, { call: undefined, ...struck }, 'kill', 'up')).wrong).toEqual([])
    })

    testEven('while idle', async () => {
      await using stage = await stageOf({ image })
      await engine.kill()
      const { code, stdout, stderr } = await pristine(stage.project, 'status', '--json')
      expect(wrongWords({ code, stdout, stderr })).toEqual([])
      await engine.start()
      expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
    })

    testOdd(
      'while a stopped environment starts: a container that it never starts again is replaced',
      async () => {
        await using stage = await stageOf({ image })
        const { project } = stage
        const { version } = await project.up()
        await project.engine.stop(project.folder, project.run())
        await loseStart(stage.key, engine)
        const { code, stdout } = await pristine(project, 'restart', '--json')
        expect(code).toBe(6)
        expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'container-stuck' } })
        expect(await project.up()).toMatchObject({ action: 'started', version })
        expect(project.events).toContainEqual({
          kind: 'warning',
          text: expect.stringMatching(
            /^The engine cannot start app again: .* The container is replaced by a fresh one\.$/,
          ),
        })
        expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
      },
    )
  })

  describe('by SIGSTOP', () => {
    afterEach(() => {
      vi.restoreAllMocks()
      vi.useRealTimers()
    })
    /** Lets the engine go on before what comes after it cleans up. */
    const thawed = () => ({ [Symbol.asyncDispose]: () => engine.thaw() })

    testOdd('a verb that looks gives up after some seconds, and finds everything as it was', async () => {
      await using stage = await stageOf({ image })
      await using _thawed = thawed()
      const before = await stage.project.status()
      await engine.freeze()
      const { code, stdout } = await pristine(stage.project, 'status', '--json')
      expect(code).toBe(4)
      expect(JSON.parse(stdout)).toMatchObject({
        error: {
          code: 'engine-unreachable',
          message: `The engine at ${engine.dockerHost} does not answer.`,
          why: 'no answer within 20 s',
          hint: expect.any(String),
        },
      })
      await engine.thaw()
      expect(await stage.project.status()).toEqual(before)
    })

    /** Stops the engine. Nobody waits a minute in a test: from here on, deadlines are short. */
    async function freeze(): Promise<void> {
      const real = setTimeout
      const short = (work: () => void, ms = 0) => real(work, ms < 5_000 ? ms : 300)
      vi.spyOn(globalThis, 'setTimeout').mockImplementation(short as typeof setTimeout)
      await engine.freeze()
    }

    test.each(sampled([BUILD, SWAP], 2))(
      'in a %s it is noticed, and told what was waited for',
      async (_, changed, doing) => {
        await using stage = await stageOf(changed)
        await using _thawed = thawed()
        const { project } = stage
        vi.useFakeTimers({ toFake: ['setInterval'] })
        let waiting = true
        // Whatever is waited for begins when it begins: time goes on until it was noticed.
        const timePasses = async () => {
          for (; waiting; await pause(100)) vi.advanceTimersByTime(30_000)
        }
        const up = project.engine.up(
          project.folder,
          { frozen: false },
          {
            signal: new AbortController().signal,
            report: ({ kind }) => {
              if (kind === 'log') void freeze().then(timePasses)
            },
          },
        )
        await expect(up).rejects.toMatchObject({
          code: 'engine-unreachable',
          why: expect.stringMatching(`^no answer within 60 s while ${doing}`),
        })
        waiting = false
        vi.restoreAllMocks()
        await project.write(QUICK)
        await engine.thaw()
        expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
      },
    )

    testEven('what it was asked for before, and does when it goes on, is put right', async () => {
      await using stage = await stageOf({ image, containerEnv: { LATE: '1' } })
      await using _thawed = thawed()
      await using proxy = await startEngineProxy({ target: engine.dockerHost })
      stage.project.env['DOCKER_HOST'] = proxy.address
      const since = Date.now()
      // The last call before the container is created: its data is an overlay, made after its newest layer was looked up.
      let previous = ''
      const isLast = ({ method, path }: EngineCall) => {
        const found = method === 'POST' && path === '/volumes/create' && /^\/volumes\/.*-#-#$/.test(previous)
        previous = path
        return found
      }
      const reached = proxy.at(isLast, 'after', { kind: 'hold' })
      const up = stage.another().up()
      const { release } = await reached
      vi.useFakeTimers({ toFake: ['setInterval'] })
      let waiting = true
      await freeze()
      release()
      const timePasses = async () => {
        for (; waiting; await pause(100)) vi.advanceTimersByTime(30_000)
      }
      const passing = timePasses()
      await expect(up).rejects.toMatchObject({
        code: 'engine-unreachable',
        why: 'no answer within 60 s while creating the container',
      })
      waiting = false
      await passing
      vi.restoreAllMocks()
      await engine.thaw()
      await created(stage.key, since)
      expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
    })
  })

  describe('everything that is not in use, by a prune', () => {
    testEven(
      'while the environment runs: its image keeps one name, and is found and named again',
      async () => {
        await using stage = await stageOf({ image })
        const names = await tagsOf(stage.key)
        await prune()
        expect((await tagsOf(stage.key)).size).toBe(1)
        expect(await stage.project.versions()).toMatchObject([{ present: true, knownGood: true }])
        expect(await stage.project.up()).toMatchObject({ action: 'none' })
        expect(await tagsOf(stage.key)).toEqual(names)
        await prune()
        expect(await stage.project.reset()).toMatchObject({ action: 'recreated', version: { ordinal: 1 } })
        expect(await tagsOf(stage.key)).toEqual(names)
      },
    )

    testOdd(
      'while it is stopped: that the versions are gone is told, and they can be built again',
      async () => {
        await using stage = await stageOf({ image })
        const { project } = stage
        await project.engine.stop(project.folder, project.run())
        await prune()
        expect(await project.status()).toMatchObject({
          state: 'absent',
          version: null,
          wanted: { ordinal: 1 },
        })
        expect(await project.versions()).toMatchObject([{ ordinal: 1, present: false, knownGood: true }])
        expect(await project.reset()).toMatchObject({ action: 'built', version: { ordinal: 1 } })
        expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
      },
    )

    const moments: [string, string][] = [
      ['a version that was just built', '/containers/create'],
      ['a new container, and the old one that made way for it', '/containers/#/start'],
    ]
    test.each(sampled(moments, 2))('in the middle of an up: %s', async (_, path) => {
      await using stage = await stageOf({ image, containerEnv: { PRUNED: path } })
      await using proxy = await startEngineProxy({ target: engine.dockerHost })
      stage.project.env['DOCKER_HOST'] = proxy.address
      const reached = proxy.at((call) => call.path === path, 'before', { kind: 'hold' })
      const up = stage.another().up()
      const { release } = await reached
      await prune()
      release()
      await expect(up).rejects.toMatchObject({
        code: 'removed-meanwhile',
        why: expect.stringContaining('No such'),
        hint: expect.stringContaining('pristine up'),
      })
      const again = await stage.another().up()
      expect(again).toMatchObject({
        action: 'built',
        version: { ordinal: 2 },
        environment: { state: 'ready' },
      })
      expect(await containersOf(stage.key)).toMatchObject([{ version: again.version.id, running: true }])
      expect(await stage.readData()).toBe(stage.data)
    })
  })
})
