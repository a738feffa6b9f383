import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { updateDevcontainerLock } from '../../../main/lock/devcontainer-lock.ts'
import type { Lock } from '../../../shared/lock.ts'

const DEFINITION = '.devcontainer/devcontainer.json'
const NAMES = ['ghcr.io/tools/aalto:1', 'ghcr.io/tools/zeta:1']
const pin = (name: string, digit: string, version: string) => {
  const integrity = `sha256:${digit.repeat(64)}`
  return { version, resolved: `${name.slice(0, -2)}@${integrity}`, integrity }
}
const features = (version: string) =>
  Object.fromEntries(NAMES.map((name, at) => [name, pin(name, String(at + 1), version)]))
const lock = (version: string): Lock => ({
  lockVersion: 1,
  images: {},
  downloads: {},
  features: features(version),
})

let folder: string
const file = () => path.join(folder, '.devcontainer/devcontainer-lock.json')

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-lock-'))
  await mkdir(path.join(folder, '.devcontainer'))
})
afterEach(() => rm(folder, { recursive: true }))

// In Danish and Norwegian "aa" is sorted after "z", so the order of the other tool is another one there.
const elsewhere = `${JSON.stringify({ features: Object.fromEntries(Object.entries(features('1.0.0')).reverse()) }, null, 2)}\n`

test('a file with the same pins in the order of another language is left as it is', async () => {
  await writeFile(file(), elsewhere)
  await updateDevcontainerLock({ path: folder }, DEFINITION, lock('1.0.0'), {})
  expect(await readFile(file(), 'utf8')).toBe(elsewhere)
})

test('a pin that changed is written', async () => {
  await writeFile(file(), elsewhere)
  await updateDevcontainerLock({ path: folder }, DEFINITION, lock('1.1.0'), {})
  expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ features: features('1.1.0') })
})
