import type { Engine } from './connect.ts'
import { call } from './engine-call.ts'

/** In milliseconds. A busy engine takes seconds. */
const DEADLINE = 20_000

interface VersionAnswer {
  Version?: string
  Components?: { Name?: string }[] | null
}
/** dockerode's types do not know that it takes options here. */
type VersionSource = { version(options: { abortSignal: AbortSignal }): Promise<VersionAnswer> }

/** As an engine calls itself, and its version: "Docker", "28.0.1". Errors: `engine-unreachable`, `engine-refused`. */
export async function engineVersion(engine: Engine): Promise<{ name: string; version: string }> {
  const { Version, Components } = await call(
    'telling its version',
    (abortSignal) => (engine.docker as unknown as VersionSource).version({ abortSignal }),
    { deadline: DEADLINE },
  )
  const podman = Components?.some(({ Name }) => Name?.startsWith('Podman')) === true
  return { name: podman ? 'Podman' : 'Docker', version: Version ?? '' }
}
