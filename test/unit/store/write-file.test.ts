import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { writeFileWhole } from '../../../main/store/write-file.ts'

test('a file is written whole, also over an earlier one; what fails leaves nothing', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'pristine-write-'))
  try {
    const file = path.join(root, 'new', 'record.json')
    await writeFileWhole(file, 'one')
    await writeFileWhole(file, 'two')
    expect(await readFile(file, 'utf8')).toBe('two')
    await mkdir(path.join(root, 'new', 'folder', 'full'), { recursive: true })
    await expect(writeFileWhole(path.join(root, 'new', 'folder'), 'x')).rejects.toMatchObject({
      code: 'storage-failed',
    })
    expect((await readdir(path.join(root, 'new'))).sort()).toEqual(['folder', 'record.json'])
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
