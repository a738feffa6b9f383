import { connect } from 'node:net'
import { readCurrentState } from '../environment/current-state.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/** In milliseconds: how long a connection has to stay open to count as accepted by a program inside. */
const HELD = 250
/** In milliseconds: how long establishing a connection may take. */
const MADE = 2_000

/**
 * Whether a program inside listens on a port that the project's environment publishes as `port` of this computer. The
 * engine's proxy accepts every connection and ends it at once if nothing listens inside, so a connection that stays open
 * was accepted. A port that does not belong to the project is never tried and counts as not listening. Null if the engine
 * is on another computer, because its ports are not those of this one. Errors: those of the engine.
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
