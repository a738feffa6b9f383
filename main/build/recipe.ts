import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Home } from '../project/home.ts'
import type { Project } from '../project/open.ts'
import { writeFileWhole } from '../project/write-file.ts'
import { storePlan } from '../version/recipes.ts'
import type { Planned } from './plan.ts'

/** Inputs up to this size, and contexts up to this many files, are kept; the rest is in the repository. */
const SMALL_INPUT = 1024 * 1024
const SMALL_CONTEXT = 1000

/** Keeps the plan and its small inputs, so that a version can be explained and built again without its image. */
export async function keepRecipe(
  home: Home,
  project: Project,
  { id, plan, services }: Planned,
): Promise<void> {
  await storePlan(home, id, plan)
  const inputs = [
    ...plan.inputs.map((input) => ({ folder: project.path, input })),
    ...plan.services.flatMap((service, index) =>
      service.files.length > SMALL_CONTEXT
        ? []
        : service.files.map((input) => ({ folder: services[index]?.contextFolder ?? project.path, input })),
    ),
  ]
  for (const { folder, input } of inputs) {
    const [name, , hash] = input
    if (/^[0-9a-f]{64}$/.test(hash))
      await keepBlob(path.join(folder, name), path.join(home.blobs, hash), hash)
  }
}

/** A file that changed since it was planned is not kept: the build will find that out and say so. */
async function keepBlob(from: string, to: string, hash: string): Promise<void> {
  if (await stat(to).catch(() => undefined)) return
  const found = await stat(from).catch(() => undefined)
  if (!found?.isFile() || found.size > SMALL_INPUT) return
  const content = await readFile(from)
  if (createHash('sha256').update(content).digest('hex') === hash) await writeFileWhole(to, content)
}
