import { access } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import { initialize } from '../../../main/environment/initialize.ts'
import { requireOneService, warnOfServices } from '../../../main/environment/require-one-service.ts'
import { openHost } from '../../../main/host/host.ts'
import { silentRun } from '../../../main/operation/quiet-run.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { isProductError } from '../../../shared/errors.ts'
import { lacksDefinition } from '../../../shared/proposal.ts'
import { makeProject } from '../definition/project.ts'

const COMPOSE = 'services: {web: {image: a}, db: {image: b, privileged: true}}'
const JSON_OF_WEB =
  '{"dockerComposeFile": "compose.yaml", "service": "web", "initializeCommand": "touch ran"}'

test('services are refused before a person is asked for anything, and before anything runs', async () => {
  await using made = await makeProject({ '.devcontainer.json': JSON_OF_WEB, 'compose.yaml': COMPOSE })
  const host = openHost({ PRISTINE_HOME: path.join(made.path, 'home'), DOCKER_HOST: 'unix:///nowhere.sock' })
  const project = await openProject(made.path)
  const failure = await initialize(host, project, { frozen: false }, silentRun()).catch(
    (error: unknown) => error,
  )
  if (!isProductError(failure)) throw failure
  expect(failure).toMatchObject({
    code: 'services-not-run',
    data: { file: '.devcontainer.json', services: ['web', 'db'], alone: false },
  })
  expect(lacksDefinition(failure)).toBe(false)
  await expect(access(path.join(made.path, 'ran'))).rejects.toThrow()
})

test('a plan of them says so, and one service of its own is no stack', async () => {
  await using made = await makeProject({ 'compose.yaml': 'services: {web: {image: a}}' })
  const read = await readProject({}, await openProject(made.path), undefined)
  const texts: string[] = []
  const report = (event: object) => texts.push('text' in event ? String(event.text) : '')
  warnOfServices(read, { ...silentRun(), report })
  expect(texts).toEqual([expect.stringContaining('does not build or run yet')])
  const refuse = async () => requireOneService(read)
  const failure = await refuse().catch((error: unknown) => error)
  // Only then a definition of one container is proposed.
  expect(isProductError(failure) && lacksDefinition(failure)).toBe(true)

  await using single = await makeProject({ '.devcontainer.json': '{"image": "a"}' })
  requireOneService(await readProject({}, await openProject(single.path), undefined))
})
