import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { earlierRemote, forgetRemote, keepRemote } from '../../../main/data/data-remote.ts'
import { openHome } from '../../../main/store/home.ts'
import type { ProjectKey } from '../../../shared/ids.ts'

test('the repository that used the data before is known until it is forgotten; a broken record is none', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'pristine-remote-'))
  try {
    const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args])
    const home = openHome({ PRISTINE_HOME: path.join(root, 'home') })
    const key = 'shop-0123456789abcdef0123456789abcdef' as ProjectKey
    const place = { home, project: { key, path: root } }
    git('init', '-q')
    expect(await earlierRemote(place)).toBeUndefined()
    await keepRemote(place)
    git('remote', 'add', 'origin', 'https://example.org/a.git')
    expect(await earlierRemote(place)).toBeUndefined()
    await keepRemote(place)
    git('remote', 'set-url', 'origin', 'https://ann:token@example.org/b.git')
    expect(await earlierRemote(place)).toBe('https://example.org/a.git')
    git('remote', 'remove', 'origin')
    expect(await earlierRemote(place)).toBe('https://example.org/a.git')
    const search = process.env['PATH']
    try {
      process.env['PATH'] = '/nowhere'
      // A git that does not answer is no other repository, and no reason to forget which it was.
      expect(await earlierRemote(place)).toBeUndefined()
      await keepRemote(place)
    } finally {
      process.env['PATH'] = search
    }
    expect(await earlierRemote(place)).toBe('https://example.org/a.git')
    git('remote', 'add', 'origin', 'https://example.org/a.git')
    await keepRemote(place)
    try {
      // As long as git's settings are the same file, it is not asked.
      process.env['PATH'] = '/nowhere'
      expect(await earlierRemote(place)).toBeUndefined()
    } finally {
      process.env['PATH'] = search
    }
    await forgetRemote(place)
    expect(await earlierRemote(place)).toBeUndefined()
    await mkdir(home.project(key), { recursive: true })
    for (const broken of ['{"remote"', '{"remote": 1}']) {
      await writeFile(path.join(home.project(key), 'data-remote.json'), broken)
      expect(await earlierRemote(place)).toBeUndefined()
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
