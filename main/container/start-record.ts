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
import { relayedPorts } from './launch/relayed-ports.ts'

/** One start of a container, and the folder of this computer that it mounted as its workspace. */
const Start = z.object({
  container: z.string(),
  /** As the engine writes it. */
  startedAt: z.string(),
  /** Whether it has what runs after each start, which ran then: start hooks, or the relay of its ports. */
  hasHooks: z.boolean(),
  /** The containers of its set that became ready: when each was started, as the engine writes it, by its id. */
  ready: z.optional(z.record(z.string(), z.string())),
  workspace: z.optional(z.object({ source: z.string(), folder: FolderIdentity })),
  /** The files that were mounted, by all services of a set: what is renamed to one of them later is another file. */
  files: z.optional(z.array(z.object({ source: z.string(), file: FolderIdentity }))),
})
export type Start = z.infer<typeof Start>
type MountedFile = NonNullable<Start['files']>[number]

/** The start with which an environment became ready last. */
export interface StartRecord extends Pick<Start, 'container' | 'startedAt' | 'hasHooks' | 'ready'> {
  /** The path of the workspace on this computer, where another folder is there by now than the mounted one. */
  replacedFolder?: string
  /** The first mounted file in whose place another one is there by now. */
  replacedFile?: string
}

const START_HOOKS: HookName[] = ['postStartCommand', 'postAttachCommand']

/** Starts a container and returns which start that was, with the files of its own service. Errors: those of the engine, as it gives them. */
export async function startOnce(engine: Engine, launch: Launch, container: string, run: Run): Promise<Start> {
  const mount = launch.run.workspaceMount
  const source = engine.local && mount?.kind === 'bind' ? mount.source : undefined
  // Asked before: a folder that is replaced during the start then counts as replaced.
  const folder = source === undefined ? undefined : await identifyFolder(source)
  const files = engine.local ? await identifyFiles(mountSources(launch)) : []
  await startContainer(engine, container, run)
  const startedAt = (await inspectContainer(engine, container))?.State.StartedAt ?? ''
  const hasHooks =
    START_HOOKS.some((name) => (launch.hooks[name] ?? []).length > 0) || relayedPorts(launch.run).length > 0
  const workspace = source !== undefined && folder && { source, folder }
  return {
    ...{ container, startedAt, hasHooks },
    ...(workspace && { workspace }),
    ...(files.length > 0 && { files }),
  }
}

/**
 * The start of a set: that of its first container, with the times of the starts of all of them, and the files that these
 * mounted.
 */
export function startOfSet(first: Start, all: readonly Start[]): Start {
  return { ...withFiles(first, filesOf(all)), ready: timesOf(all) }
}

const timesOf = (starts: readonly Start[]): Record<string, string> =>
  Object.fromEntries(starts.map(({ container, startedAt }) => [container, startedAt]))

const withFiles = ({ files: _, ...start }: Start, files: MountedFile[]): Start => ({
  ...start,
  ...(files.length > 0 && { files }),
})

/** Each once: services may mount the same. */
const filesOf = (starts: readonly Start[]): MountedFile[] => [
  ...new Map(starts.flatMap(({ files = [] }) => files.map((one) => [one.source, one] as const))).values(),
]

/** Which containers of a set were started. */
interface Renewal {
  /** The start of the first, if it is among them. */
  first: Start | undefined
  starts: readonly Start[]
  /** The services that went on, with the files that they had mounted. */
  others: readonly Launch[]
}

/** Records that containers of a set were started. `folder`: the project's, of the home. */
export async function renewStart(folder: string, { first, starts, others }: Renewal): Promise<void> {
  const before = await readStart(folder)
  const start = first ?? before
  if (!start) return
  const mounted = new Set(others.flatMap(mountSources))
  const kept = (before?.files ?? []).filter(({ source }) => mounted.has(source))
  const renewed = filesOf(starts).filter(({ source }) => kept.every((one) => one.source !== source))
  const ready = { ...before?.ready, ...timesOf(starts) }
  await rememberStart(folder, { ...withFiles(start, [...renewed, ...kept]), ready })
}

/**
 * Records that containers became ready that were started outside of Pristine. `times`: when, as the engine writes it, by
 * their ids; `folder`: the project's, of the home.
 */
export async function rememberReady(folder: string, times: Record<string, string>): Promise<void> {
  const start = await readStart(folder)
  if (start) await rememberStart(folder, { ...start, ready: { ...start.ready, ...times } })
}

/** The paths of this computer that a service mounts. */
const mountSources = ({ parts }: Launch): string[] =>
  parts.run.mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : []))

/** Those of them that are single files. */
async function identifyFiles(sources: readonly string[]): Promise<MountedFile[]> {
  const found = await Promise.all(
    [...new Set(sources)].map(async (source) => {
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
export async function readLastStart(folder: string): Promise<StartRecord | undefined> {
  const start = await readStart(folder)
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

async function readStart(folder: string): Promise<Start | undefined> {
  try {
    return Start.parse(JSON.parse(await readFile(fileOf(folder), 'utf8')))
  } catch {
    return undefined
  }
}
