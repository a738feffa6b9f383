import type Docker from 'dockerode'
import { follow } from './follow.ts'
import { repositoryPath } from './registry-log.ts'
import { RigError } from './rig-error.ts'
import { tarOf } from './tar-of.ts'

/** Builds a folder's Dockerfile and names the result. The classic builder: it is in every engine's API. */
export async function buildImage(
  docker: Docker,
  folder: string,
  name: string,
  args: Record<string, string> = {},
): Promise<void> {
  const stream = await docker.buildImage(tarOf(folder, 'self'), {
    t: name,
    buildargs: args,
    rm: true,
    forcerm: true,
  })
  await follow(docker, stream, `The build of ${name}`)
}

/**
 * Pushes an image of the engine into the rig's registry (`127.0.0.1:PORT`) as `reference`; returns the
 * manifest's digest. The engine keeps no second name for it.
 */
export async function pushImage(
  docker: Docker,
  registry: string,
  name: string,
  reference: string,
): Promise<string> {
  const [repository, tag] = splitReference(reference)
  const repo = `${registry}/${repositoryPath(repository)}`
  await docker.getImage(name).tag({ repo, tag })
  const pushed = docker.getImage(`${repo}:${tag}`)
  try {
    // The registry asks for no credentials, the engine's API wants the header nevertheless.
    const stream = await docker.getImage(repo).push({ tag, authconfig: {} })
    const messages = await follow(docker, stream, `The push of ${reference}`)
    const digest = messages.find((message) => message.aux?.Digest)?.aux?.Digest
    if (!digest) throw new RigError(`The push of ${reference} told no digest.`, 'See the logs of the rig.')
    return digest
  } finally {
    await pushed.remove()
  }
}

/** Splits `name:tag`; a missing tag is `latest`. */
export function splitReference(reference: string): [repository: string, tag: string] {
  const colon = reference.lastIndexOf(':')
  if (colon <= reference.lastIndexOf('/')) return [reference, 'latest']
  return [reference.slice(0, colon), reference.slice(colon + 1)]
}
