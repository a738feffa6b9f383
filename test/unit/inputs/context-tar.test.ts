import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ContextOptions, contextTar } from '../../../main/build/context-tar.ts'
import { contextFiles } from '../../../main/definition/inputs/inputs.ts'
import { openInside } from '../../../main/files/open-inside.ts'
import type { InputFile } from '../../../shared/plan.ts'
import { checkoutOf, scratch } from './scratch.ts'
import { entriesOf } from './tar-entries.ts'

const below =
  (folder: string): ContextOptions['open'] =>
  ([name]) =>
    openInside(folder, name)
const tarOf = (options: ContextOptions): Promise<Buffer> => buffer(contextTar(options))

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex')

const all = async (folder: string) =>
  contextFiles(await checkoutOf(folder), folder, [{ patterns: ['.'] }], undefined)

test('a context is sorted, without times and owners, with links, folders and long names', async () => {
  const long = `deep/${'x'.repeat(200)}/${'y'.repeat(120)}`
  await using folder = await scratch({ 'b/c': 'c', [long]: 'long', empty: '' })
  await folder.write('run', 'r', 0o700)
  await folder.link('link', 'b/c')
  await folder.folder('hollow')
  const tar = await tarOf({
    open: below(folder.path),
    files: await all(folder.path),
    extra: [
      { path: 'Dockerfile', content: 'FROM a\n' },
      { path: '.pristine/downloads/x/y', file: folder.at('b/c'), sha256: sha256Of('c'), mode: 0o600 },
    ],
    folder: 'context',
  })
  const entries = await entriesOf(tar)
  expect(
    entries.map(
      ({ header }) =>
        `${header.mode.toString(8)} ${header.name}${header.linkname ? ` -> ${header.linkname}` : ''}`,
    ),
  ).toEqual([
    '755 .pristine/',
    '755 .pristine/downloads/',
    '755 .pristine/downloads/x/',
    '600 .pristine/downloads/x/y',
    '644 Dockerfile',
    '755 context/',
    '755 context/b/',
    '644 context/b/c',
    '755 context/deep/',
    `755 context/deep/${'x'.repeat(200)}/`,
    `644 context/${long}`,
    '644 context/empty',
    '755 context/hollow/',
    '777 context/link -> b/c',
    '755 context/run',
  ])
  for (const { header } of entries) {
    expect(header.mtime?.getTime()).toBe(0)
    expect([header.uid, header.gid, header.uname, header.gname]).toEqual([0, 0, '', ''])
  }
  expect(entries.find(({ header }) => header.name.endsWith('b/c'))?.content.toString()).toBe('c')
})

test('equal inputs give equal bytes', { timeout: 60_000 }, async () => {
  const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,4}x){0,2}$/)
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 8, noNullPrototype: true }),
      async (files) => {
        const paths = Object.keys(files)
        fc.pre(!paths.some((path) => paths.some((other) => other.startsWith(`${path}/`))))
        await using one = await scratch(files)
        await using two = await scratch(Object.fromEntries(Object.entries(files).reverse()))
        const tars = await Promise.all(
          [one, two].map(async ({ path }) =>
            tarOf({ open: below(path), files: (await all(path)).reverse(), extra: [] }),
          ),
        )
        expect(tars[0]?.equals(tars[1] ?? Buffer.alloc(0))).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})

test.for([10, 3_000_000])(
  'a file of %i bytes that changed since it was planned ends the stream',
  async (size) => {
    await using folder = await scratch({ a: 'a' })
    await folder.write('file', Buffer.alloc(size, 'x'))
    const files = await all(folder.path)
    for (const other of [Buffer.alloc(size, 'y'), Buffer.alloc(size - 1, 'x'), Buffer.alloc(size + 1, 'x')]) {
      await folder.write('file', other)
      await expect(tarOf({ open: below(folder.path), files })).rejects.toMatchObject({
        code: 'input-unreadable',
        data: { path: 'file', problem: 'it changed while it was being sent' },
      })
    }
  },
)

test('a file that is gone ends the stream', async () => {
  await using folder = await scratch({ a: 'a' })
  const files = await all(folder.path)
  await expect(tarOf({ open: below(folder.at('elsewhere')), files })).rejects.toMatchObject({
    code: 'input-unreadable',
  })
})

test('what goes along and is not what was locked ends the stream', async () => {
  await using folder = await scratch({ tool: 'two' })
  const extra = [{ path: 'tool', file: folder.at('tool'), sha256: sha256Of('one') }]
  const tar = tarOf({ open: below(folder.path), files: [], extra })
  await expect(tar).rejects.toMatchObject({ code: 'input-unreadable', data: { path: folder.at('tool') } })
})

test('big files pass whole, and a reader that stops early ends the work', async () => {
  await using folder = await scratch({})
  const content = Buffer.alloc(20_000_003, 'abcdefg')
  await folder.write('big', content)
  const files = await all(folder.path)
  const entries = await entriesOf(await tarOf({ open: below(folder.path), files }))
  expect(entries[0]?.content.length).toBe(content.length)
  const stream = contextTar({ open: below(folder.path), files })
  for await (const _chunk of stream) break
  expect(stream.destroyed).toBe(true)
})

test('small contents are shown as they are sent, with the line ends that were planned', async () => {
  await using folder = await scratch({ a: 'one', b: 'two', crlf: 'x\r\n' })
  await folder.write('large', Buffer.alloc(1024 * 1024 + 1))
  const files = (await all(folder.path)).map(
    ([name, executable, sha256]): InputFile => [name, executable, name === 'crlf' ? sha256Of('x\n') : sha256],
  )
  const shown: [string, string][] = []
  const converted = new Set([sha256Of('x\n')])
  const sent = (sha256: string, content: Buffer) => shown.push([sha256, content.toString()])
  const entries = await entriesOf(await tarOf({ open: below(folder.path), files, converted, sent }))
  expect(shown).toEqual(['one', 'two', 'x\n'].map((text) => [sha256Of(text), text]))
  expect(entries.map(({ header, content }) => [header.name, content.length])).toEqual([
    ['a', 3],
    ['b', 3],
    ['crlf', 2],
    ['large', 1024 * 1024 + 1],
  ])
})
