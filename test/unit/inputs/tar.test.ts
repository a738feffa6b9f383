import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type TarEntry, TarWriter } from '../../../main/build/tar.ts'
import { entriesOf } from './tar-entries.ts'

interface Content {
  entry: TarEntry
  content: Buffer
}

function archive(contents: Content[]): Buffer {
  const out = new TarWriter()
  for (const { entry, content } of contents) {
    out.add({ ...entry, size: content.length })
    out.write(content)
    out.pad(content.length)
  }
  out.end()
  return Buffer.concat(out.take())
}

const name = fc
  .array(fc.oneof(fc.stringMatching(/^[a-z.-]{1,120}$/), fc.constantFrom('é', '名前', 'a b', '😀')), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('/'))
const content = fc.oneof(
  fc.uint8Array({ maxLength: 1_100 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(Buffer.alloc(512, 'a'), Buffer.alloc(600_001, 'b')),
)
const entry = fc.oneof(
  fc.record({
    entry: fc.record({ kind: fc.constant('file' as const), name, mode: fc.constant(0o755) }),
    content,
  }),
  fc.record({
    entry: fc.record({ kind: fc.constant('link' as const), name, mode: fc.constant(0o777), target: name }),
    content: fc.constant(Buffer.alloc(0)),
  }),
  fc.record({
    entry: fc.record({ kind: fc.constant('folder' as const), name, mode: fc.constant(0o755) }),
    content: fc.constant(Buffer.alloc(0)),
  }),
)

test('an archive holds what was added: long names, names in any script, contents of any size', async () => {
  const types = { file: 'file', link: 'symlink', folder: 'directory' }
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (contents) => {
      const read = await entriesOf(archive(contents))
      expect(
        read.map(({ header }) => [header.type, header.name, header.mode, header.linkname ?? '']),
      ).toEqual(
        contents.map(({ entry }: Content) => [
          types[entry.kind],
          entry.kind === 'folder' ? `${entry.name}/` : entry.name,
          entry.mode,
          entry.target ?? '',
        ]),
      )
      expect(read.every(({ content }, at) => contents[at]?.content.equals(content))).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test('a size of more than eleven octal digits has a record of its own', () => {
  const out = new TarWriter()
  out.add({ kind: 'file', name: 'image', mode: 0o644, size: 2 ** 33 })
  out.end()
  expect(Buffer.concat(out.take()).toString('latin1', 512, 532)).toBe('19 size=8589934592\n\0')
})
