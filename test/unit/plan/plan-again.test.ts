import { chmod, lstat, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { git } from '../../engine/git.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

/**
 * A plan that uses the hashes that are remembered is the one that somebody makes who remembers nothing, whatever happened
 * in between.
 */

/** In milliseconds: what is younger is not remembered. */
const SETTLED = 2_100

interface Change {
  what: string
  /** Whether it makes another version. */
  counts: boolean
  make(project: Place): Promise<unknown>
}

type Place = Pick<Scratch, 'at' | 'write' | 'link'> & { hashes: string }

/** Puts another content of the same length into a file, and its times back as far as that is possible. */
async function exchange({ at }: Place, name: string, content: string): Promise<void> {
  const { atime, mtime, size } = await lstat(at(name))
  await writeFile(at(name), content.padEnd(size))
  await utimes(at(name), atime, mtime)
}

const CHANGES: Change[] = [
  { what: 'nothing', counts: false, make: () => Promise.resolve() },
  {
    what: 'another content of the same length, with the old time',
    counts: true,
    make: (project) => exchange(project, 'src/sub/a', 'other'),
  },
  {
    what: 'another file in its place, of the same length and time',
    counts: true,
    async make(project) {
      const { at, write } = project
      const { atime, mtime, size } = await lstat(at('src/b'))
      await write('aside', 'OTHER'.padEnd(size))
      await utimes(at('aside'), atime, mtime)
      await rename(at('aside'), at('src/b'))
    },
  },
  { what: 'a new file, untracked', counts: true, make: ({ write }) => write('src/sub/new', 'new') },
  { what: 'a file that is gone', counts: true, make: ({ at }) => rm(at('src/b')) },
  { what: 'another mode', counts: true, make: ({ at }) => chmod(at('src/b'), 0o755) },
  {
    what: 'a link that leads elsewhere',
    counts: true,
    make: ({ at, link }) => rm(at('src/link')).then(() => link('src/link', 'sub/a')),
  },
  {
    what: 'a file that a link took the place of',
    counts: true,
    make: ({ at, link }) => rm(at('src/b')).then(() => link('src/b', 'sub/a')),
  },
  {
    what: 'a folder that was exchanged with another',
    counts: true,
    async make({ at, write }) {
      await write('other/a', 'content of another'.padEnd(20))
      await rename(at('src/sub'), at('aside'))
      await rename(at('other'), at('src/sub'))
    },
  },
  {
    what: 'a folder that a link took the place of',
    counts: true,
    make: ({ at, link }) => rename(at('src/sub'), at('aside')).then(() => link('src/sub', '../aside')),
  },
  { what: 'a .dockerignore', counts: true, make: ({ write }) => write('.dockerignore', 'src/b\n') },
  {
    what: "git's index: executable, where the file system does not keep that",
    counts: true,
    async make({ at }) {
      git(at('.'), 'config', 'core.fileMode', 'false')
      git(at('.'), 'update-index', '--chmod=+x', 'src/b')
    },
  },
  {
    what: 'line ends that git converts from now on',
    counts: true,
    async make({ at, write }) {
      await write('.gitattributes', '* text=auto eol=crlf\n')
      await writeFile(at('src/sub/a'), 'one\r\nother\r\n')
    },
  },
  {
    what: 'the same content, written again',
    counts: false,
    make: async ({ at }) => writeFile(at('src/b'), await readFile(at('src/b'))),
  },
  {
    what: 'a file of remembered hashes that was cut off',
    counts: false,
    make: ({ hashes }) => truncate(hashes, 99),
  },
  {
    what: 'a remembered hash that was altered',
    counts: false,
    async make({ hashes }) {
      const bytes = await readFile(hashes)
      // The first of the hashes stands behind the header and the times.
      const at = 24 + 32 * bytes.readUInt32LE(12)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      await writeFile(hashes, bytes)
    },
  },
]

async function projectIn(folder: Scratch, name: string) {
  const at = (file: string): string => folder.at(`${name}/${file}`)
  const write = (file: string, content: string) => folder.write(`${name}/${file}`, content)
  const link = (file: string, target: string) => folder.link(`${name}/${file}`, target)
  await write('Dockerfile', 'FROM scratch\nCOPY src /src\n')
  await write('src/sub/a', 'one\r\ncontent\r\n')
  await write('src/b', 'content of b')
  await write('package-lock.json', '{}\n')
  await link('src/link', 'b')
  git(at('.'), 'init', '-q')
  git(at('.'), 'add', '-A')
  git(at('.'), 'commit', '-q', '-m', 'All')
  const project = await openProject(at('.'))
  const plan = async (home: string) => {
    const planner = { home: openHome({ PRISTINE_HOME: home }), env: process.env, engine: noEngine }
    const { id, warnings } = await planProject(planner, project, { frozen: true }, silentRun())
    return { id, warnings }
  }
  const home = folder.at(`home-${name}`)
  const hashes = path.join(openHome({ PRISTINE_HOME: home }).project(project.key), 'hashes.bin')
  return { at, write, link, hashes, again: () => plan(home), anew: () => plan(folder.at(`anew-${name}`)) }
}

const noEngine = () => Promise.reject(new Error('Nobody asks it.'))

test('what is remembered changes no plan, whatever changed', { timeout: 120_000 }, async () => {
  await using folder = await scratch()
  const projects = await Promise.all(CHANGES.map((_, at) => projectIn(folder, `project-${at}`)))
  await pause(SETTLED)
  const before = await Promise.all(projects.map((project) => project.again()))
  for (const [at, project] of projects.entries()) {
    const change = CHANGES[at]
    expect((await lstat(project.hashes)).size).toBeGreaterThan(100)
    await change?.make(project)
    const [again, anew] = [await project.again(), await project.anew()]
    expect([change?.what, again]).toEqual([change?.what, anew])
    expect([change?.what, again.id !== before[at]?.id]).toEqual([change?.what, change?.counts])
    expect([change?.what, await project.again()]).toEqual([change?.what, anew])
  }
})

test('a file that changes twice within the grain of its time is read each time', async () => {
  await using folder = await scratch()
  const project = await projectIn(folder, 'project')
  const ids = new Set<string>()
  for (let round = 0; round < 20; round++) {
    await writeFile(project.at('src/b'), `content ${String(round).padStart(4)}`)
    ids.add((await project.again()).id)
  }
  expect(ids.size).toBe(20)
})
