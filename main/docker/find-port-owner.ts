import { basename } from 'node:path'
import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'
import { LABEL } from './labels.ts'

/**
 * Which container of the engine publishes a port of this computer, in words: of a Pristine environment, whose. Undefined
 * where none does, or the engine fails.
 */
export async function findPortOwner(engine: Engine, port: number): Promise<string | undefined> {
  const running = await call('listing the containers', (abortSignal) =>
    engine.docker.listContainers({ abortSignal }),
  ).catch(() => [])
  const found = running.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port))
  if (!found) return undefined
  // A label can be forged, so this is only displayed and never part of a command.
  const project = found.Labels[LABEL.path]
  if (project !== undefined) return `The environment of ${basename(project)} (${project})`
  return `The container ${(found.Names[0] ?? found.Id).replace(/^\//, '')}`
}
