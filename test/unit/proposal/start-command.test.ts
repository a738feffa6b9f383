import { expect, test } from 'vitest'
import { startCommand } from '../../../main/proposal/start-command.ts'
import { makeProject } from '../definition/project.ts'

const scripts = (scripts: object, more: object = {}) => ({
  'package.json': JSON.stringify({ scripts, ...more }),
})

test.each([
  ['a script', scripts({ start: 'node server.js' }), 'npm start'],
  [
    'the script for work before the one of production',
    scripts({ start: 'next start', dev: 'next' }),
    'npm run dev',
  ],
  ['pnpm', { ...scripts({ start: 'x' }), 'pnpm-lock.yaml': '' }, 'pnpm start'],
  ['yarn', scripts({ dev: 'x' }, { packageManager: 'yarn@4.1.0' }), 'yarn run dev'],
  ['bun', { ...scripts({ start: 'x' }), 'bun.lock': '' }, 'bun run start'],
  ['Django', { 'manage.py': '' }, 'python manage.py runserver 0.0.0.0:8000'],
  ['Rust', { 'Cargo.toml': '', 'src/main.rs': '' }, 'cargo run'],
  ['a Rust library', { 'Cargo.toml': '', 'src/lib.rs': '' }, undefined],
  ['Go', { 'go.mod': '', 'main.go': '' }, 'go run .'],
  ['nothing', { 'README.md': '' }, undefined],
  ['an empty script', scripts({ start: ' ' }), undefined],
  ['scripts that are none', scripts(['start'] as object), undefined],
  ['a package.json that is none', { 'package.json': '{' }, undefined],
])('how a program starts: %s', async (_, files, command) => {
  await using project = await makeProject(files as Record<string, string>)
  expect((await startCommand(project))?.command).toBe(command)
})

test('nothing of what stands in a file is part of a command', async () => {
  const evil = '$(id)\u001b[2J\n'
  const files = scripts({ [evil]: 'x', start: evil }, { packageManager: `npm@1.2.3${evil}`, name: evil })
  await using project = await makeProject(files)
  expect(await startCommand(project)).toEqual({ command: 'npm start', from: 'package.json' })
})
