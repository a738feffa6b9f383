import { createHash } from 'node:crypto'
import { truncate } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { VersionFiles } from '../../../main/definition/version-files.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { scratch } from '../inputs/scratch.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

async function versionWith(content: string) {
  const folder = await scratch({ 'shop/app.env': content })
  const home = openHome({ PRISTINE_HOME: folder.at('home') })
  const project = await openProject(folder.at('shop'), home)
  const open = () =>
    VersionFiles.open({ home, env: {} }, project, 'a'.repeat(64) as VersionId, [
      ['app.env', false, sha256(content)],
    ])
  const keep = () => folder.write(`home/blobs/${sha256(content)}`, content)
  return { folder, open, keep, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test.each([1, 3])('a file of %i GiB in the place of one is another one, and is not read', async (size) => {
  await using version = await versionWith('A=1\n')
  await truncate(version.folder.at('shop/app.env'), size * 1024 ** 3)
  const withoutKept = await version.open()
  expect([withoutKept.kept('app.env'), [...withoutKept.today]]).toEqual([undefined, ['app.env']])
  await version.keep()
  const files = await version.open()
  expect([String(files.kept('app.env')), [...files.today]]).toEqual(['A=1\n', []])
  expect([files.kept('other.env'), [...files.today]]).toEqual([undefined, []])
})

test.each(['\n\n\n\n', 'A=1\nB=2\n', ''])(
  'the same text with CRLF line ends is the same file: %j',
  async (text) => {
    await using version = await versionWith(text)
    await version.keep()
    await version.folder.write('shop/app.env', text.replaceAll('\n', '\r\n'))
    const files = await version.open()
    expect([files.kept('app.env'), [...files.today]]).toEqual([undefined, []])
  },
)
