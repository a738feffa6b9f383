import type { ContainerInfo, VolumeInspectInfo } from 'dockerode'
import type { Engine } from './connection/connect.ts'
import { call, isNotFound } from './connection/engine-call.ts'

export type VolumeDetails = VolumeInspectInfo

/** A volume's details; undefined when there is none. */
export async function inspectVolume(engine: Engine, name: string): Promise<VolumeInspectInfo | undefined> {
  try {
    return await call(
      'inspecting the volume',
      (abortSignal) => engine.docker.getVolume(name).inspect({ abortSignal }),
      {
        expected: [404],
      },
    )
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/**
 * Creates a volume with labels; one of that name that exists already stays as it is. `options` are those of the engine's
 * own driver: what to mount. Nothing is mounted before a container needs it.
 */
export async function createVolume(
  engine: Engine,
  name: string,
  labels: Record<string, string>,
  options?: Record<string, string>,
): Promise<void> {
  const driver = options && { Driver: 'local', DriverOpts: options }
  await call('creating the volume', (abortSignal) =>
    engine.docker.createVolume({ Name: name, Labels: labels, ...driver, abortSignal }),
  )
}

/** The volumes that carry every one of the labels (`key=value`). */
export async function listVolumes(engine: Engine, labels: string[]): Promise<VolumeInspectInfo[]> {
  const answer = await call('listing the volumes', (abortSignal) =>
    engine.docker.listVolumes({ filters: JSON.stringify({ label: labels }), abortSignal }),
  )
  return answer.Volumes ?? []
}

/** The containers that have a volume, running or not. Errors: `engine-…`. */
export async function usersOfVolume(engine: Engine, name: string): Promise<ContainerInfo[]> {
  const filters = JSON.stringify({ volume: [name] })
  return call('looking for what uses the volume', (abortSignal) =>
    engine.docker.listContainers({ all: true, filters, abortSignal }),
  )
}

/** Removes a volume and its data. An absent one is fine. */
export async function removeVolume(engine: Engine, name: string): Promise<void> {
  await call('removing the volume', (abortSignal) => engine.docker.getVolume(name).remove({ abortSignal }), {
    expected: [404],
  }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error
  })
}
