import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { describeHidden, differences, readFolderTar } from '../../../main/data/folder-content.ts'

/** A tar as an engine gives it: the folder first, the names below it. */
function tarOf(folder: string, fill: (into: ReturnType<typeof pack>) => void) {
  const tar = pack()
  if (folder !== '') tar.entry({ name: `${folder}/`, type: 'directory' })
  fill(tar)
  tar.finalize()
  return tar as unknown as Parameters<typeof readFolderTar>[0]
}

describe('what lies at a place', () => {
  test('files by content and mode, links by target, hard links as what they are of; no folders', async () => {
    const content = await readFolderTar(
      tarOf('dev', (tar) => {
        tar.entry({ name: 'dev/.bashrc', mode: 0o644 }, 'one')
        tar.entry({ name: 'dev/bin/', type: 'directory' })
        tar.entry({ name: 'dev/bin/tool', mode: 0o755 }, 'one')
        tar.entry({ name: 'dev/bin/same', type: 'link', linkname: 'dev/bin/tool' })
        tar.entry({ name: 'dev/link', type: 'symlink', linkname: 'bin/tool' })
        tar.entry({ name: 'dev/pipe', type: 'fifo' })
      }),
    )
    const one = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed'
    expect(content).toEqual({
      '.bashrc': `644 ${one}`,
      'bin/tool': `755 ${one}`,
      'bin/same': `755 ${one}`,
      link: '-> bin/tool',
      pipe: 'fifo',
    })
  })

  test('a single file, and a folder whose name the engine leaves out', async () => {
    const file = await readFolderTar(tarOf('', (tar) => tar.entry({ name: 'tool', mode: 0o755 }, 'x')))
    expect(Object.keys(file)).toEqual([''])
    const rooted = await readFolderTar(tarOf('.', (tar) => tar.entry({ name: 'file' }, 'x')))
    expect(Object.keys(rooted)).toEqual(['file'])
  })

  test('a broken tar is a failure, not an empty place', async () => {
    const whole = await buffer(tarOf('dev', (into) => into.entry({ name: 'dev/a' }, 'x'.repeat(600))))
    await expect(readFolderTar(Readable.from([whole.subarray(0, 1_200)]))).rejects.toThrow()
  })
})

test('two contents differ by what one has and the other has not or otherwise', () => {
  expect(differences({ a: '1', b: '1', c: '1' }, { a: '1', b: '2', d: '1' })).toEqual(['b', 'c', 'd'])
  expect(differences({ a: '1' }, { a: '1' })).toEqual([])
})

describe('what a person is shown', () => {
  const place = { label: 'home', target: '/home/dev' }
  test.each([
    [
      { paths: ['by-hook', 'from-image'] },
      { starts: 2, filled: 1 },
      'The volume home keeps its data and hides what v2 has at /home/dev: 2 files differ from those of v1, which filled it (by-hook, from-image). ',
    ],
    [
      { paths: ['a'] },
      { starts: undefined, filled: undefined },
      'The volume home keeps its data and hides what this version has at /home/dev: 1 file differs from that of another version, which filled it (a). ',
    ],
    [
      { problem: 'its image is gone' },
      { starts: 3, filled: 1 },
      'The volume home keeps its data and may hide what v3 has at /home/dev: it could not be compared with v1, which filled it (its image is gone). ',
    ],
  ])('%j', (hidden, versions, text) => {
    const remedy =
      'Mount a narrower folder, or let a new volume take its place ("pristine rm --data" removes the data of the project).'
    expect(describeHidden(place, versions, hidden)).toBe(text + remedy)
  })

  test('names of files are a stranger’s', () => {
    expect(describeHidden(place, { starts: 2, filled: 1 }, { paths: ['a\u001b[31m\nb'] })).toContain(
      '(a[31m b)',
    )
  })
})
