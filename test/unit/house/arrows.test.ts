import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')
let copy: string

/** A copy of the house in which imports can be broken without harm. */
beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'pristine-house-'))
  for (const name of [
    'app',
    'main',
    'renderer',
    'shared',
    'tsconfig.base.json',
    'biome.json',
    'package.json',
  ]) {
    await cp(path.join(root, name), path.join(copy, name), { recursive: true })
  }
  await writeFile(path.join(copy, '.gitignore'), 'node_modules/\n')
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction')
})
afterAll(() => rm(copy, { recursive: true, force: true }))

const node = (script: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: copy,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}
/** Only these: the others are checked where the whole house is. */
const ABOUT_IMPORTS = ['--only=style/noRestrictedImports', '--only=suspicious/noImportCycles']
const lint = (file: string) =>
  node('node_modules/@biomejs/biome/bin/biome', 'lint', '--vcs-enabled=false', ...ABOUT_IMPORTS, file)

async function withImport(
  file: string,
  from: string,
  check: () => { status: number | null; output: string },
) {
  const full = path.join(copy, file)
  await writeFile(full, `import * as forbidden from '${from}'\n\nexport const used = forbidden\n`)
  try {
    return check()
  } finally {
    await rm(full)
  }
}

test.each([
  // One that imports nothing itself: what it imports would be compiled, too.
  ['shared/broken.ts', '../main/host/notifier.ts', 'shared'],
  ['main/broken.ts', '../app/cli/output.ts', 'main'],
  ['renderer/broken.ts', '../main/host/notifier.ts', 'renderer'],
])('%s may not import %s', async (file, from, project) => {
  const result = await withImport(file, from, () => node('node_modules/typescript/bin/tsc', '-b', project))
  expect(result.status).not.toBe(0)
  expect(result.output).toContain('TS6307')
})

test.each([
  ['main/environment/broken.ts', 'dockerode'],
  ['app/cli/broken.ts', 'dockerode'],
  ['main/docker/broken.ts', 'electron'],
  ['main/environment/broken.ts', 'electron'],
  ['renderer/broken.ts', 'electron'],
])('%s may not import %s', async (file, from) => {
  const result = await withImport(file, from, () => lint(file))
  expect(result.status).not.toBe(0)
  expect(result.output).toContain('noRestrictedImports')
})

test('an import circle is refused', async () => {
  await writeFile(
    path.join(copy, 'shared/one.ts'),
    "import { two } from './two.ts'\n\nexport const one: unknown = () => two\n",
  )
  await writeFile(
    path.join(copy, 'shared/two.ts'),
    "import { one } from './one.ts'\n\nexport const two: unknown = () => one\n",
  )
  const result = lint('shared')
  await Promise.all(['one', 'two'].map((name) => rm(path.join(copy, `shared/${name}.ts`))))
  expect(result.status).not.toBe(0)
  expect(result.output).toContain('noImportCycles')
})

test('the house as it stands is accepted', () => {
  const result = lint('.')
  expect(result.output).not.toContain('noRestrictedImports')
  expect(result.output).not.toContain('noImportCycles')
})
