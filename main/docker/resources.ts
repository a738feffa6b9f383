import { statfs } from 'node:fs/promises'
import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'

/** What an engine can give to containers; sizes in bytes, undefined where that is not known. */
export interface Resources {
  cpus: number | undefined
  memory: number | undefined
  /** The size of the disk that holds its images; unknown of an engine on another computer. */
  disk: number | undefined
  /** Whether it has a runtime for NVIDIA's GPUs. */
  gpu: boolean
}

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo */
interface Description {
  NCPU?: number
  MemTotal?: number
  DockerRootDir?: string
  Runtimes?: Record<string, unknown> | null
}

/** Asks an engine what it has. Errors: `engine-unreachable`, `engine-refused`. */
export async function engineResources({ docker, local }: Engine): Promise<Resources> {
  const info = await call(
    'describing itself',
    // dockerode's types do not know that it takes options here.
    (abortSignal): Promise<Description> =>
      (docker as unknown as { info(options: object): Promise<Description> }).info({ abortSignal }),
  )
  return {
    cpus: info.NCPU || undefined,
    memory: info.MemTotal || undefined,
    disk: local && info.DockerRootDir ? await diskSize(info.DockerRootDir) : undefined,
    gpu: Object.keys(info.Runtimes ?? {}).includes('nvidia'),
  }
}

/** An engine in a virtual machine names a folder that this computer does not have. */
async function diskSize(folder: string): Promise<number | undefined> {
  try {
    const { blocks, bsize } = await statfs(folder)
    return blocks * bsize
  } catch {
    return undefined
  }
}
