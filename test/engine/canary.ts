import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { expect } from 'vitest'
import { docker } from './docker.ts'
import type { TestProject } from './test-project.ts'

/** Everything that could hold a value of a project: its own files, and all of it that the engine tells. */
export async function everywhere(project: TestProject): Promise<string> {
  const key = await project.key()
  const folder = path.dirname(project.folder)
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile())
  const texts = await Promise.all(
    files.map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')),
  )
  const all = JSON.stringify({ label: [`dev.pristine.project=${key}`] })
  for (const { Id } of await docker().listContainers({ all: true, filters: all })) {
    const container = docker().getContainer(Id)
    texts.push(JSON.stringify(await container.inspect()))
    texts.push((await container.logs({ stdout: true, stderr: true })).toString())
  }
  for (const { image, present } of await project.versions()) {
    if (!present) continue
    const one = docker().getImage(image)
    texts.push(JSON.stringify([await one.inspect(), await one.history()]))
    texts.push(...(await contentOf(await one.get())))
  }
  return texts.join('\n')
}

/** What an archive of an image holds, file by file; a store may keep layers compressed. */
async function contentOf(archive: NodeJS.ReadableStream): Promise<string[]> {
  const texts: string[] = []
  for await (const entry of archive.pipe(extract())) {
    const content = await buffer(entry)
    const packed = content.subarray(0, 4).toString('hex')
    const plain = packed.startsWith('1f8b')
      ? gunzipSync(content)
      : packed === '28b52ffd'
        ? zstdDecompressSync(content)
        : content
    texts.push(plain.toString('latin1'))
  }
  return texts
}

/** Fails if a value is in anything of a project, or in something more that is given. */
export async function expectInNothingOf(
  project: TestProject,
  values: string[],
  ...more: unknown[]
): Promise<void> {
  const all = (await everywhere(project)) + JSON.stringify(more)
  for (const value of values) expect(all.includes(value), value).toBe(false)
}
