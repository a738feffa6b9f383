import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planLauncher, writeLauncher } from '../../../app/electron/command-line-tool.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'pristine-tool-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

const onUnix = test.runIf(process.platform !== 'win32')
const plan = (env: Record<string, string>, program = '/opt/Pristine/resources/cli/main.js') =>
  planLauncher({ platform: 'linux', env, home, program })

onUnix('it starts the command line, with its arguments, from a folder with any name', async () => {
  const folder = path.join(home, `an "odd" $HOME 'folder'`)
  await mkdir(folder)
  const program = path.join(folder, 'main.js')
  await writeFile(program, 'console.log(JSON.stringify(process.argv.slice(2)))')
  const launcher = plan({}, program)
  await writeLauncher(launcher)
  expect((await stat(launcher.file)).mode & 0o777).toBe(0o755)
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}` }
  const said = execFileSync(launcher.file, ['exec', '--', 'a b', '$x'], { env, encoding: 'utf8' })
  expect(JSON.parse(said)).toEqual(['exec', '--', 'a b', '$x'])
  // Another time, it is replaced.
  await writeLauncher(plan({}))
  expect(await readFile(launcher.file, 'utf8')).toContain('/opt/Pristine/')
})

onUnix('without Node it says what is needed', async () => {
  const launcher = plan({})
  await writeLauncher(launcher)
  const run = () => execFileSync('/bin/sh', [launcher.file], { env: { PATH: '/no/such' }, stdio: 'pipe' })
  expect(run).toThrow(/pristine needs Node 24/)
})

test('a program of that name that somebody else put there stays', async () => {
  const other = path.join(home, 'other')
  await mkdir(path.join(other, '.local/bin'), { recursive: true })
  const file = path.join(other, '.local/bin/pristine')
  await writeFile(file, '#!/bin/sh\necho mine\n')
  const launcher = planLauncher({ platform: 'linux', env: {}, home: other, program: '/x' })
  await expect(writeLauncher(launcher)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(file),
  })
  expect(await readFile(file, 'utf8')).toContain('mine')
})

test('a folder that cannot be written is named', async () => {
  const file = path.join(home, 'a-file')
  await writeFile(file, '')
  const launcher = planLauncher({ platform: 'linux', env: {}, home: file, program: '/x' })
  await expect(writeLauncher(launcher)).rejects.toMatchObject({ code: 'storage-failed' })
})

test('an AppImage has no place to link to', () => {
  expect(() => plan({ APPIMAGE: '/home/ada/Pristine.AppImage' })).toThrow(/no fixed place/)
})

test.each([
  ['linux', { PATH: '/usr/bin:/home/ada/.local/bin/' }, '/home/ada/.local/bin/pristine', true],
  ['linux', { PATH: '/usr/bin' }, '/home/ada/.local/bin/pristine', false],
  ['darwin', {}, '/home/ada/.local/bin/pristine', false],
] as const)('on %s with %j', (platform, env, file, onPath) => {
  expect(planLauncher({ platform, env, home: '/home/ada', program: '/x' })).toMatchObject({ file, onPath })
})

test('on Windows it is a command file among the apps of the person', () => {
  const env = {
    LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local',
    Path: 'C:\\Windows;C:\\users\\ada\\appdata\\local\\microsoft\\windowsapps',
  }
  const program = 'C:\\100% Pristine\\cli\\main.js'
  const { file, text, onPath } = planLauncher({ platform: 'win32', env, home: 'C:\\Users\\ada', program })
  expect(file).toBe('C:\\Users\\ada\\AppData\\Local\\Microsoft\\WindowsApps\\pristine.cmd')
  expect(text).toContain('@node "C:\\100%% Pristine\\cli\\main.js" %*\r\n')
  expect(onPath).toBe(true)
})
