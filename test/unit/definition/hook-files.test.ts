import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hookFiles } from '../../../main/definition/hook-files.ts'
import type { Hook, RunConfig } from '../../../shared/definition.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-hooks-'))
  await mkdir(path.join(folder, '.devcontainer'))
  for (const name of ['setup.sh', 'setup.py', 'log', '.devcontainer/setup.sh'])
    await writeFile(path.join(folder, name), '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const files = (hook: Hook, name: keyof RunConfig['hooks'] = 'onCreateCommand') =>
  hookFiles(folder, { hooks: { [name]: hook } } as unknown as RunConfig)

test.each<[Hook, string[]]>([
  ['bash .devcontainer/setup.sh', ['.devcontainer/setup.sh']],
  ['./setup.sh --fast', ['setup.sh']],
  ['npm ci && sudo sh -e setup.sh; python3 setup.py', ['setup.sh', 'setup.py']],
  ['A=1 bash "setup.sh"', ['setup.sh']],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the definition.
  ['bash ${containerWorkspaceFolder}/setup.sh', ['setup.sh']],
  [['bash', 'setup.sh'], ['setup.sh']],
  [['bash', '-c', './setup.sh && true'], ['setup.sh']],
  [{ one: './setup.sh', two: ['python', 'setup.py'] }, ['setup.sh', 'setup.py']],
  ['npm ci > log', []],
  ['echo setup.sh log', []],
  ['bash missing.sh; bash ../outside.sh; bash /setup.sh', []],
])('%j runs %j', async (hook, scripts) => {
  expect(await files(hook)).toEqual(scripts)
})

test('what runs at every start is no part of the version', async () => {
  expect(await files('bash setup.sh', 'postStartCommand')).toEqual([])
  expect(await files('bash setup.sh', 'postCreateCommand')).toEqual(['setup.sh'])
})
