import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'
import { engineVersion } from './connection/engine-version.ts'

/** dockerode's types do not know that it takes options here. */
type Describing = {
  info(options: { abortSignal: AbortSignal }): Promise<Record<string, unknown>>
}

/**
 * What names an engine: another one has other volumes. Two engines of one computer, and copies of one, may have the same id.
 * Podman makes up a new id each time that it is asked. Errors: `engine-unreachable`, `engine-refused`.
 */
export async function engineId(engine: Engine): Promise<string> {
  const { ID, Name, DockerRootDir } = await describe(engine)
  const isPodman = (await engineVersion(engine)).name === 'Podman'
  return `${isPodman ? 'podman' : ID} ${Name} ${DockerRootDir}`
}

const describe = (engine: Engine): Promise<Record<string, unknown>> =>
  call('describing itself', (abortSignal) => (engine.docker as unknown as Describing).info({ abortSignal }))

/**
 * What decides which file systems an engine can mount: its version, its kernel, its storage and where that is. Errors:
 * `engine-unreachable`, `engine-refused`.
 */
export async function storageFingerprint(engine: Engine): Promise<string> {
  const info = await describe(engine)
  return ['ServerVersion', 'KernelVersion', 'Driver', 'DockerRootDir']
    .map((name) => info[name] ?? '')
    .join(' ')
}
