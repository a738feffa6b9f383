import { call } from './call.ts'
import type { Engine } from './connect.ts'

/** dockerode's types do not know that it takes options here. */
type Describing = {
  info(options: { abortSignal: AbortSignal }): Promise<{ SecurityOptions?: string[] | null }>
}

/**
 * Whether an engine runs without root: then root inside is the person outside, and everybody else inside is nobody's.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo, and Podman says so, too.
 * Errors: `engine-unreachable`, `engine-refused`.
 */
export async function runsWithoutRoot(engine: Engine): Promise<boolean> {
  const { SecurityOptions } = await call('describing itself', (abortSignal) =>
    (engine.docker as unknown as Describing).info({ abortSignal }),
  )
  return SecurityOptions?.some((option) => option.split(',').includes('name=rootless')) === true
}
