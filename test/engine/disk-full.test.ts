import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../crash/questions.ts'
import { Stage } from '../crash/stage.ts'
import type { Definition } from '../crash/stories.ts'
import { whyBorrowed } from '../rig/borrowed-engine.ts'
import { type PrivateEngine, startPrivateEngine } from '../rig/private-engine.ts'
import { makeDisk, type SmallDisk, whyNoDisk } from '../rig/small-disk.ts'
import { halves, sampled } from '../sample.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const because = whyBorrowed() ?? whyNoDisk()
const title = because ? `skipped, because ${because}: ` : ''

const plain = {
  image: 'busybox:1.36',
  userEnvProbe: 'none',
  mounts: ['source=data,target=/data,type=volume'],
  customizations: { pristine: { keep: 0 } },
}
const { image: _, ...unbuilt } = plain
const built = { ...unbuilt, build: { dockerfile: 'Dockerfile' } }
const FULL = {
  code: 'disk-full',
  exit: 1,
  why: expect.stringMatching(/no space left on device/i),
  hint: expect.stringContaining('pristine clean'),
}
const UNHURT = { call: undefined, code: 0, stdout: '', stderr: '' }

describe.skipIf(because)(`${title}an engine's disk that is full`, () => {
  let engine: PrivateEngine
  let disk: SmallDisk
  const { DOCKER_HOST: shared } = process.env
  beforeAll(async () => {
    engine = await startPrivateEngine(async (data) => {
      disk = await makeDisk(data, 400)
    })
    process.env['DOCKER_HOST'] = engine.dockerHost
  })
  afterEach(() => disk.free())
  afterAll(async () => {
    process.env['DOCKER_HOST'] = shared
    await engine?.[Symbol.asyncDispose]()
  })

  /** A project that runs v2, with data and an older version; its definition then changes. */
  function stageOf(definition: Definition, dockerfile = ''): Promise<Stage> {
    const before = [plain, { ...plain, containerEnv: { SECOND: 'yes' } }]
    const files = { '.devcontainer/Dockerfile': dockerfile }
    return Stage.open({ name: '', command: [], before, definition }, files)
  }

  async function serves(stage: Stage): Promise<void> {
    expect(await stage.project.status()).toMatchObject({ state: 'ready', version: { ordinal: 2 } })
    expect(await stage.project.versions()).toMatchObject([{ ordinal: 2, knownGood: true, present: true }, {}])
    expect(await stage.readData()).toBe(stage.data)
  }

  test.each(sampled(['a build', 'a swap'], 2))(
    'in %s: the old environment serves, and all goes on when there is room',
    async (what) => {
      await using stage = await stageOf(
        what === 'a build' ? built : plain,
        'FROM busybox:1.36\nRUN echo >/made\n',
      )
      await disk.fill()
      // Without a build, what it is asked for is the first version.
      await expect(stage.project.up()).rejects.toMatchObject(FULL)
      await serves(stage)
      await expect(stage.project.reset('v1')).rejects.toMatchObject(FULL)
      await serves(stage)
      await disk.free()
      expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
    },
  )

  testEven('because a step of a build filled it: that is reported, and the room is there again', async () => {
    await using stage = await stageOf(built, 'FROM busybox:1.36\nRUN cat /dev/zero >/large\n')
    await expect(stage.project.up()).rejects.toMatchObject(FULL)
    await serves(stage)
    await stage.project.write({ '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo >/small\n' })
    expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
  })

  // What the new container takes comes to some 60 KB: it fails while it is created, while it is started, or not at all.
  test.each(sampled([40, 48], 2))(
    'but for %i KB: the old environment serves, or the new one',
    async (kilobytes) => {
      await using stage = await stageOf(plain)
      await disk.fill(kilobytes * 1024)
      const outcome = await stage.project.reset('v1').catch((error: unknown) => error)
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject(FULL)
        await serves(stage)
      } else expect(outcome).toMatchObject({ environment: { state: 'ready' } })
      expect(await stage.readData()).toBe(stage.data)
      await disk.free()
      expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
    },
  )

  test('with hardly any room, cleaning up makes some', async () => {
    await using stage = await stageOf(plain)
    const { project } = stage
    await disk.fill(64 * 1024)
    const { versions } = await project.engine.clean(project.folder, { apply: true }, project.run())
    expect(versions).toMatchObject([{ ordinal: 1 }])
    await serves(stage)
  })

  testOdd('of files, not of bytes', async () => {
    await using stage = await stageOf(plain)
    await disk.fillFiles()
    await expect(stage.project.up()).rejects.toMatchObject(FULL)
    await serves(stage)
    await disk.free()
    expect((await ask(stage, UNHURT, 'kill', 'up')).wrong).toEqual([])
  })
})
