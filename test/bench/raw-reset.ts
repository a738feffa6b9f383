import type { ContainerCreateOptions } from 'dockerode'
import { quietRun, type Subject } from './subject.ts'

/** A container beside a subject's environment, of the same image and request, replaced by bare engine calls. */
export interface RawReset extends AsyncDisposable {
  replace(): Promise<void>
}

export async function rawReset(subject: Subject): Promise<RawReset> {
  const { docker } = await subject.connect()
  const { environment } = await subject.engine.status(subject.folder, undefined, quietRun())
  const model = await docker.getContainer(environment.containers[0]?.id ?? '').inspect()
  const { Init, Mounts } = model.HostConfig
  const request = {
    Image: model.Image,
    Entrypoint: model.Config.Entrypoint,
    Cmd: model.Config.Cmd,
    HostConfig: { Init, Mounts },
  } as ContainerCreateOptions
  const start = async () => {
    const container = await docker.createContainer(request)
    await container.start()
    return container
  }
  let running = await start()
  return {
    async replace() {
      await running.remove({ force: true, v: true })
      running = await start()
    },
    async [Symbol.asyncDispose]() {
      await running.remove({ force: true, v: true })
    },
  }
}
