import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { readFeatureArchive } from '../../../main/lock/feature-archive.ts'

type EntryHeader = Partial<Header> & { name: string }

const WHOLE: [EntryHeader, string?][] = [
  [{ name: './', type: 'directory' }],
  [{ name: './install.sh', mode: 0o755 }, '#!/bin/sh\n'],
  [{ name: './devcontainer-feature.json' }, '{}'],
]

async function tarOf(entries: [EntryHeader, string?][]): Promise<Buffer> {
  const tar = pack()
  for (const [header, content = ''] of entries) tar.entry(header, content)
  tar.finalize()
  return buffer(tar)
}

test('an archive is read, packed or not, by paths below its top', async () => {
  const tar = await tarOf([
    ...WHOLE,
    [{ name: './lib/', type: 'directory' }],
    [{ name: './lib/words.txt' }, 'words'],
    [{ name: './link', type: 'symlink', linkname: 'lib/words.txt' }],
  ])
  const entries = await readFeatureArchive(tar, 'r/f:1')
  expect(entries).toEqual([
    { path: 'devcontainer-feature.json', kind: 'file', executable: false, content: Buffer.from('{}') },
    { path: 'install.sh', kind: 'file', executable: true, content: Buffer.from('#!/bin/sh\n') },
    { path: 'lib', kind: 'folder' },
    { path: 'lib/words.txt', kind: 'file', executable: false, content: Buffer.from('words') },
    { path: 'link', kind: 'link', target: 'lib/words.txt' },
  ])
  expect(await readFeatureArchive(gzipSync(tar), 'r/f:1')).toEqual(entries)
})

test.each<[string, [EntryHeader, string?][]]>([
  ['leads out of its folder', [[{ name: '../evil' }, 'x']]],
  ['leads out of its folder', [[{ name: '/etc/passwd' }, 'x']]],
  ['leads out of its folder', [[{ name: 'a/../../evil' }, 'x']]],
  ['leads out of its folder', [[{ name: 'a\\..\\evil' }, 'x']]],
  ['leads out of its folder', [[{ name: 'a\nFROM x' }, 'x']]],
  ['which is no folder', [[{ name: 'a', type: 'symlink', linkname: '/etc' }], [{ name: 'a/b/c' }, 'x']]],
  ['which is no folder', [[{ name: 'install.sh/a' }, 'x']]],
  ['is longer than the name', [[{ name: 'n'.repeat(256) }, 'x']]],
  ['is longer than the name', [[{ name: 'n/'.repeat(600) }, 'x']]],
  [
    'no file that stands before',
    [[{ name: 'hard', type: 'link', linkname: 'later' }], [{ name: 'later' }, 'x']],
  ],
  ['no file that stands before', [[{ name: 'hard', type: 'link', linkname: 'hard' }]]],
  ['no file that stands before', [[{ name: 'hard', type: 'link', linkname: './' }]]],
  [
    'no file that stands before',
    [
      [{ name: 'soft', type: 'symlink', linkname: '/etc/passwd' }],
      [{ name: 'hard', type: 'link', linkname: 'soft' }],
    ],
  ],
  ['leads out of its folder', [[{ name: 'hard', type: 'link', linkname: '/etc/passwd' }]]],
  ['leads out of its folder', [[{ name: 'hard', type: 'link', linkname: '../install.sh' }]]],
  ['leads out of its folder', [[{ name: '../hard', type: 'link', linkname: 'install.sh' }]]],
  ['is a character-device, which', [[{ name: 'null', type: 'character-device' }]]],
])('an archive with something that %s is refused', async (problem, more) => {
  await expect(readFeatureArchive(await tarOf([...WHOLE, ...more]), 'r/f:1')).rejects.toMatchObject({
    code: 'feature-invalid',
    data: { reference: 'r/f:1', problem: expect.stringContaining(problem) },
  })
})

test('a hard link is the file that it is another name of, and counts as one', async () => {
  const linked = await tarOf([...WHOLE, [{ name: 'bin/tool', type: 'link', linkname: './install.sh' }]])
  expect(await readFeatureArchive(linked, 'r/f:1')).toContainEqual({
    path: 'bin/tool',
    kind: 'file',
    executable: true,
    content: Buffer.from('#!/bin/sh\n'),
  })
  const large = await tarOf([
    ...WHOLE,
    [{ name: 'large' }, 'x'.repeat(8 * 1024 * 1024)],
    ...Array.from({ length: 8 }, (_, at): [EntryHeader] => [
      { name: `link-${at}`, type: 'link', linkname: 'large' },
    ]),
  ])
  await expect(readFeatureArchive(large, 'r/f:1')).rejects.toMatchObject({
    code: 'feature-invalid',
    data: { problem: 'its files are larger than 64 MiB together' },
  })
})

test('what is no archive of a feature is refused, with what it lacks', async () => {
  const refused = (archive: Buffer, problem: string) =>
    expect(readFeatureArchive(archive, 'r/f:1')).rejects.toMatchObject({
      code: 'feature-invalid',
      data: { problem: expect.stringContaining(problem) },
    })
  await refused(await tarOf(WHOLE.slice(0, 2)), 'it has no devcontainer-feature.json')
  await refused(await tarOf(WHOLE.toSpliced(1, 1)), 'it has no install.sh')
  await refused(Buffer.from('<html>'.repeat(200)), '')
  await refused((await tarOf(WHOLE)).subarray(0, 700), '')
  await refused(gzipSync(Buffer.alloc(65 * 1024 * 1024)), 'larger than')
  const many: [EntryHeader, string?][] = Array.from({ length: 10_001 }, (_, at) => [{ name: `f${at}` }, ''])
  await refused(await tarOf([...WHOLE, ...many]), 'more than 10000 entries')
  const same = many.map((): [EntryHeader] => [{ name: 'f' }])
  await refused(await tarOf([...WHOLE, ...same]), 'more than 10000 entries')
  const large = await tarOf([...WHOLE, [{ name: 'devcontainer-feature.json' }, 'x'.repeat(1024 * 1024 + 1)]])
  await refused(large, 'devcontainer-feature.json is larger than 1 MiB')
})
