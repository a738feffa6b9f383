import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { halves, isSample, sampled } from '../sample.ts'
import { pristine } from './command.ts'
import { hasTerminal, onTerminal } from './on-terminal.ts'
import { type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven] = halves(test)

const json = (value: object): string => JSON.stringify(value, null, 2)

/** A program with one package, and what its package manager wrote of it. */
const shop = async (): Promise<Record<string, string>> => {
  const folder = path.join(import.meta.dirname, '../fixtures/shop')
  const names = ['package.json', 'package-lock.json', 'server.js']
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')]),
  )
  return { ...Object.fromEntries(texts), '.nvmrc': '24\n' }
}
const isWritten = async (project: TestProject) => (await readdir(project.folder)).includes('.devcontainer')
const silent = (text: string) => ({ 'notes.txt': text })

test('a project without a definition gets one on consent, and comes up with its packages in the image', async () => {
  await using project = await testProject(await shop())
  const up = await pristine(project, 'up')
  expect([up.code, up.stderr]).toEqual([2, expect.stringContaining('Run "pristine init"')])

  const asked = await pristine(project, 'init')
  expect(asked.code).toBe(2)
  expect(asked.stderr).toContain('RUN npm ci')
  expect(asked.stderr).toContain('Give --yes to agree.')
  expect(await isWritten(project)).toBe(false)
  const planned = await pristine(project, 'init', '--plan')
  expect(planned.code).toBe(0)
  expect(planned.stdout).toMatch(/FROM node:24-bookworm-slim +← \.nvmrc asks for Node\.js 24\./)
  expect(await isWritten(project)).toBe(false)

  const { code, stdout } = await pristine(project, 'init', '--yes', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    stack: 'Node.js',
    written: true,
    files: [{ file: '.devcontainer/devcontainer.json' }, { file: '.devcontainer/Dockerfile' }],
  })
  const again = await pristine(project, 'init', '--yes')
  expect([again.code, again.stderr]).toEqual([
    2,
    expect.stringContaining('.devcontainer/devcontainer.json is there already.'),
  ])

  expect((await project.up()).environment).toMatchObject({ state: 'ready', ports: [{ container: 3000 }] })
  const inside = await project.exec(
    "id -un; node -e \"import('polka').then(() => console.log('found'))\"; pwd",
  )
  expect(inside.stdout).toBe('node\nfound\n/workspaces/project\n')
  expect(await readdir(project.folder)).not.toContain('node_modules')
  expect((await project.up()).action).toBe('none')
})

testEven('packages that can only lie in the folder are there after a reset too', async () => {
  const link = { resolved: 'packages/one', link: true }
  await using project = await testProject({
    '.nvmrc': '24\n',
    'package.json': json({ name: 'mono', workspaces: ['packages/*'], devDependencies: { one: '*' } }),
    'package-lock.json': json({
      name: 'mono',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'mono', workspaces: ['packages/*'], devDependencies: { one: '*' } },
        'node_modules/one': link,
        'packages/one': { name: 'one', version: '1.0.0' },
      },
    }),
    'packages/one/package.json': json({ name: 'one', version: '1.0.0' }),
    'packages/one/index.js': 'console.log("one is here")\n',
  })
  await pristine(project, 'init', '--yes')
  await project.up()
  expect((await project.exec('node -e "require(\'one\')"')).stdout).toBe('one is here\n')
  await project.exec('rm -r node_modules')
  await project.reset()
  expect((await project.exec('node -e "require(\'one\')"')).stdout).toBe('one is here\n')
  // They belong to root, whoever runs this test.
  await project.exec('rm -r node_modules')
})

type Proposed = [what: string, files: Record<string, string>, command: string, expected: RegExp]
const proposed: Proposed[] = [
  [
    'Python',
    { '.python-version': '3.11\n', 'requirements.txt': '# none yet\n' },
    'python --version',
    /^Python 3\.11/,
  ],
  ['nothing that is known', silent('nothing is known of this'), 'cat /etc/debian_version', /^12\./],
]
const compiled: Proposed = [
  'C',
  { Makefile: 'hello: hello.c\n\tcc -o /tmp/hello hello.c\n', 'hello.c': 'int main(void) { return 7; }\n' },
  'make -s && /tmp/hello; echo $?',
  /^7$/,
]
// In a sample without Debian's compilers: to install them takes longer than everything else here.
test.each(isSample ? sampled(proposed, 2) : [...proposed, compiled])(
  'what is proposed for %s builds and comes up',
  async (_, files, command, expected) => {
    await using project = await testProject(files)
    const { fingerprint } = await project.engine.propose(project.folder)
    await project.engine.writeProposal(project.folder, fingerprint)
    expect((await project.up()).environment.state).toBe('ready')
    expect((await project.exec(command)).stdout.trim()).toMatch(expected)
  },
)

test.skipIf(!hasTerminal)('on a terminal up shows a proposal and goes on with it', async () => {
  await using project = await testProject(silent('up asks'))
  const { code, stdout } = await onTerminal(project, ['up'], [['[Y/n]', '\\r']])
  expect(stdout).toContain('"image": "debian:bookworm"')
  expect(stdout).toContain('built and running')
  expect(code).toBe(0)
})

test.skipIf(!hasTerminal).each([
  ['a no', 'n\\r', ['init'], 0, 'Nothing was written.'],
  ['a no to up', 'n\\r', ['up'], 2, 'has no definition'],
  ['Ctrl-C', '\\x03', ['init'], 130, 'Cancelled.'],
  ['Ctrl-D', '\\x04', ['init'], 130, 'Cancelled.'],
])('%s writes nothing', async (_, keys, args, exit, said) => {
  await using project = await testProject(silent('not written'))
  const { code, stdout } = await onTerminal(project, args, [['[Y/n]', keys]])
  expect([code, stdout]).toEqual([exit, expect.stringContaining(said)])
  expect(await isWritten(project)).toBe(false)
})

test('without input nothing is asked, and CI gets no definition that nobody saw', async () => {
  await using project = await testProject(silent('up in CI'))
  const { code, stderr } = await pristine(project, 'up', '--yes')
  expect([code, stderr]).toEqual([2, expect.stringContaining('has no definition')])
  expect(await isWritten(project)).toBe(false)
})
