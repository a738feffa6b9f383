import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import Docker from 'dockerode'
import { statusOf } from '../../main/docker/connection/engine-call.ts'
import { imageTags } from '../../main/docker/images.ts'
import type { UpResult } from '../../shared/result.ts'

/** The engine itself, for what tests have to see or do behind Pristine's back. */
export const docker = (): Docker => new Docker()

const TRIES = 4

/** The images of the engine. With containerd's image store the list fails when an image goes away meanwhile. */
export async function listImages(filters: Record<string, string[]> = {}): Promise<Docker.ImageInfo[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await docker().listImages({ filters: JSON.stringify(filters) })
    } catch (error) {
      if (attempt === TRIES || statusOf(error) === undefined) throw error
    }
  }
}

/** What the engine says of an environment's container. */
export function inspect({
  environment,
}: Pick<UpResult, 'environment'>): Promise<Docker.ContainerInspectInfo> {
  const [container] = environment.containers
  if (!container) throw new Error('There is no container.')
  return docker().getContainer(container.id).inspect()
}

/** Whether a container exists and runs. */
export async function isRunning(id: string): Promise<boolean> {
  const found = await docker()
    .getContainer(id)
    .inspect()
    .catch(() => undefined)
  return found?.State.Running === true
}

/** The names of everything on the engine that carries a project's key: containers, image tags, volumes. */
export async function thingsOf(
  key: string,
): Promise<{ containers: string[]; tags: string[]; volumes: string[] }> {
  const filters = JSON.stringify({ label: [`dev.pristine.project=${key}`] })
  const [containers, images, volumes] = await Promise.all([
    docker().listContainers({ all: true, filters }),
    listImages(),
    docker().listVolumes({ filters }),
  ])
  return {
    containers: containers.flatMap((container) => container.Names).sort(),
    tags: images
      .flatMap(imageTags)
      .filter((tag) => tag.startsWith(`pristine/${key}:`))
      .sort(),
    volumes: (volumes.Volumes ?? []).map((volume) => volume.Name).sort(),
  }
}

/**
 * What happens to the containers of a project's environment while `work` runs, oldest first. They are read as they come:
 * an engine keeps only the last 256 events, of all containers.
 */
export async function eventsDuring<T>(
  key: string,
  work: () => Promise<T>,
): Promise<{ result: T; events: { action: string; id: string }[] }> {
  const label = [`dev.pristine.project=${key}`, 'dev.pristine.role=environment']
  const filters = JSON.stringify({ type: ['container'], label })
  const stream = (await docker().getEvents({ filters })) as Readable
  let received = ''
  stream.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  const result = await work()
  // The last ones are still on their way.
  await pause(500)
  stream.destroy()
  const lines = received.split('\n').filter((line) => line !== '')
  const events = lines.map((line) => {
    const { Action, Actor } = JSON.parse(line) as { Action: string; Actor: { ID: string } }
    return { action: Action, id: Actor.ID }
  })
  return { result, events }
}

/** The events by which the engine reads and writes files of a container, for which it mounts its volumes. */
export const FILE_EVENTS = ['archive-path', 'extract-to-dir']
