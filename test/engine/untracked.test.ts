import { expect, test } from 'vitest'
import { pristine } from './command.ts'
import { git } from './git.ts'
import { devcontainer, testProject } from './test-project.ts'

const WARNING =
  '! package-lock.json is not tracked by git, so it is not part of the version: "git add package-lock.json" makes it one.'

test('a dependency lockfile that git does not track is reported as no input, unless git is configured to ignore it', async () => {
  await using project = await testProject({
    ...devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }),
    'package-lock.json': '1',
    'yarn.lock': '1',
    '.gitignore': 'yarn.lock\n',
  })
  const said = async (...command: string[]) => (await pristine(project, ...command)).stderr.split('\n')
  expect((await said('up')).filter((line) => line.startsWith('!'))).toEqual([])
  git(project.folder, 'init', '-q')
  expect((await said('up')).filter((line) => line.startsWith('!'))).toEqual([WARNING])
  await project.write({ 'package-lock.json': '2' })
  expect(await pristine(project, 'up')).toMatchObject({
    stdout: expect.stringContaining('nothing to do'),
    stderr: `${WARNING}\n`,
  })
  expect(await pristine(project, 'status')).toMatchObject({ code: 0, stderr: `${WARNING}\n` })
  git(project.folder, 'add', 'package-lock.json')
  expect((await said('status')).join('')).toBe('')
  expect((await project.plan()).because).toMatchObject([{ input: 'package-lock.json', from: null }])
})
