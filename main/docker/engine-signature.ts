import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'

/** dockerode's types do not know that it takes options here. */
type Describing = {
  info(options: { abortSignal: AbortSignal }): Promise<Record<string, unknown>>
}

/**
 * What decides which file systems an engine can mount: its version, its kernel, its storage and where that is. Errors:
 * `engine-unreachable`, `engine-refused`.
 */
export async function engineSignature(engine: Engine): Promise<string> {
  const info = await call('describing itself', (abortSignal) =>
    (engine.docker as unknown as Describing).info({ abortSignal }),
  )
  return ['ServerVersion', 'KernelVersion', 'Driver', 'DockerRootDir']
    .map((name) => info[name] ?? '')
    .join(' ')
}
