import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { listInside, openFolderInside, openInside, statInside } from '../../../main/files/open-inside.ts'
import { type Scratch, scratch } from './scratch.ts'

/** By asking where an open file lies, which only Linux tells, and by looking at the way before and after. */
const WAYS = process.platform === 'linux' ? [true, false] : [false]

const textOf = (root: string, name: string, byPlace: boolean): string => {
  using file = openInside(root, name, byPlace)
  return readFileSync(file.fd, 'utf8')
}

/** A project, and beside it what no container sees. */
async function surroundings(): Promise<Scratch> {
  return scratch({ 'outside/file': 'secret', 'outside/more': 'secret', 'project/data/file': 'own' })
}

describe.for(WAYS)('by place: %s', (byPlace) => {
  test('what lies inside is opened, listed and looked at', async () => {
    await using all = await surroundings()
    await all.link('project/data/link', 'file')
    const root = all.at('project')
    expect(textOf(root, 'data/file', byPlace)).toBe('own')
    expect(listInside(root, 'data', byPlace)).toEqual(
      expect.arrayContaining([
        { name: 'file', kind: 'file' },
        { name: 'link', kind: 'link', target: 'file' },
      ]),
    )
    expect(statInside(root, 'data', byPlace)).toEqual({ name: 'data', kind: 'folder' })
    expect(statInside(root, 'data/link', byPlace)).toMatchObject({ kind: 'link', target: 'file' })
    expect(statInside(root, '.', byPlace)).toMatchObject({ kind: 'folder' })
    for (const gone of ['gone', 'gone/too', 'data/file/below'])
      expect(statInside(root, gone, byPlace)).toBeUndefined()
  })

  test.for([
    ['the file itself', 'link', 'data/file'],
    ['a folder of the project', 'link/file', 'data'],
    ['a folder outside', 'link/file', '../outside'],
    ['a folder above', 'link/data/file', '../project'],
  ] as const)('a link to %s is not gone through', async ([_, name, target]) => {
    await using all = await surroundings()
    await all.link('project/link', target)
    const refused = expect.objectContaining({ code: 'ELOOP' })
    expect(() => openInside(all.at('project'), name, byPlace)).toThrow(refused)
    if (name !== 'link') expect(() => statInside(all.at('project'), name, byPlace)).toThrow(refused)
  })

  test('nor is a root that was exchanged, or a name that climbs', async () => {
    await using all = await surroundings()
    const root = all.at('project/data')
    await rename(root, all.at('project/aside'))
    await all.link('project/data', '../outside')
    for (const use of [
      () => openInside(root, 'file', byPlace),
      () => listInside(all.at('project'), '../outside', byPlace),
      () => openInside(all.at('project'), '../outside/file', byPlace),
    ])
      expect(use).toThrow(expect.objectContaining({ code: 'ELOOP' }))
    expect(() => listInside(root, '.', byPlace)).toThrow()
  })

  test('an open folder stays the one that it was, or says that it does not', async () => {
    await using all = await surroundings()
    using folder = openFolderInside(all.at('project'), 'data', byPlace)
    await rename(all.at('project/data'), all.at('project/aside'))
    await all.link('project/data', '../outside')
    if (byPlace) {
      expect(await readFile(path.join(folder.path, 'file'), 'utf8')).toBe('own')
      folder.verify()
      return
    }
    expect(() => folder.verify()).toThrow(expect.objectContaining({ code: 'ELOOP' }))
    // Put back as it was, it still tells: the names of the folder above have changed meanwhile.
    await rm(all.at('project/data'))
    await rename(all.at('project/aside'), all.at('project/data'))
    expect(() => folder.verify()).toThrow(expect.objectContaining({ code: 'ELOOP' }))
  })

  test('whoever exchanges a folder again and again never has anything else read', {
    timeout: 60_000,
  }, async () => {
    await using all = await surroundings()
    await all.link('project/link', '../outside')
    await using _ = await exchanging(all.at('project'))
    const seen = new Set<string>()
    const noted = (use: () => void) => {
      try {
        use()
      } catch (error) {
        seen.add((error as NodeJS.ErrnoException).code ?? String(error))
      }
    }
    for (const until = Date.now() + 3_000; Date.now() < until; ) {
      noted(() => seen.add(textOf(all.at('project'), 'data/file', byPlace)))
      noted(() => {
        for (const { name } of listInside(all.at('project'), 'data', byPlace)) seen.add(`name ${name}`)
      })
      noted(() => {
        const entry = statInside(all.at('project'), 'data/more', byPlace)
        seen.add(entry ? 'more' : 'no more')
      })
    }
    // The folder was there, and the link was there; between them there is neither.
    expect([...seen]).toEqual(expect.arrayContaining(['ELOOP', 'name file', 'no more', 'own']))
    expect(['ELOOP', 'ENOENT', 'ENOTDIR', 'name file', 'no more', 'own']).toEqual(
      expect.arrayContaining([...seen]),
    )
  })
})

/** Puts a link in the place of the folder `data` and takes it away again until it is disposed of, as fast as it can. */
async function exchanging(project: string): Promise<AsyncDisposable> {
  const script = `
    const { renameSync } = require('node:fs')
    process.stdout.write('.')
    for (;;) {
      renameSync('data', 'aside'); renameSync('link', 'data')
      renameSync('data', 'link'); renameSync('aside', 'data')
    }`
  const child = spawn(process.execPath, ['-e', script], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
