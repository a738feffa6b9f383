import { globSync } from 'node:fs'
import { join } from 'node:path'
import { rigPaths } from './home.ts'
import { newestFolder } from './newest-programs.ts'
import { RigError } from './rig-error.ts'

/** The command line that runs docker-compose of Debian's newest suite, with the libraries that it was built with. */
export async function dockerCompose(): Promise<[command: string, ...args: string[]]> {
  const { compose: root, composeMarker: marker } = rigPaths()
  await newestFolder({
    root,
    marker,
    variant: 'extract',
    packages: ['docker-compose'],
    what: 'docker-compose',
  })
  const [loader] = globSync('usr/lib/*-linux-gnu*/ld-linux-*.so.*', { cwd: root })
  if (loader === undefined) throw new RigError(`There is no loader in ${root}.`, 'Remove that folder.')
  const program = join(root, 'usr/libexec/docker/cli-plugins/docker-compose')
  return [join(root, loader), '--library-path', join(root, loader, '..'), program]
}
