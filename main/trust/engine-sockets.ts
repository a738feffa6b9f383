import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { engineAddresses, usualSockets } from '../docker/connection/address.ts'
import type { Host } from '../host/host.ts'
import { readSettings } from '../store/settings.ts'

/**
 * Sockets of container engines that Pristine itself does not use; a container that has one controls this computer, too.
 */
const OTHERS = [
  '/run/docker.sock',
  '/var/run/docker.sock.raw',
  '/run/containerd/containerd.sock',
  '/run/docker/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/buildkit/buildkitd.sock',
]

/** A socket of an engine, by the names that lead to it, and whether it is there. */
export interface EngineSocket {
  socket: string
  paths: string[]
  exists: boolean
}

/**
 * The sockets of container engines on this computer, those that the person chose and those in the usual places, with
 * their names and where these lead.
 */
export async function engineSockets({ env, home }: Pick<Host, 'env' | 'home'>): Promise<EngineSocket[]> {
  const { engine } = await readSettings(home)
  const chosen = [env, ...(engine === null ? [] : [{ ...env, DOCKER_HOST: engine }])]
  const addresses = await Promise.all(chosen.map((env) => engineAddresses(env).catch(() => [])))
  const agents = addresses
    .flat()
    .flatMap((address) => (address.kind === 'socket' ? [address.socketPath] : []))
  const all = [...agents.map(path.normalize), ...usualSockets(env), ...OTHERS]
  const names = [...new Set(all)].filter(path.isAbsolute)
  return Promise.all(
    names.map(async (socket) => {
      const folder = await realpath(path.dirname(socket)).catch(() => path.dirname(socket))
      const inFolder = path.join(folder, path.basename(socket))
      const real = await realpath(socket).catch(() => undefined)
      return { socket, paths: [...new Set([socket, inFolder, real ?? inFolder])], exists: real !== undefined }
    }),
  )
}
