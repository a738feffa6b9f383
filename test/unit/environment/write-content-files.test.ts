import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { writeFiles } from '../../../main/environment/write-content-files.ts'
import type { OperationEvent } from '../../../shared/operation.ts'

const run = promisify(execFile)
const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const NO_MOUNTS = isRoot ? '' : 'skipped, because only root on Linux mounts a file system: '

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** An engine's tar of a folder with a file and a link. */
function contentTar(text: string): Readable {
  const tar = pack()
  tar.entry({ name: 'files/', type: 'directory' })
  tar.entry({ name: 'files/.env', mode: 0o640 }, text)
  tar.entry({ name: 'files/.venv', type: 'symlink', linkname: '/opt/venv' })
  tar.finalize()
  return Readable.from(tar, { objectMode: false })
}

async function written(folder: string, text: string, state = sha256(text)) {
  const events: OperationEvent[] = []
  const files = [
    { whole: path.join(folder, '.env'), at: '.env', state },
    { whole: path.join(folder, '.venv'), at: '.venv', state: '-> /opt/venv' },
  ]
  const report = (event: OperationEvent) => events.push(event)
  const refused = await writeFiles(contentTar(text), files, { report })
  const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
  return { refused: refused.map(({ at }) => at), warnings, left: await readdir(folder).catch(() => []) }
}

const temporaryFolder = async () => {
  const at = await mkdtemp(path.join(tmpdir(), 'pristine-content-'))
  return { at, [Symbol.asyncDispose]: () => rm(at, { recursive: true, force: true }) }
}

/** A small file system of its own. */
async function mounted(options: string) {
  const folder = await temporaryFolder()
  await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder.at])
  return {
    at: folder.at,
    async [Symbol.asyncDispose]() {
      await run('umount', [folder.at])
      await folder[Symbol.asyncDispose]()
    },
  }
}

test('files and links of a version are written whole, and only what was recorded', async () => {
  await using folder = await temporaryFolder()
  const text = 'A=1\n'.repeat(100_000)
  expect(await written(folder.at, text)).toEqual({ refused: [], warnings: [], left: ['.env', '.venv'] })
  expect(await readFile(path.join(folder.at, '.env'), 'utf8')).toBe(text)
  expect((await lstat(path.join(folder.at, '.env'))).mode & 0o777).toBe(0o640)
  expect(await readlink(path.join(folder.at, '.venv'))).toBe('/opt/venv')
  await using other = await temporaryFolder()
  expect(await written(other.at, text, sha256('other'))).toMatchObject({ left: ['.venv'] })
})

test('a folder that the checkout does not have, or that leads elsewhere, is passed over', async () => {
  await using folder = await temporaryFolder()
  const nothing = { refused: [], warnings: [] }
  expect(await written(path.join(folder.at, 'absent'), 'A=1')).toMatchObject(nothing)
  await mkdir(path.join(folder.at, 'real'))
  await symlink('real', path.join(folder.at, 'link'))
  expect(await written(path.join(folder.at, 'link'), 'A=1')).toMatchObject({ ...nothing, left: [] })
})

test.runIf(isRoot)(
  `${NO_MOUNTS}a folder that takes no file is named, and a full disk is an error`,
  async () => {
    await using sealed = await mounted('ro,size=64k')
    expect(await written(sealed.at, 'A=1')).toEqual({
      refused: ['.env', '.venv'],
      warnings: ['.env', '.venv'].map(
        (name) =>
          `The folder does not take ${name} of the version (EROFS): it is missing there, or as it was.`,
      ),
      left: [],
    })
    await using full = await mounted('size=64k')
    await expect(written(full.at, 'A=1\n'.repeat(100_000))).rejects.toMatchObject({
      code: 'storage-failed',
      data: { path: path.join(full.at, '.env') },
    })
    expect(await readdir(full.at)).toEqual([])
  },
)
