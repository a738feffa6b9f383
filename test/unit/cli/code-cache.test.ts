import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const run = promisify(execFile)
const CACHE = path.join(import.meta.dirname, '../../../app/cli/shipped/code-cache.ts')
let folder: string
let kept: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-code-'))
  kept = path.join(folder, 'kept/up')
  await writeFile(
    path.join(folder, 'main.mjs'),
    `import { createRequire } from 'node:module'
     import { keepCode } from ${JSON.stringify(CACHE)}
     keepCode(${JSON.stringify(kept)})
     createRequire(import.meta.url)('./part.cjs')`,
  )
  await part("exports.say = function () { console.log('one') }; exports.say()")
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const part = (content: string) => writeFile(path.join(folder, 'part.cjs'), content)
const command = () => run(process.execPath, [path.join(folder, 'main.mjs')])

test('what was compiled is kept for the person alone, and not written again while it is whole', async () => {
  expect(await command()).toEqual({ stdout: 'one\n', stderr: '' })
  const first = await stat(kept)
  expect(first.mode & 0o777).toBe(0o600)
  expect((await stat(path.dirname(kept))).mode & 0o777).toBe(0o700)
  expect(await readdir(path.dirname(kept))).toEqual(['up'])
  expect(await command()).toEqual({ stdout: 'one\n', stderr: '' })
  expect((await stat(kept)).ino).toBe(first.ino)
})

test('functions that were called are kept with it', async () => {
  const inner = `let sum = 0\n${Array.from({ length: 200 }, (_, i) => `sum += Math.abs(sum - ${i})`).join('\n')}`
  await part(`function never() { ${inner} }\nmodule.exports = never`)
  await command()
  const uncalled = (await stat(kept)).size
  await part(`function never() { ${inner} }\nnever()`)
  await command()
  expect((await stat(kept)).size).toBeGreaterThan(uncalled + 1000)
})

test('a source of the same length with another content is compiled anew', async () => {
  await command()
  await part("exports.say = function () { console.log('two') }; exports.say()")
  expect((await command()).stdout).toBe('two\n')
  expect((await command()).stdout).toBe('two\n')
})

test.each([
  ['cut', (whole: Buffer) => whole.subarray(0, whole.length - 100)],
  ['changed', (whole: Buffer) => whole.fill(0x41, whole.length - 100)],
  ['empty', () => Buffer.alloc(0)],
  ['no cache at all', () => Buffer.from('{"not": "ours"}\n')],
])('a file that is %s is refused and made anew', async (_, damage) => {
  await command()
  const damaged = damage(await readFile(kept))
  await writeFile(kept, damaged)
  expect(await command()).toEqual({ stdout: 'one\n', stderr: '' })
  const made = await readFile(kept)
  expect(made.equals(damaged)).toBe(false)
  await command()
  expect((await readFile(kept)).equals(made)).toBe(true)
})

test('a command that fails keeps nothing', async () => {
  await part('process.exitCode = 5')
  await expect(command()).rejects.toMatchObject({ code: 5 })
  await expect(stat(kept)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('where nothing can be written the command works', async () => {
  await writeFile(path.dirname(kept), 'a file where the folder would be')
  expect(await command()).toEqual({ stdout: 'one\n', stderr: '' })
})

test('what cannot be put in its place leaves nothing beside it', async () => {
  await mkdir(path.join(kept, 'a folder in its place'), { recursive: true })
  expect(await command()).toEqual({ stdout: 'one\n', stderr: '' })
  expect(await readdir(path.dirname(kept))).toEqual(['up'])
})

test('modules have what Node gives them, and errors their true place', async () => {
  await writeFile(path.join(folder, 'data.json'), '{"a": 1}')
  await writeFile(path.join(folder, 'esm.mjs'), 'export const b = 2')
  await part(`#!/usr/bin/env node
    console.log(require('./data.json').a, require('./esm.mjs').b, __filename === module.filename, this === exports)
    console.log(require.resolve('./data.json') === __dirname + require('node:path').sep + 'data.json')
    console.log(new Error('here').stack.split('\\n')[1].match(/part\\.cjs:\\d+/)[0])`)
  const said = { stdout: '1 2 true true\ntrue\npart.cjs:4\n', stderr: '' }
  expect(await command()).toEqual(said)
  expect(await command()).toEqual(said)
})
