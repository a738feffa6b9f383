import { expect, test } from 'vitest'
import { openHost } from '../../main/host/host.ts'
import { OpenedEnvironments } from '../../main/overview/opened-environments.ts'
import { openProject } from '../../main/store/open-project.ts'
import { devcontainer, testProject } from './test-project.ts'

test("what an image's label says of the app's end counts where the definition says nothing", async () => {
  const label = `LABEL devcontainer.metadata='[{"shutdownAction":"stopContainer"}]'`
  const definition = (json: object) => devcontainer({ build: { dockerfile: 'Dockerfile' }, ...json })
  await using project = await testProject({
    ...definition({}),
    '.devcontainer/Dockerfile': `FROM busybox:1.36\n${label}\n`,
  })
  const { key } = await openProject(project.folder)
  const quit = async () => {
    const opened = new OpenedEnvironments()
    await opened.starting(key, project.up())
    const faults: unknown[] = []
    await opened.stopAll(openHost(project.env), project.run(), (fault) => faults.push(fault))
    expect(faults).toEqual([])
    return (await project.status()).state
  }
  expect(await quit()).toBe('stopped')
  await project.write(definition({ shutdownAction: 'none' }))
  expect(await quit()).toBe('ready')
})
