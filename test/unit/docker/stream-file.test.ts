import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { tarOf } from '../../../main/docker/stream-file.ts'

test.each([
  ['a short one', 1000, 1001],
  ['one of a directory service', 2_097_152, 1_883_000_001],
  ['the highest one', 0xffff_fffe, 0xffff_fffe],
])('the owner of a file arrives, also %s', async (_, uid, gid) => {
  const file = { name: 'a', size: 3, mode: 0o640, uid, gid }
  const unpack = extract()
  unpack.end(await buffer(Readable.from(tarOf(file, Readable.from([Buffer.from('one')])))))
  const found: unknown[] = []
  for await (const entry of unpack) {
    const { name, size, mode, uid, gid } = entry.header
    const pax = entry.header.pax as Record<string, string> | null | undefined
    const text = String(await buffer(entry as unknown as Readable))
    found.push({ name, size, mode, text, uid: Number(pax?.['uid'] ?? uid), gid: Number(pax?.['gid'] ?? gid) })
  }
  expect(found).toEqual([{ ...file, text: 'one' }])
})
