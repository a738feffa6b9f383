import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { writeFileWhole } from '../store/write-file.ts'

/** Work that is about to be done, written to the disk before, so that it can be finished or undone after a crash. */
const Intent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('build') }),
  z.object({ kind: z.literal('stop') }),
  z.object({
    kind: z.literal('restart'),
    /**
     * The id of the container that was stopped to be started again; if the environment has several, the id of the first.
     */
    blue: z.string(),
    /** The ids of the stopped containers; absent for all. */
    stops: z.optional(z.array(z.string())),
  }),
  z.object({
    kind: z.literal('swap'),
    /** The name of the new container. */
    green: z.string(),
    /** The id of the container that ran before: it runs again unless green became the current one. */
    blue: z.optional(z.string()),
    /** Whether blue is stopped during the swap: the engine completes a stop even if the client dies. */
    stops: z.optional(z.boolean()),
  }),
  z.object({
    kind: z.literal('swap-set'),
    /** The name of the new set: its containers and networks have it as a label. */
    set: z.string(),
    /** The ids of the containers that ran before; they run again unless the new set became the current one. */
    blue: z.array(z.string()),
    /** The ids of those that are stopped during the swap. */
    stops: z.array(z.string()),
  }),
])
export type Intent = z.infer<typeof Intent>

const intentFile = (projectFolder: string) => path.join(projectFolder, 'intent.json')

/** Errors: `storage-failed`. */
export function writeIntent(projectFolder: string, intent: Intent): Promise<void> {
  return writeFileWhole(intentFile(projectFolder), JSON.stringify(intent))
}

/**
 * The intent that a process did not complete; undefined if there is none. An unreadable file only shows that there was
 * one.
 */
export async function readIntent(projectFolder: string): Promise<Intent | undefined> {
  const text = await readFile(intentFile(projectFolder), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return Intent.parse(JSON.parse(text))
  } catch {
    return { kind: 'build' }
  }
}

export function clearIntent(projectFolder: string): Promise<void> {
  return rm(intentFile(projectFolder), { force: true })
}

/** Whether a container is one of those that an intent was about to create. */
export function isMadeBy(intent: Intent, { name, set }: Pick<EnvironmentContainer, 'name' | 'set'>): boolean {
  if (intent.kind === 'swap') return name === intent.green
  return intent.kind === 'swap-set' && (set === intent.set || name === intent.set)
}

/** The ids of the containers that ran before an intent, and of those among them that it stops. */
export function containersBefore(intent: Intent): { blue: string[]; stops: string[] } {
  switch (intent.kind) {
    case 'build':
    case 'stop':
      return { blue: [], stops: [] }
    case 'restart': {
      const ids = intent.stops ?? [intent.blue]
      return { blue: ids, stops: ids }
    }
    case 'swap': {
      const blue = intent.blue === undefined ? [] : [intent.blue]
      return { blue, stops: intent.stops ? blue : [] }
    }
    case 'swap-set':
      return { blue: intent.blue, stops: intent.stops }
  }
}
