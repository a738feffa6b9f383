import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { git } from './git.ts'
import { testProject } from './test-project.ts'

const DEFINITION = '{"dockerComposeFile": "compose.yaml", "service": "web", "userEnvProbe": "none"}'

test('a folder of the project that Compose files mount is made where it is missing, and decides no version', async () => {
  await using project = await testProject({
    '.devcontainer.json': DEFINITION,
    Dockerfile: 'FROM busybox:1.36\nCOPY . /all\n',
    'compose.yaml': `services:
  web: {build: ., command: sleep 1000, init: true, volumes: ["./data/web:/data"]}
  db: {image: "busybox:1.36", command: sleep 1000, init: true, volumes: ["./data/db:/data"]}
`,
  })
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  const made = (name: string) => path.join(project.folder, 'data', name)
  const { version } = await project.up()
  const owner = statSync(project.folder)
  expect(statSync(made('db'))).toMatchObject({ uid: owner.uid, gid: owner.gid })
  const found = await project.exec('ls -d /data /all/data 2>&1; true')
  expect(found.stdout).toMatch(/^\/data$/m)
  expect(found.stdout).not.toMatch(/^\/all\/data$/m)
  expect(await project.up()).toMatchObject({ action: 'none', version: { id: version.id } })
  await project.exec('touch /data/own')
  await project.engine.remove(project.folder, { data: true, versions: true }, project.run())
  // What is written there is the person's.
  expect([existsSync(made('web/own')), existsSync(made('db'))]).toEqual([true, false])
})

test('a folder that is not to be made is missed by name, and nothing is changed', async () => {
  await using project = await testProject({
    '.devcontainer.json': DEFINITION,
    'compose.yaml': `services:
  web:
    image: busybox:1.36
    command: sleep 1000
    volumes: [{type: bind, source: ./gone, target: /gone, bind: {create_host_path: false}}]
`,
  })
  await expect(project.up()).rejects.toMatchObject({
    code: 'mount-source-missing',
    data: { source: path.join(project.folder, 'gone') },
    hint: expect.stringContaining('or take the mount out of the definition'),
  })
  expect(existsSync(path.join(project.folder, 'gone'))).toBe(false)
})
