import { connect } from 'node:net'
import { readCurrentState } from '../environment/current-state.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/** In milliseconds: so long a connection is held before it counts as taken by a program inside. */
const HELD = 250
/** In milliseconds: so long a connection may need to be made. */
const MADE = 2_000

/**
 * Whether a program inside listens on a port that the project's environment publishes as `port` of this computer. The
 * engine's proxy takes every connection and ends it at once where nothing listens inside: one that it holds is taken.
 * A port that is not the project's is never tried, and is none. Null where the engine is on another computer, whose ports
 * are not this one's. Errors: those of the engine.
 */
export async function isPortListening(host: Host, project: Project, port: number): Promise<boolean | null> {
  const { engine, facts } = await readCurrentState(host, project)
  if (!engine.local) return null
  const published = facts.containers
    .flatMap(({ ports }) => ports)
    .find((one) => one.host === port && one.protocol === 'tcp')
  if (!published) return false
  return isTaken(everyAddress(published.address) ? '127.0.0.1' : published.address, port)
}

const everyAddress = (address: string): boolean => ['', '0.0.0.0', '::'].includes(address)

function isTaken(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    let timer = setTimeout(() => end(false), MADE)
    const end = (taken: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(taken)
    }
    socket.once('connect', () => {
      clearTimeout(timer)
      timer = setTimeout(() => end(true), HELD)
    })
    // Some programs speak first.
    socket.once('data', () => end(true))
    socket.once('end', () => end(false))
    socket.once('error', () => end(false))
  })
}
