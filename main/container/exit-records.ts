import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError } from '../../shared/errors.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { wasStopped } from '../docker/container-events.ts'
import { writeFileWhole } from '../store/write-file.ts'
import type { EnvironmentContainer } from './environment-container.ts'

/**
 * Whether somebody stopped a service, or its program ended by itself, by the ids of its containers: `finishedAt` is which end
 * that was, as the engine writes it. The engine forgets this soon, and an answer must not change later.
 */
const ExitRecords = z.record(z.string(), z.object({ finishedAt: z.string(), stopped: z.boolean() }))
export type ExitRecords = z.infer<typeof ExitRecords>

/** In milliseconds after an end: until then the engine may not have reported that somebody asked for it. */
const SETTLED = 60_000

/** `folder`: the project's, of the home. */
const fileOf = (folder: string): string => path.join(folder, 'ends.json')

/** What is recorded of a project's services. `folder`: the project's, of the home. */
export async function readEnds(folder: string): Promise<ExitRecords> {
  try {
    return ExitRecords.parse(JSON.parse(await readFile(fileOf(folder), 'utf8')))
  } catch {
    return {}
  }
}

/** Whether it is recorded how a container ended the last time. */
export const isEndKnown = ({ id, finishedAt }: EnvironmentContainer, ends: ExitRecords): boolean =>
  ends[id] !== undefined && ends[id].finishedAt === finishedAt

/** Whether somebody stopped a container, as far as that is recorded. */
export const wasEnded = (one: EnvironmentContainer, ends: ExitRecords): boolean =>
  isEndKnown(one, ends) && ends[one.id]?.stopped === true

/**
 * Asks the engine how these containers ended, and records it beside what is known. What it does not remember was not stopped;
 * if it does not answer, that is asked again. `folder`: the project's, of the home; `existing`: the ids of all its containers:
 * what is recorded of others is forgotten.
 */
export async function learnEnds(
  openEngine: () => Promise<Engine>,
  folder: string,
  containers: readonly EnvironmentContainer[],
  known: ExitRecords,
  existing: ReadonlySet<string>,
): Promise<ExitRecords> {
  const found: ExitRecords = {}
  for (const { id, startedAt, finishedAt } of containers) {
    if (finishedAt === undefined) continue
    try {
      const stopped = (await wasStopped(await openEngine(), id, { startedAt, finishedAt })) ?? false
      const isSettled = Date.now() - Date.parse(finishedAt) > SETTLED
      if (stopped || isSettled) found[id] = { finishedAt, stopped }
    } catch (error) {
      if (!isProductError(error)) throw error
    }
  }
  const kept = Object.entries(known).filter(([id]) => existing.has(id))
  const ends = { ...Object.fromEntries(kept), ...found }
  // Without a record it is asked again.
  if (Object.keys(found).length > 0)
    await writeFileWhole(fileOf(folder), JSON.stringify(ends)).catch(() => {})
  return ends
}
