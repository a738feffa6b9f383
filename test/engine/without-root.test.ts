import { stat } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineUser } from '../rig/engines-beside.ts'
import { whyNoPodman } from '../rig/podman-engine.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { halves } from '../sample.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const because = whyNoPodman()
const title = because ? `skipped, because ${because}:` : ''

const account =
  'RUN echo dev:x:1000:1000::/home/dev:/bin/sh >>/etc/passwd && mkdir /home/dev && chown 1000:1000 /home/dev'
const withUser = (more: object = {}) => ({
  ...devcontainer({ build: { dockerfile: 'Dockerfile' }, remoteUser: 'dev', userEnvProbe: 'none', ...more }),
  '.devcontainer/Dockerfile': `FROM busybox:1.36\n${account}\n`,
})
const warnings = (project: TestProject) =>
  project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))

describe.skipIf(because)(`${title}on an engine that runs without root`, () => {
  const { DOCKER_HOST = '', PRISTINE_RIG_ENGINE = '' } = process.env
  beforeAll(async () => {
    Object.assign(process.env, rigVariables(await startRig('podman-rootless')))
  })
  afterAll(() => {
    Object.assign(process.env, { DOCKER_HOST, PRISTINE_RIG_ENGINE })
  })

  testEven(
    'a user who cannot write the project is named, with the option by which the files are that user’s',
    async () => {
      await using project = await testProject(withUser())
      await project.up()
      const option = '--userns=keep-id:uid=1000,gid=1000'
      expect(warnings(project)).toEqual([
        expect.stringMatching(
          /the user "dev" cannot write them\. With "runArgs": \["--userns=keep-id:uid=1000,gid=1000"\]/,
        ),
      ])
      expect(await project.exec('touch made')).toMatchObject({ code: 1 })

      await project.write(withUser({ runArgs: [option] }))
      await project.grant()
      project.events.length = 0
      await project.up()
      expect(warnings(project)).toEqual([])
      expect(await project.exec('id -un && touch made')).toMatchObject({ code: 0, stdout: 'dev\n' })
      expect((await stat(path.join(project.folder, 'made'))).uid).toBe(await engineUser())
    },
  )

  testOdd(
    'root inside is who runs the engine, and is warned of nothing; hooks that fail for it are told why',
    async () => {
      await using project = await testProject(withUser({ postCreateCommand: 'touch made' }))
      await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
      expect(warnings(project)).toEqual([expect.stringMatching(/^The engine runs rootless/)])
      await project.write(withUser({ postCreateCommand: 'touch made', remoteUser: 'root' }))
      project.events.length = 0
      await project.up()
      expect(warnings(project)).toEqual([])
      expect((await stat(path.join(project.folder, 'made'))).uid).toBe(await engineUser())
      // Nor is the image's own user, where it names none.
      await project.write(withUser({ remoteUser: undefined }))
      expect((await project.up()).environment.state).toBe('ready')
      expect(warnings(project)).toEqual([])
    },
  )
})
