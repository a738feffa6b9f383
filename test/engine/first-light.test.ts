import { expect, test } from 'vitest'
import { devcontainer, testProject } from './test-project.ts'

test('an image definition is pinned, brought up once, and left alone after that', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  const first = await project.up()
  expect(first.action).toBe('built')
  expect(first.version.ordinal).toBe(1)
  expect(first.lock.added).toEqual(['busybox:1.36'])
  expect(first.environment.state).toBe('ready')
  const second = await project.up()
  expect(second.action).toBe('none')
  expect(second.environment.containers).toEqual(first.environment.containers)
})

test('a reset gives a fresh container of the same version', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.up()
  await project.exec('touch /mess')
  expect(await project.exists('/mess')).toBe(true)
  await project.reset()
  expect(await project.exists('/mess')).toBe(false)
})
