import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { extractAll, extractFile, listPackage, statFile } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import lock from '../../package-lock.json' with { type: 'json' }
import { builtPage } from '../built.ts'
import { standInElectron } from './stand-in-electron.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const run = promisify(execFile)
const node = (script: string, ...args: string[]) =>
  run(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], { cwd: ROOT })

let folder: string
let app: string
let resources: string
let archive: string
/** Files of the archive, with forward slashes. */
let files: string[]

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-pack-'))
  await builtPage()
  const electronDist = await standInElectron(path.join(folder, 'electron'))
  const given = [`-c.electronDist=${electronDist}`, `-c.directories.output=${path.join(folder, 'out')}`]
  await node('electron-builder/cli.js', '--linux', 'dir', '--x64', '--publish', 'never', ...given)
  app = path.join(folder, 'out/linux-unpacked')
  resources = path.join(app, 'resources')
  archive = path.join(resources, 'app.asar')
  files = listPackage(archive, { isPack: false })
    .map((name) => name.split(path.sep).join('/').slice(1))
    .filter((name) => !('files' in statFile(archive, name)))
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the archive holds built code and packages, and nothing of the sources', async () => {
  const tops = new Set(
    files
      .map((name) => name.split('/').slice(0, 2).join('/'))
      .filter((name) => !name.startsWith('node_modules/')),
  )
  expect([...tops].sort()).toEqual(['dist/electron', 'dist/renderer', 'package.json'])
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/electron/main.js',
      'dist/electron/preload.cjs',
      'dist/renderer/index.html',
    ]),
  )
  const unwanted = files.filter((name) =>
    /\.(m|c)?tsx?$|\.map$|\.tsbuildinfo$|\.test\.|(^|\/)tests?\/|(?<!licen[cs]e)\.md$|\.(cc|hh|gyp)$/i.test(
      name,
    ),
  )
  expect(unwanted).toEqual([])
  const { size } = await stat(archive)
  console.log(`app.asar: ${(size / 1e6).toFixed(1)} MB, ${files.length} files`)
  expect(size).toBeLessThan(10e6)
})

