import { readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { HookName } from '../../shared/definition.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectContainer, startContainer } from '../docker/containers.ts'
import { FolderIdentity, identifyFolder, isAnotherFolder } from '../files/folder-identity.ts'
import { writeFileWhole } from '../store/write-file.ts'
import type { Launch } from './launch/prepare-launch.ts'

/** One start of a container, and the folder of this computer that it mounted as its workspace. */
const Start = z.object({
  container: z.string(),
  /** As the engine writes it. */
  startedAt: z.string(),
  /** Whether the version has start hooks, which ran then. */
  hasHooks: z.boolean(),
  workspace: z.optional(z.object({ source: z.string(), folder: FolderIdentity })),
  /** The files that its services mount: what is renamed to one of them later is another file. */
  files: z.optional(z.array(z.object({ source: z.string(), file: FolderIdentity }))),
})
export type Start = z.infer<typeof Start>

/** The start with which an environment became ready last. */
export interface LastStart extends Pick<Start, 'container' | 'startedAt' | 'hasHooks'> {
  /** The path of the workspace on this computer, where another folder is there by now than the mounted one. */
  replacedFolder?: string
  /** The first mounted file in whose place another one is there by now. */
  replacedFile?: string
}

const START_HOOKS: HookName[] = ['postStartCommand', 'postAttachCommand']

/** Starts a container and returns which start that was. Errors: those of the engine, as it gives them. */
export async function startOnce(engine: Engine, launch: Launch, container: string, run: Run): Promise<Start> {
  const mount = launch.run.workspaceMount
  const source = engine.local && mount?.kind === 'bind' ? mount.source : undefined
  // Asked before: a folder that is replaced during the start then counts as replaced.
  const folder = source === undefined ? undefined : await identifyFolder(source)
  const files = engine.local ? await mountedFiles(launch) : []
  await startContainer(engine, container, run)
  const startedAt = (await inspectContainer(engine, container))?.State.StartedAt ?? ''
  const hasHooks = START_HOOKS.some((name) => (launch.hooks[name] ?? []).length > 0)
  const workspace = source !== undefined && folder && { source, folder }
  return {
    ...{ container, startedAt, hasHooks },
    ...(workspace && { workspace }),
    ...(files.length > 0 && { files }),
  }
}

/** The single files of this computer that the services of a launch mount. */
async function mountedFiles({ parts, others }: Launch): Promise<{ source: string; file: FolderIdentity }[]> {
  const mounts = [parts, ...others.map((other) => other.parts)].flatMap(({ run }) => run.mounts)
  const sources = new Set(mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : [])))
  const found = await Promise.all(
    [...sources].map(async (source) => {
      const file = (await isFile(source)) ? await identifyFolder(source) : undefined
      return file ? [{ source, file }] : []
    }),
  )
  return found.flat()
}

const isFile = (source: string): Promise<boolean> =>
  stat(source).then(
    (stats) => stats.isFile(),
    () => false,
  )

/** `folder`: the project's, of the home. */
const fileOf = (folder: string): string => path.join(folder, 'start.json')

/** Records the start with which an environment became ready. `folder`: the project's, of the home. */
export async function rememberStart(folder: string, start: Start): Promise<void> {
  const file = fileOf(folder)
  // Without a record a restart or a replaced folder stays unnoticed; an outdated one would be wrong.
  await writeFileWhole(file, JSON.stringify(start)).catch(() => rm(file, { force: true }).catch(() => {}))
}

/** The last start that was recorded; undefined where none is. `folder`: the project's, of the home. */
export async function readLastStart(folder: string): Promise<LastStart | undefined> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => undefined)
  const start = text === undefined ? undefined : parse(text)
  if (!start) return undefined
  const { workspace, files = [], ...rest } = start
  const now = workspace && (await identifyFolder(workspace.source))
  const replaced = now && isAnotherFolder(workspace.folder, now)
  const today = await Promise.all(files.map(({ source }) => identifyFolder(source)))
  const other = files.find(({ file }, at) => {
    const one = today[at]
    return one !== undefined && isAnotherFolder(file, one)
  })
  return {
    ...rest,
    ...(replaced && { replacedFolder: workspace.source }),
    ...(other && { replacedFile: other.source }),
  }
}

function parse(text: string): Start | undefined {
  try {
    return Start.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
