// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of Compose files looks like this
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { testProject } from './test-project.ts'

const FILES = {
  'nginx.conf': 'one\n',
  '.devcontainer.json': JSON.stringify({
    ...{ dockerComposeFile: 'compose.yaml', service: 'web', userEnvProbe: 'none' },
    customizations: { pristine: { data: { seed: 'cat /data/name >/data/seeded' } } },
  }),
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    command: [sleep, "1000"]
    volumes: ["./nginx.conf:/nginx.conf:ro", "data:/data"]
    configs: [level]
    secrets: [token]
    depends_on: {db: {condition: service_completed_successfully}}
  db:
    image: busybox:1.36
    environment: {DB: "\${DB:-shop}"}
    command: [sh, -c, "echo $$DB >/data/name"]
    volumes: ["data:/data"]
volumes: {data: }
configs: {level: {content: "level \${LEVEL:-1}"}}
secrets: {token: {environment: TOKEN}}
`,
  '.env': 'TOKEN=one\n',
}

test('what is written into a container, or mounted as a file, counts once it is another', async () => {
  await using project = await testProject(FILES)
  await project.up()
  const seen = async () => (await project.exec('cat /run/secrets/token /level /nginx.conf')).stdout
  expect(await seen()).toBe('onelevel 1one\n')
  expect((await project.up()).action).toBe('none')
  await project.write({ '.env': 'TOKEN=two\nLEVEL=2\n' })
  // In a folder without git each file that is named is an input.
  expect(await project.up()).toMatchObject({ because: [{ input: '.env' }] })
  expect(await seen()).toBe('twolevel 2one\n')
  await project.write({ 'new.conf': 'two\n' })
  await rename(path.join(project.folder, 'new.conf'), path.join(project.folder, 'nginx.conf'))
  expect((await project.up()).action).not.toBe('none')
  expect(await seen()).toBe('twolevel 2two\n')
  expect((await project.up()).action).toBe('none')
})

test('another file counts until the services that mount it are restarted, and only those', async () => {
  const idle = 'image: busybox:1.36, command: [sleep, "1000"], init: true'
  await using project = await testProject({
    'nginx.conf': 'one\n',
    '.devcontainer.json': '{"dockerComposeFile": "compose.yaml", "service": "web", "userEnvProbe": "none"}',
    'compose.yaml': `services:\n  web: {${idle}}\n  db: {${idle}, volumes: ["./nginx.conf:/nginx.conf:ro"]}\n`,
  })
  await project.up()
  const replaceFile = async () => {
    await project.write({ 'new.conf': 'one\n' })
    await rename(path.join(project.folder, 'new.conf'), path.join(project.folder, 'nginx.conf'))
  }
  await replaceFile()
  await project.engine.restart(project.folder, project.run(), 'db')
  expect((await project.up()).action).toBe('none')
  await replaceFile()
  await project.engine.restart(project.folder, project.run(), 'web')
  expect((await project.up()).because).toMatchObject([{ input: expect.stringContaining('nginx.conf') }])
  expect((await project.up()).action).toBe('none')
})

test('a seed is of the configuration with which its services made it', async () => {
  await using project = await testProject(FILES)
  const emptied = () => project.engine.reset(project.folder, { data: null }, project.run())
  const seeded = async () => (await project.exec('cat /data/seeded')).stdout
  await project.up()
  expect(await seeded()).toBe('shop\n')
  await project.write({ '.env': 'TOKEN=one\nDB=store\n' })
  await project.up()
  await emptied()
  expect(await seeded()).toBe('store\n')
})