test('its packages are needed when it runs; none is there for development only', () => {
  const packages = new Set(
    files.flatMap((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? []),
  )
  expect([...packages]).toEqual(
    expect.arrayContaining(['dockerode', 'protobufjs', 'electron-updater', '@parcel/watcher']),
  )
  // The lock says of each version of each package whether it is there for development only.
  const needed = Object.entries<{ version?: string; dev?: boolean }>(lock.packages)
    .filter(([, { dev }]) => !dev)
    .map(([place, { version }]) => `${place.split('node_modules/').at(-1)} ${version}`)
  const packed = [...packages].map((name) => {
    const text = extractFile(archive, path.join('node_modules', name, 'package.json')).toString('utf8')
    return `${name} ${(JSON.parse(text) as { version: string }).version}`
  })
  expect(packed.filter((one) => !needed.includes(one))).toEqual([])
  expect([...packages].filter((name) => /^node-(linux|win|bin)|^ssh2$|^cpu-features$/.test(name))).toEqual([])
})

test('all that the built code loads by name is there', () => {
  for (const file of ['dist/electron/main.js', 'dist/electron/preload.cjs']) {
    const text = extractFile(archive, file).toString('utf8')
    const names = [
      ...text.matchAll(/(?:^import [^\n]*?from|^import|\brequire\(|\bimport\()\s*["']([^"'./][^"']*)["']/gm),
    ].map(([, name = '']) => name)
    const foreign = names.filter((name) => name !== 'electron' && !name.startsWith('node:'))
    const missing = foreign.filter((name) => !files.some((one) => one.startsWith(`node_modules/${name}/`)))
    expect({ file, missing: missing.filter((name) => !BUILTIN.has(name)) }).toEqual({ file, missing: [] })
  }
})

test('what others wrote comes with their licences', async () => {
  const inFolders = files.filter((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.test(name))
  const without = inFolders
    .map((name) => path.posix.dirname(name))
    .filter(
      (folder) =>
        !files.some((name) => name.startsWith(`${folder}/`) && /licen[cs]e/i.test(name.slice(folder.length))),
    )
  // They publish no text; their package.json, which is packed, names the licence.
  expect(without.sort()).toEqual(['node_modules/lazy-val', 'node_modules/split-ca'])
  const texts = [
    extractFile(archive, 'dist/electron/third-party-licenses.txt').toString('utf8'),
    await readFile(path.join(resources, 'cli/third-party-licenses.txt'), 'utf8'),
    await readFile(path.join(resources, 'renderer/third-party-licenses.txt'), 'utf8'),
  ]
  // A package's name, its version and the start of its text, before the rule that ends its part.
  const part = (text: string, name: string) =>
    text.split(/\n-{80}\n\n/).find((one) => one.startsWith(`${name} `))
  expect(part(texts[0] ?? '', 'canonicalize')).toMatch(
    /^canonicalize \S+ \(Apache-2\.0\)\n\n.*Apache License/s,
  )
  expect(part(texts[1] ?? '', 'commander')).toMatch(
    /^commander \S+ \(MIT\)\n\n.*Permission is hereby granted/s,
  )
  expect(part(texts[2] ?? '', 'react')).toMatch(/^react \S+ \(MIT\)\n\n.*Permission is hereby granted/s)
  expect(await readFile(path.join(resources, 'LICENSE'), 'utf8')).toContain('The Pristine authors')
})

const BUILTIN = new Set(process.getBuiltinModule('node:module').builtinModules)

test('the packed program loads from what is packed alone', async () => {
  const whole = path.join(folder, 'whole')
  extractAll(archive, whole)
  const names =
    'BrowserWindow,dialog,ipcMain,Menu,MessageChannelMain,nativeImage,nativeTheme,Notification,screen,session,shell,Tray'
  const electron = [
    `export const app = { setPath() {}, requestSingleInstanceLock: () => false, quit: () => console.log('quit') }`,
    'export const protocol = { registerSchemesAsPrivileged() {} }',
    ...names.split(',').map((name) => `export const ${name} = undefined`),
  ].join('\n')
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, context, next) => name === 'electron'
      ? { url: ${JSON.stringify(`data:text/javascript,${encodeURIComponent(electron)}`)}, shortCircuit: true }
      : next(name, context) })`
  const hooks = `data:text/javascript,${encodeURIComponent(hook)}`
  const { stdout } = await run(process.execPath, [
    '--import',
    hooks,
    path.join(whole, 'dist/electron/main.js'),
  ])
  expect(stdout).toBe('quit\n')
})

test('native parts are outside of the archive, and only they', async () => {
  const unpacked = path.join(resources, 'app.asar.unpacked')
  const names = await readdir(unpacked, { recursive: true })
  expect(names.filter((name) => name.endsWith('.node'))).not.toEqual([])
  expect(
    names.filter((name) => /^node_modules.@?[^@/\\]/.test(name) && !/^node_modules.@parcel/.test(name)),
  ).toEqual([])
})

test('the command line beside it runs on plain Node', async () => {
  const { stdout } = await run(process.execPath, [path.join(resources, 'cli/main.js'), '--version'])
  expect(stdout.trim()).toBe(manifest.version)
  const env = {
    ...process.env,
    CI: undefined,
    PRISTINE_HOME: path.join(folder, 'home'),
    DOCKER_HOST: 'unix:///no/engine.sock',
  }
  const failed = await run(process.execPath, [path.join(resources, 'cli/main.js'), 'up'], {
    cwd: path.join(resources, 'examples/shop'),
    env: { ...env, NODE_PATH: '' },
  }).catch((error: { code: number; stderr: string }) => error)
  // It came as far as asking for an engine: all of its code and dockerode were found.
  expect(failed).toMatchObject({ code: 4, stderr: expect.stringContaining('engine') })
  expect(existsSync(path.join(resources, 'renderer/index.html'))).toBe(true)
})

test('an older Node is refused before it reads what it cannot', async () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.9.0' } })`
  const failed = await run(process.execPath, [
    '--import',
    `data:text/javascript,${encodeURIComponent(older)}`,
    path.join(resources, 'cli/main.js'),
    '--version',
  ]).catch((error: { code: number; stderr: string }) => error)
  expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('needs Node 24') })
  expect(failed.stderr).toContain('is Node 22.9.0')
})

test('the fuses are set', async () => {
  const wire = await getCurrentFuseWire(path.join(app, 'pristine-desktop'))
  const { DISABLE: off, ENABLE: on } = FuseState
  expect(wire).toMatchObject({
    [FuseV1Options.RunAsNode]: off,
    [FuseV1Options.EnableCookieEncryption]: on,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
    [FuseV1Options.EnableNodeCliInspectArguments]: off,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
    [FuseV1Options.OnlyLoadAppFromAsar]: on,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
  })
})

test('the packed page asks for nothing but files of its own', async () => {
  const page = extractFile(archive, 'dist/renderer/index.html').toString('utf8')
  expect(page).not.toMatch(/https?:|<script>|<script(?![^>]*src=)/)
  expect(JSON.parse(extractFile(archive, 'package.json').toString('utf8'))).toMatchObject({
    main: manifest.main,
  })
  expect(await readFile(path.join(resources, 'app-update.yml'), 'utf8')).not.toMatch(/token|secret|password/i)
})
