import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Checkout } from '../../../main/definition/inputs/checkout.ts'
import { HashCache } from '../../../main/definition/inputs/hash-cache.ts'

export interface Scratch extends AsyncDisposable {
  path: string
  at(name: string): string
  write(name: string, content: string | Buffer, mode?: number): Promise<void>
  folder(name: string): Promise<void>
  link(name: string, target: string): Promise<void>
}

/** A folder of its own with the given files, gone when it is disposed of. */
export async function scratch(files: Record<string, string> = {}): Promise<Scratch> {
  const root = await mkdtemp(path.join(tmpdir(), 'pristine-inputs-'))
  const at = (name: string): string => path.join(root, name)
  const made: Scratch = {
    path: root,
    at,
    async write(name, content, mode = 0o644) {
      await mkdir(path.dirname(at(name)), { recursive: true })
      await writeFile(at(name), content, { mode })
    },
    async folder(name) {
      await mkdir(at(name), { recursive: true })
    },
    async link(name, target) {
      await mkdir(path.dirname(at(name)), { recursive: true })
      await symlink(target, at(name))
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true })
    },
  }
  for (const [name, content] of Object.entries(files)) await made.write(name, content)
  return made
}

/** A folder as a project; its repository, if there is one, is its own. */
export const checkoutOf = async (folder: string, hashes?: HashCache): Promise<Checkout> =>
  Checkout.open({ path: folder }, process.env, hashes ?? (await HashCache.open()))
