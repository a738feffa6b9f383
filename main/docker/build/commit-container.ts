import { Readable } from 'node:stream'
import type { ContainerInspectInfo, ImageInspectInfo } from 'dockerode'
import { pack } from 'tar-stream'
import { isProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../connection/connect.ts'
import { call, engineFailure } from '../connection/engine-call.ts'
import { inspectContainer } from '../containers.ts'
import { imageId, inspectImage } from '../images.ts'
import { buildImage } from './build-image.ts'
import { LOST_IMAGE } from './lost-image.ts'

/** The configuration of an image, with labels. */
export type ImageConfig = Omit<ImageInspectInfo['Config'], 'Labels'> & { Labels: Record<string, string> }

/**
 * Commits a container's file system as an image with its own configuration, and returns the image's id.
 * Errors: `engine-refused`, `engine-unreachable`, `disk-full`, `cancelled`.
 */
export async function commitContainer(
  engine: Engine,
  id: string,
  config: ImageConfig,
  run: Run,
): Promise<string> {
  const commit = () =>
    call(
      DOING,
      (abortSignal) =>
        engine.docker.getContainer(id).commit({ _query: { container: id }, _body: config, abortSignal }),
      { signal: run.signal, deadline: 30 * 60_000 },
    ) as Promise<{ Id: string }>
  const answer = await commit().catch((error: unknown) => {
    if (isProductError(error, 'engine-refused') && LOST_IMAGE.test(error.why)) return commit()
    throw error
  })
  const image = imageId(answer.Id)
  const has = (await inspectImage(engine, image, run))?.Config.Labels ?? {}
  const isHeeded = Object.entries(config.Labels).every(([name, value]) => has[name] === value)
  return isHeeded ? image : configure(engine, image, id, config, run)
}

const DOING = 'committing the baked image'

/**
 * Podman commits the container's configuration, whatever it is given. What the container was created with that differs
 * from its image, and what that commit loses, is set by a build on top, which takes no space.
 */
async function configure(
  engine: Engine,
  image: string,
  id: string,
  config: ImageConfig,
  run: Run,
): Promise<string> {
  const dockerfile = 'Dockerfile'
  const context = pack()
  context.entry({ name: dockerfile }, dockerfileOf(image, config, await healthOf(engine, id)))
  context.finalize()
  const request = {
    context: Readable.from(context, { objectMode: false }),
    dockerfile,
    args: {},
    labels: config.Labels,
  }
  try {
    return await buildImage(engine, request, { signal: run.signal, report: () => {} })
  } catch (error) {
    throw isProductError(error) ? error : engineFailure(DOING, error)
  }
}

/** An image's health check, by a container of it: Podman does not report it for the image. */
const healthOf = async (engine: Engine, id: string) =>
  (await inspectContainer(engine, id))?.Config.Healthcheck

/** JSON where a Dockerfile takes it: nothing in it is expanded, and no line of it ends early. */
function dockerfileOf(
  image: string,
  { Entrypoint, Cmd }: ImageConfig,
  health: ContainerInspectInfo['Config']['Healthcheck'],
): string {
  const words = (value: string | string[] | undefined) => JSON.stringify([value ?? []].flat())
  const lines = [`FROM ${image}`, `ENTRYPOINT ${words(Entrypoint)}`, `CMD ${words(Cmd)}`]
  const [form, ...test] = health?.Test ?? []
  if (form === 'NONE') lines.push('HEALTHCHECK NONE')
  if (form === 'CMD' || form === 'CMD-SHELL') {
    const { Interval, Timeout, StartPeriod, Retries } = health ?? {}
    const times = { interval: Interval, timeout: Timeout, 'start-period': StartPeriod }
    const flags = Object.entries(times).flatMap(([name, value]) => (value ? [`--${name}=${value}ns`] : []))
    if (Retries) flags.push(`--retries=${Retries}`)
    const command = form === 'CMD' ? test : ['/bin/sh', '-c', ...test]
    lines.push(['HEALTHCHECK', ...flags, 'CMD', words(command)].join(' '))
  }
  return `${lines.join('\n')}\n`
}
