import { appendFile, cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './commands.ts'
import type { RigPaths } from './home.ts'
import type { Recipe } from './recipes.ts'
import type { Surroundings } from './surroundings.ts'

/** Where the Dockerfiles of the base images are. */
export const IMAGES = fileURLToPath(new URL('images', import.meta.url))

/** Makes the folder that is sent to the engine for a recipe: its own files, packages, and this machine's needs. */
export async function makeContext(
  paths: RigPaths,
  recipe: Recipe & { kind: 'dockerfile' },
  surroundings: Surroundings,
): Promise<string> {
  const folder = join(paths.work, recipe.folder)
  await rm(folder, { recursive: true, force: true })
  await cp(join(IMAGES, recipe.folder), folder, { recursive: true })
  const environment = Object.entries(recipe.environment?.(surroundings) ?? {})
  const lines = environment.map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}\n`)
  await appendFile(join(folder, 'Dockerfile'), lines.join(''))
  for (const [name, { into, only }] of Object.entries(recipe.packages ?? {})) {
    await unpackNpm(paths, name, join(folder, 'usr-local', into), only)
  }
  if (recipe.packages && surroundings.npmRegistry) {
    await mkdir(join(folder, 'usr-local/etc'), { recursive: true })
    await writeFile(join(folder, 'usr-local/etc/npmrc'), `registry=${surroundings.npmRegistry}\n`)
  }
  return folder
}

/** Fetches a package with the npm client, so by its registry, cache and certificates, and unpacks it. */
async function unpackNpm(paths: RigPaths, name: string, into: string, only: string[] = []): Promise<void> {
  const packed = await run('npm', ['pack', name, '--silent', '--pack-destination', paths.work])
  const file = join(paths.work, packed.trim())
  await mkdir(into, { recursive: true })
  const members = only.map((member) => `package/${member}`)
  await run('tar', ['-xzf', file, '--strip-components=1', '-C', into, ...members])
  await rm(file)
}
