import { globSync } from 'node:fs'
import { join } from 'node:path'
import { rigPaths } from './home.ts'
import { newestFolder } from './newest-programs.ts'
import { RigError } from './rig-error.ts'

type CommandLine = [command: string, ...args: string[]]

/** The command line that runs docker-compose of Debian's newest suite, with the libraries that it was built with. */
export function dockerCompose(): Promise<CommandLine> {
  const { compose, composeMarker } = rigPaths()
  return plugin('docker-compose', compose, composeMarker)
}

/** The same of docker-buildx. */
export function dockerBuildx(): Promise<CommandLine> {
  const { buildx, buildxMarker } = rigPaths()
  return plugin('docker-buildx', buildx, buildxMarker)
}

/** Docker runs its plugins as programs of their own, and so do we. */
async function plugin(name: string, root: string, marker: string): Promise<CommandLine> {
  await newestFolder({ root, marker, variant: 'extract', packages: [name], what: name })
  const [loader] = globSync('usr/lib/*-linux-gnu*/ld-linux-*.so.*', { cwd: root })
  if (loader === undefined) throw new RigError(`There is no loader in ${root}.`, 'Remove that folder.')
  const program = join(root, 'usr/libexec/docker/cli-plugins', name)
  return [join(root, loader), '--library-path', join(root, loader, '..'), program]
}
