import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'

/** dockerode's types do not know that it takes options here. */
type Describing = {
  info(options: {
    abortSignal: AbortSignal
  }): Promise<{ SecurityOptions?: string[] | null; OperatingSystem?: string }>
}

/**
 * Whether an engine is rootless: then root inside is the person outside, and every other user inside is an unmapped
 * one. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo, and Podman reports
 * it too.
 * Errors: `engine-unreachable`, `engine-refused`.
 */
export async function isRootless(engine: Engine): Promise<boolean> {
  return hasOption(await describe(engine), 'rootless')
}

/**
 * Whether root inside is root of this computer: not where the engine runs without root, maps users, or lives in a virtual
 * machine as Docker Desktop does. Errors: `engine-unreachable`, `engine-refused`.
 */
export async function isHostRoot(engine: Engine): Promise<boolean> {
  const info = await describe(engine)
  return (
    !hasOption(info, 'rootless') && !hasOption(info, 'userns') && info.OperatingSystem !== 'Docker Desktop'
  )
}

type Description = Awaited<ReturnType<Describing['info']>>

const describe = (engine: Engine): Promise<Description> =>
  call('describing itself', (abortSignal) => (engine.docker as unknown as Describing).info({ abortSignal }))

const hasOption = ({ SecurityOptions }: Description, name: string): boolean =>
  SecurityOptions?.some((option) => option.split(',').includes(`name=${name}`)) === true
