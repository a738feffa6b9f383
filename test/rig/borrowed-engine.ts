import { existsSync, readFileSync } from 'node:fs'
import Docker from 'dockerode'
import { authority } from './commands.ts'
import { RigError } from './rig-error.ts'

/**
 * Why a private engine cannot be made here; undefined when it can. `PRISTINE_RIG=borrowed` asks for the
 * engine of this machine even so.
 */
export function whyBorrowed(): string | undefined {
  if (process.env['PRISTINE_RIG'] === 'borrowed') return 'PRISTINE_RIG=borrowed'
  if (process.platform !== 'linux') return 'this is not Linux'
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  if (!/^ID="?debian"?$/m.test(release)) return 'this is not Debian'
  if (authority() === 'none') return 'this is neither root nor has it a sudo without password'
  return undefined
}

/** Asks the engine that `DOCKER_HOST` or the usual socket names; throws when none answers. */
export async function findBorrowedEngine(because: string): Promise<Docker> {
  const docker = new Docker({ timeout: 10_000 })
  await docker.ping().catch((cause) => {
    throw new RigError(
      `No engine: a private one cannot be made (${because}), and none answers at ${process.env['DOCKER_HOST'] ?? 'the usual socket'}.`,
      'Start Docker, or set DOCKER_HOST.',
      { cause },
    )
  })
  return docker
}
