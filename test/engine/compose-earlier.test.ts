import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { git } from './git.ts'
import { testProject } from './test-project.ts'

const FILES = {
  '.gitignore': 'local.env\n',
  'app.env': 'APP=one\n',
  'local.env': 'LOCAL=one\n',
  'app.conf': 'one\n',
  'compose.yaml': `
services:
  web: {image: "busybox:1.36", command: [sleep, "1000"], env_file: [app.env, local.env], configs: [app]}
configs: {app: {file: ./app.conf}}
`,
}

test('a version that is gone back to has the tracked files that it had, and names those of today', async () => {
  await using project = await testProject(FILES)
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  await project.up()
  const seen = async () => (await project.exec('echo $APP $LOCAL; cat /app')).stdout
  expect(await seen()).toBe('one one\none\n')
  await project.write({ 'app.env': 'APP=two\n', 'local.env': 'LOCAL=two\n', 'app.conf': 'two\n' })
  await project.up()
  expect(await seen()).toBe('two two\ntwo\n')
  await project.reset('v1')
  expect(await seen()).toBe('one two\none\n')
  const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
  expect(warnings).toContainEqual(expect.stringMatching(/^v1 runs with what local\.env holds today/))
  expect((await project.up()).action).toBe('recreated')
  expect(await seen()).toBe('two two\ntwo\n')
})

test("a config whose place is below the person's folder is mounted as it is today, and writes nothing there", async () => {
  await using project = await testProject({
    '.gitignore': 'local.yml\n',
    'app.conf': 'one\n',
    'local.yml': 'mine\n',
    'compose.yaml': `
services:
  web:
    image: busybox:1.36
    command: [sleep, "1000"]
    volumes: [".:/w"]
    configs: [{source: app, target: /w/local.yml}]
configs: {app: {file: ./app.conf}}
`,
  })
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  await project.up()
  await project.write({ 'app.conf': 'two\n' })
  await project.up()
  await project.reset('v1')
  expect((await project.exec('cat /w/local.yml')).stdout).toBe('two\n')
  expect(await readFile(path.join(project.folder, 'local.yml'), 'utf8')).toBe('mine\n')
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: expect.stringMatching(/^v1 runs with what app\.conf holds today/),
  })
})
