// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of Compose files looks like this
import { expect, test } from 'vitest'
import { git } from './git.ts'
import { testProject } from './test-project.ts'

const FILES = {
  '.devcontainer.json': JSON.stringify({
    dockerComposeFile: 'compose.yaml',
    service: 'web',
    userEnvProbe: 'none',
    onCreateCommand: '(env; cat /run/secrets/* /motd) >/made 2>&1 || true',
  }),
  '.gitignore': 'local.env\ntoken\n',
  'local.env': 'TOKEN=of-an-env-file\n',
  token: 'of-a-secret\n',
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    command: [sleep, "1000"]
    env_file: local.env
    environment: {LEVEL: "\${LEVEL:-one}"}
    secrets: [token]
    configs: [motd]
secrets: {token: {file: ./token}}
configs: {motd: {content: of-a-config}}
`,
}

test('what is baked in a service has no env files, secrets and configs, and is another version for other values', async () => {
  await using project = await testProject(FILES)
  git(project.folder, 'init', '-q')
  git(project.folder, 'add', '.')
  const first = await project.up()
  const seen = 'cat /made; echo --; echo "$TOKEN"; cat /run/secrets/token /motd'
  const [made, running] = (await project.exec(seen)).stdout.split('--\n')
  expect(made).toContain('LEVEL=one')
  expect(made).not.toContain('of-a')
  expect(running).toBe('of-an-env-file\nof-a-secret\nof-a-config')
  await project.write({ '.env': 'LEVEL=two\n' })
  const second = await project.up({ trust: 'all' })
  expect(second.version.id).not.toBe(first.version.id)
  expect((await project.exec('cat /made; echo "$LEVEL"')).stdout).toMatch(/LEVEL=two\n[\s\S]*two\n$/)
})
