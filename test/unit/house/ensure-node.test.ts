import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const run = promisify(execFile)
const ENSURE = path.join(import.meta.dirname, '../../../build/ensure-node.js')
let folder: string
const link = () => path.join(folder, 'node_modules/.bin/node')

/** A folder in which npm installed things, and no link to a program "node". */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-ensure-'))
  await mkdir(path.join(folder, 'node_modules'))
  const scripts = { postinstall: `node "${ENSURE}"` }
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'checkout', scripts }))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Puts a package there that has a program "node". */
async function addNode(): Promise<void> {
  const home = path.join(folder, 'node_modules/node-here')
  await mkdir(path.join(home, 'bin'), { recursive: true })
  const about = { name: 'node-here', version: '1.0.0', bin: { node: 'bin/node' } }
  await writeFile(path.join(home, 'package.json'), JSON.stringify(about))
  await writeFile(path.join(home, 'bin/node'), '#!/bin/sh\necho here\n')
}

test('a link that npm removed is made again by npm itself', async () => {
  await addNode()
  await run('npm', ['run', 'postinstall'], { cwd: folder, shell: process.platform === 'win32' })
  expect(existsSync(link())).toBe(true)
})

test('without a Node of its own, it goes on with one that is new enough', async () => {
  expect(await run(process.execPath, [ENSURE], { cwd: folder })).toEqual({ stdout: '', stderr: '' })
  expect(existsSync(link())).toBe(false)
})

test('without a Node of its own, an older one is refused with what to do', async () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"})'
  const { npm_execpath: _, ...env } = process.env
  const refused = run(process.execPath, ['--import', older, ENSURE], { cwd: folder, env })
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('and yours is Node 20.20.2.\n  do   Install Node 24'),
  })
})
