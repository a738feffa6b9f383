import { basename } from 'node:path'
import { call } from './call.ts'
import type { Engine } from './connect.ts'
import { LABEL } from './labels.ts'

/** Who publishes a port: a container by its name, and of a Pristine environment the project's folder. */
export interface PortHolder {
  holder: string
  project?: string
}

/** Which container of the engine publishes a port of this computer; undefined where none does, or the engine fails. */
export async function portHolder(engine: Engine, port: number): Promise<PortHolder | undefined> {
  const running = await call('listing the containers', (abortSignal) =>
    engine.docker.listContainers({ abortSignal }),
  ).catch(() => [])
  const found = running.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port))
  if (!found) return undefined
  // A label can be forged: it is shown, and followed by nobody.
  const project = found.Labels[LABEL.path]
  const name = (found.Names[0] ?? found.Id).replace(/^\//, '')
  if (project === undefined) return { holder: `The container ${name}` }
  return { holder: `The environment of ${basename(project)} (${project})`, project }
}
