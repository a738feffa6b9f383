import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { extract, type Header, pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { CHECKSUMS, MANIFEST, type Manifest } from '../../../main/data/archive/archive-entries.ts'
import { readArchive } from '../../../main/data/archive/read-archive.ts'
import { writeArchive } from '../../../main/data/archive/write-archive.ts'

const MANIFEST_OF: Manifest = {
  format: 1,
  name: 'seed',
  takenAt: '2026-01-01T00:00:00.000Z',
  volumes: ['data', 'more'],
}
type Item = [Partial<Header> & { name: string }, string?]

async function tarOf(items: Item[]): Promise<Buffer> {
  const tar = pack()
  for (const [header, text = ''] of items) tar.entry({ mode: 0o644, uid: 70, gid: 71, ...header }, text)
  tar.finalize()
  return buffer(tar)
}

const folder = (name: string): Item => [{ name, type: 'directory', mode: 0o2755 }]
const VOLUME: Item[] = [
  folder('top'),
  folder('top/dir'),
  [{ name: 'top/dir/file', mode: 0o4755 }, 'content'],
  [{ name: 'top/dir/link', type: 'symlink', linkname: '/anywhere/../else' }],
  [{ name: 'top/hard', type: 'link', linkname: 'top/dir/file' }],
  [{ name: 'top/pipe', type: 'fifo' }],
  [{ name: 'top/second', type: 'link', linkname: 'top/pipe' }],
  [{ name: 'top/third', type: 'link', linkname: 'top/pipe' }],
]

async function exported(items = VOLUME, manifest = MANIFEST_OF): Promise<Buffer> {
  const tar = pack()
  const written = buffer(tar)
  await writeArchive(tar, manifest, async (index, use) =>
    use(Readable.from([await tarOf(index === 0 ? items : [folder('data')])]), index === 0 ? 'top' : 'data'),
  )
  return written
}

interface Seen {
  index: number
  entries: [string, string, number, string][]
}

async function imported(archive: Buffer | Item[]): Promise<{ manifest: Manifest; seen: Seen[] }> {
  const seen: Seen[] = []
  const bytes = Buffer.isBuffer(archive) ? archive : await tarOf(archive)
  const manifest = await readArchive(Readable.from([bytes]), {
    root: 'to',
    write: async (index, _, tar) => {
      const entries = extract()
      entries.end(await buffer(tar))
      const one: Seen = { index, entries: [] }
      for await (const entry of entries) {
        const text = (await buffer(entry)).toString()
        const { name, type, mode, linkname } = entry.header
        one.entries.push([name, type ?? '', mode, linkname || text])
      }
      seen.push(one)
    },
  })
  return { manifest, seen }
}

test('what is exported is imported: folders, files, links, owners; what acts as another user does not', async () => {
  const { manifest, seen } = await imported(await exported())
  expect(manifest).toEqual(MANIFEST_OF)
  expect(seen).toEqual([
    {
      index: 0,
      entries: [
        ['to', 'directory', 0o2755, ''],
        ['to/dir', 'directory', 0o2755, ''],
        ['to/dir/file', 'file', 0o755, 'content'],
        ['to/dir/link', 'symlink', 0o644, '/anywhere/../else'],
        ['to/hard', 'link', 0o644, 'to/dir/file'],
      ],
    },
    { index: 1, entries: [['to', 'directory', 0o2755, '']] },
  ])
})

const begin: Item = [{ name: MANIFEST }, JSON.stringify({ ...MANIFEST_OF, volumes: ['data'] })]
const top = folder('volumes/0')
const end: Item = [{ name: CHECKSUMS }, JSON.stringify({ volumes: ['0'.repeat(64)] })]

test.for<[string, Item[], RegExp]>([
  ['no manifest', [top, end], /does not begin/],
  ['another format', [[{ name: MANIFEST }, '{"format":2}'], top, end], /./],
  [
    'a volume twice',
    [[{ name: MANIFEST }, JSON.stringify({ ...MANIFEST_OF, volumes: ['a', 'a'] })]],
    /twice/,
  ],
  ['a name with a slash', [[{ name: MANIFEST }, JSON.stringify({ ...MANIFEST_OF, volumes: ['../a'] })]], /./],
  ['a path upwards', [begin, top, [{ name: 'volumes/0/../1' }], end], /leads out/],
  ['an absolute path', [begin, top, [{ name: '/etc/passwd' }], end], /no part/],
  ['a volume that it does not name', [begin, top, folder('volumes/1'), end], /no part/],
  ['no top', [begin, [{ name: 'volumes/0/file' }], end], /no top/],
  ['a file as top', [begin, [{ name: 'volumes/0' }], end], /no folder/],
  [
    'a file through a link',
    [
      begin,
      top,
      [{ name: 'volumes/0/a', type: 'symlink', linkname: '/etc' }],
      [{ name: 'volumes/0/a/b' }],
      end,
    ],
    /in no folder/,
  ],
  [
    'a hard link outwards',
    [begin, top, [{ name: 'volumes/0/a', type: 'link', linkname: '/etc/passwd' }]],
    /leads out/,
  ],
  [
    'a hard link to nothing',
    [begin, top, [{ name: 'volumes/0/a', type: 'link', linkname: 'volumes/0/b' }]],
    /no file/,
  ],
  ['a device', [begin, top, [{ name: 'volumes/0/a', type: 'block-device' }]], /neither/],
  ['a pipe', [begin, top, [{ name: 'volumes/0/a', type: 'fifo' }]], /neither/],
  ['a name twice', [begin, top, [{ name: 'volumes/0/a' }], [{ name: 'volumes/0/a' }], end], /twice/],
  ['another checksum', [begin, top, end], /checksums/],
  ['no checksums', [begin, top], /cut short/],
  ['no volume', [begin, end], /missing/],
])('an archive with %s is refused', async ([, items, problem]) => {
  await expect(imported(items)).rejects.toThrow(problem)
})

test('an archive that is cut, changed or continued is refused', async () => {
  const whole = await exported()
  await expect(imported(whole.subarray(0, whole.length - 2048))).rejects.toThrow()
  await expect(imported(whole.subarray(0, 700))).rejects.toThrow()
  const changed = Buffer.from(whole)
  changed[whole.indexOf('content')] = 0x43
  await expect(imported(changed)).rejects.toThrow(/checksums/)
  const more = await tarOf([[{ name: 'more' }]])
  await expect(imported(Buffer.concat([whole.subarray(0, whole.length - 1024), more]))).rejects.toThrow(
    /after its end/,
  )
  await expect(imported(Buffer.from('not an archive'))).rejects.toThrow()
})

test('a failure to write ends the reading', async () => {
  const failing = { root: 'to', write: () => Promise.reject(new Error('full')) }
  await expect(readArchive(Readable.from([await exported()]), failing)).rejects.toThrow(/full/)
})

test('owners and times that have no room in a header are kept, and those that none has are refused', async () => {
  const pax = { uid: '1234567890', gid: '4294967294', mtime: '-86400.5' }
  const long: Item = [{ name: 'top/long', pax, mtime: new Date(0) }, 'x']
  const whole = await exported([folder('top'), long])
  const headers: Partial<Header>[] = []
  await readArchive(Readable.from([whole]), {
    root: 'to',
    write: async (_, __, tar) => {
      const entries = extract()
      entries.end(await buffer(tar))
      for await (const entry of entries) {
        headers.push(entry.header)
        entry.resume()
      }
    },
  })
  expect(headers[1]).toMatchObject({
    name: 'to/long',
    pax: { uid: '1234567890', gid: '4294967294', mtime: '-86401' },
  })
  for (const [key, value] of [
    ['uid', String(2 ** 33)],
    ['gid', '4294967295'],
    ['uid', '-1'],
    ['mtime', '1e300'],
    ['mtime', 'x'],
  ] as const)
    await expect(
      imported([begin, top, [{ name: 'volumes/0/a', pax: { [key]: value } }], end]),
    ).rejects.toThrow(/no usable/)
})

test('a refusal says why, also where the data is yet to be written', async () => {
  const later = {
    root: 'to',
    write: async (_: number, __: Manifest, tar: AsyncIterable<unknown>) => {
      // A volume is made first.
      await pause(5)
      for await (const _ of tar);
    },
  }
  for (const [entry, problem] of [
    [{ name: 'volumes/0/../x' }, /leads out/],
    [{ name: 'volumes/0/a/b' }, /in no folder/],
  ] as const)
    await expect(
      readArchive(Readable.from([await tarOf([begin, top, [entry], end])]), later),
    ).rejects.toThrow(problem)
})

test('what a file cannot hold is named, and nothing is exported under another name', async () => {
  const invalid = await tarOf([folder('top'), [{ name: 'top/n-X', pax: {} }]])
  // A name of the engine's tar that is no UTF-8.
  invalid.fill(0xff, invalid.indexOf('n-X') + 2, invalid.indexOf('n-X') + 3)
  const from = (tar: Buffer) =>
    writeArchive(pack(), { ...MANIFEST_OF, volumes: ['data'] }, async (_, use) =>
      use(Readable.from([tar]), 'top'),
    )
  await expect(from(invalid)).rejects.toMatchObject({
    code: 'snapshot-not-exported',
    why: 'What the volume data holds cannot be written into a file: The name "n-\uFFFD" is not UTF-8.',
  })
  const whole = await tarOf(VOLUME)
  await expect(from(whole.subarray(0, 700))).rejects.toMatchObject({ code: 'snapshot-not-exported' })
})
