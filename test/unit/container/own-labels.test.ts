import { expect, test } from 'vitest'
import { toContainer } from '../../../main/container/environment-container.ts'
import { createRequest } from '../../../main/container/launch/create-request.ts'
import type { ContainerSummary } from '../../../main/docker/containers.ts'
import { openProject } from '../../../main/store/open-project.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { makeProject, readRun } from '../definition/project.ts'

test('what an image says in labels of Pristine is not said of its container', async () => {
  await using made = await makeProject()
  const image = {
    'dev.pristine.set': 'zz',
    'dev.pristine.entry': 'nobody',
    'dev.pristine.data': 'x',
    'dev.pristine.service': 'db',
    other: 'stays',
  }
  const { Labels } = createRequest(
    {
      ...{ project: await openProject(made.path), version: 'v' as VersionId, service: 'app' },
      ...{ run: await readRun({}), image: { Id: 'x', Config: { Labels: image } } },
    },
    [],
  )
  const summary = {
    ...{ Id: '1', Names: ['/one'], ImageID: 'x', State: 'running', Status: 'Up', Ports: [], Mounts: [] },
    // As the engine puts them together.
    Labels: { ...image, ...Labels },
  } as unknown as ContainerSummary
  const container = toContainer(summary)
  expect(container).toMatchObject({ service: 'app', version: 'v', data: undefined })
  expect(container).not.toHaveProperty('set')
  expect(container).not.toHaveProperty('entry')
})
