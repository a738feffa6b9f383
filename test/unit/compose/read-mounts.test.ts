import { expect, test } from 'vitest'
import { expectError } from '../definition/project.ts'
import { serviceOf } from './stack-of.ts'

test.each([
  ['a volume with a name of one letter', 'volumes: ["d:/data"]'],
  ['the same, in the long form', 'volumes: [{type: volume, source: vol, target: "d:/data"}]'],
  ['a folder at a drive of Windows', 'volumes: ["./a:c:/data"]'],
])('%s is taken for a drive, which is said before anything is built', async (_, keys) => {
  await expectError(() => serviceOf(keys), 'definition-invalid', {
    problem: expect.stringContaining('is read as a path on a drive of Windows'),
  })
})

test('a place inside is the path that it leads to', () => {
  expect(serviceOf('volumes: ["vol:/data/../srv/"]').mounts).toMatchObject([{ target: '/srv' }])
})
