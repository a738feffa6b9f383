import { readFileSync } from 'node:fs'
import { chmod, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { InputFile } from '../../shared/plan.ts'
import type { Checkout } from '../definition/checkout.ts'
import { reasonOf, unreadable } from '../definition/collect.ts'
import { type Opened, openInside } from '../definition/inside.ts'
import { contentWithHash } from '../definition/line-ends.ts'
import { isInside } from '../definition/local-variables.ts'
import { fromRoot } from '../definition/project-inputs.ts'
import type { MountSettings } from '../docker/containers.ts'
import { ensureFolder, type Home } from '../project/home.ts'
import type { Project } from '../project/open.ts'

/** An input of a version that the project's folder has otherwise today, or otherwise than every clone. */
export interface OlderInput {
  /** Relative to the project's folder. */
  path: string
  executable: boolean
  sha256: string
  /** Opens a file that held its content when it was looked for. */
  open: () => Opened
}

/** The inputs that the folder has with other line ends, or another executable bit, than every clone's commit has. */
export function differingInputs(checkout: Checkout, inputs: InputFile[]): OlderInput[] {
  return inputs.flatMap(([name, executable, sha256]): OlderInput[] => {
    const file = fromRoot(checkout, name)
    if (!checkout.differing.has(file)) return []
    return [{ path: name, executable, sha256, open: () => openInside(checkout.root, file) }]
  })
}

/** Where they lie while a version is made again. */
export const olderInputsFolder = (home: Home, key: ProjectKey): string =>
  path.join(home.project(key), 'older-inputs')

/**
 * Mounts that put inputs as a version had them in front of those that the project's folder has today. They are copies
 * in `folder`, which the caller removes: the store is this person's alone, and a hook may write.
 * Error: `input-unreadable` for a content that is not what it was any more.
 */
export async function inFrontOf(
  folder: string,
  project: Project,
  run: RunConfig,
  inputs: OlderInput[],
): Promise<MountSettings[]> {
  await rm(folder, { recursive: true, force: true })
  if (inputs.length === 0) return []
  await ensureFolder(folder)
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const found: MountSettings[] = []
  for (const [index, input] of inputs.entries()) {
    const copy = path.join(folder, String(index))
    await writeFile(copy, contentOf(input))
    await chmod(copy, input.executable ? 0o755 : 0o644)
    const file = path.join(project.path, input.path)
    for (const mount of mounts) {
      if (mount.kind !== 'bind' || !isInside(file, mount.source)) continue
      const inside = path.relative(mount.source, file).split(path.sep).join('/')
      const Target = path.posix.join(mount.target, inside)
      found.push({ Type: 'bind', Source: copy, Target, ReadOnly: false })
    }
  }
  return found
}

function contentOf({ path: shown, sha256, open }: OlderInput): Buffer {
  let content: Buffer
  try {
    using file = open()
    content = readFileSync(file.fd)
  } catch (error) {
    throw unreadable(shown, reasonOf(error), error)
  }
  const wanted = contentWithHash(content, sha256)
  if (!wanted) throw unreadable(shown, 'it changed while it was looked for')
  return wanted
}
