import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type Docker from 'dockerode'
import { buildImage, pushImage, splitReference } from './build-image.ts'
import { runAsRoot } from './commands.ts'
import { importDebian, makeDebianRoot, removeDebianRoot, slimDebianRoot } from './debian-root.ts'
import { engineClient } from './engine.ts'
import { type Facts, type RigPaths, readJson, writeJson } from './home.ts'
import { step } from './progress.ts'
import { IMAGES, makeContext } from './recipe-context.ts'
import { RECIPES, type Recipe } from './recipes.ts'
import { repositoryPath } from './registry-log.ts'
import { readManifest, writeManifest } from './registry-store.ts'
import { readSurroundings, type Surroundings } from './surroundings.ts'

/** What was stored in the registry for a recipe. */
interface Marker {
  fingerprint: string
  digest: string
}

/** Makes the base images that the registry lacks, and leaves none of them on the engine. */
export async function makeBaseImages(paths: RigPaths, facts: Facts): Promise<void> {
  const surroundings = await readSurroundings()
  const missing: Recipe[] = []
  for (const recipe of RECIPES) if (!(await isStored(paths, recipe, surroundings))) missing.push(recipe)
  if (missing.length === 0) return

  const docker = engineClient(paths)
  const kitchen = { paths, docker, registry: `127.0.0.1:${facts.port}`, surroundings }
  const before = await unnamedImages(docker)
  await makeDebians(kitchen, missing)
  await makeOthers(kitchen, missing)
  await forgetImages(docker, before)
  await runAsRoot('rm', ['-rf', '--one-file-system', paths.work])
}

interface Kitchen {
  paths: RigPaths
  docker: Docker
  registry: string
  surroundings: Surroundings
}

/** The full one first: it becomes the slim one by taking away. */
async function makeDebians(kitchen: Kitchen, missing: Recipe[]): Promise<void> {
  const wanted = missing
    .filter((recipe) => recipe.kind === 'debian')
    .sort((a, b) => Number(a.slim) - Number(b.slim))
  if (wanted.length === 0) return
  const root = await step('make a Debian system', () => makeDebianRoot(kitchen.paths, kitchen.surroundings))
  for (const recipe of wanted) {
    await step(`image ${recipe.references[0]}`, async () => {
      if (recipe.slim) await slimDebianRoot(root)
      await importDebian(kitchen.docker, root, recipe.references[0], kitchen.surroundings)
      await store(kitchen, recipe)
    })
  }
  await removeDebianRoot(root)
}

/** Side by side, each after its base: they wait for the network more than they compute. */
async function makeOthers(kitchen: Kitchen, missing: Recipe[]): Promise<void> {
  const begun = new Map<string, Promise<void>>()
  for (const recipe of missing) {
    if (recipe.kind !== 'dockerfile') continue
    const make = async () => {
      await begun.get(recipe.base)
      await step(`image ${recipe.references[0]}`, async () => {
        const folder = await makeContext(kitchen.paths, recipe, kitchen.surroundings)
        await buildImage(kitchen.docker, folder, recipe.references[0], { ...recipe.args, BASE: recipe.base })
        await store(kitchen, recipe)
      })
    }
    begun.set(recipe.references[0], make())
  }
  const outcomes = await Promise.allSettled(begun.values())
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

async function store({ docker, registry, paths, surroundings }: Kitchen, recipe: Recipe): Promise<void> {
  const [first, ...others] = recipe.references
  const digest = await pushImage(docker, registry, first, first)
  const [repository] = splitReference(first)
  const manifest = await readManifest(repositoryPath(repository), digest)
  for (const other of others) {
    const [, tag] = splitReference(other)
    if (manifest) await writeManifest(repositoryPath(repository), tag, manifest.body, manifest.type)
  }
  const marker: Marker = { fingerprint: await fingerprint(recipe, surroundings), digest }
  await writeJson(markerFile(paths, recipe), marker)
}

async function isStored(paths: RigPaths, recipe: Recipe, surroundings: Surroundings): Promise<boolean> {
  const marker = await readJson<Marker>(markerFile(paths, recipe))
  if (marker?.fingerprint !== (await fingerprint(recipe, surroundings))) return false
  for (const reference of recipe.references) {
    const [repository, tag] = splitReference(reference)
    const stored = await readManifest(repositoryPath(repository), tag)
    if (stored?.digest !== marker.digest) return false
  }
  return true
}

function markerFile(paths: RigPaths, recipe: Recipe): string {
  return join(paths.markers, `${recipe.references[0].replaceAll(/[:/]/g, '-')}.json`)
}

/** Everything that decides what an image is: the recipe, its files, its base's fingerprint, the surroundings. */
async function fingerprint(recipe: Recipe, surroundings: Surroundings): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([recipe, surroundings]))
  if (recipe.kind === 'debian') {
    hash.update(await readFile(fileURLToPath(new URL('debian-root.ts', import.meta.url))))
    return hash.digest('hex')
  }
  hash.update(JSON.stringify(recipe.environment?.(surroundings) ?? {}))
  const folder = join(IMAGES, recipe.folder)
  for (const name of (await readdir(folder)).sort())
    hash.update(name).update(await readFile(join(folder, name)))
  const base = RECIPES.find((other) => other.references.includes(recipe.base))
  if (base) hash.update(await fingerprint(base, surroundings))
  return hash.digest('hex')
}

/** Tests begin by really pulling. What was there before, or is used by a container meanwhile, stays. */
async function forgetImages(docker: Docker, unnamedBefore: string[]): Promise<void> {
  const named = RECIPES.map((recipe) => recipe.references[0]).reverse()
  const left = async () => (await unnamedImages(docker)).filter((id) => !unnamedBefore.includes(id))
  for (const name of named) await forget(docker, name)
  for (const id of await left()) await forget(docker, id)
}

/** Images without a name, such as the earlier stages of a build. */
async function unnamedImages(docker: Docker): Promise<string[]> {
  const images = await docker.listImages({ filters: { dangling: ['true'] } })
  return images.map((image) => image.Id)
}

async function forget(docker: Docker, name: string): Promise<void> {
  const expected = [404, 409]
  await docker
    .getImage(name)
    .remove()
    .catch((error: { statusCode?: number }) => {
      if (!expected.includes(error.statusCode ?? 0)) throw error
    })
}
