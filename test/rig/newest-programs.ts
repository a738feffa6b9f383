import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asRoot, run, runAsRoot } from './commands.ts'
import { type RigPaths, readJson, writeJson } from './home.ts'
import { step } from './progress.ts'
import { RigError } from './rig-error.ts'
import { readSurroundings, type Surroundings } from './surroundings.ts'

/** The suite that has the newest engines. */
const SUITE = 'sid'

const PACKAGES = [
  ...['docker.io', 'containerd', 'runc', 'iptables', 'nftables', 'iproute2'],
  ...['podman', 'netavark', 'aardvark-dns', 'passt', 'fuse-overlayfs', 'uidmap', 'catatonit'],
]

/**
 * Makes a folder with the programs of the engines of Debian's newest suite, unless it is there: 20 seconds. The
 * machine's own packages are not touched. The folder stays as it is until the rig is purged.
 */
export const newestPrograms = (paths: RigPaths): Promise<string> =>
  newestFolder({
    root: paths.newest,
    marker: paths.newestMarker,
    variant: 'apt',
    packages: PACKAGES,
    what: 'the engines',
  })

/** What a folder of the newest suite is to hold, and where it is noted that it does. */
interface NewestFolder {
  root: string
  marker: string
  /** `apt`: a whole small system. `extract`: only what the packages are made of. */
  variant: 'apt' | 'extract'
  packages: string[]
  what: string
}

/** Makes a folder of packages of Debian's newest suite, unless it is there. */
export async function newestFolder({ root, marker, variant, packages, what }: NewestFolder): Promise<string> {
  const wanted = { suite: SUITE, packages }
  const made = await readJson<typeof wanted>(marker)
  if (existsSync(root) && JSON.stringify(made) === JSON.stringify(wanted)) return root
  await step(`make a folder of ${what} of Debian ${SUITE}`, async () => {
    await rm(marker, { force: true })
    await runAsRoot('rm', ['-rf', '--one-file-system', root])
    await mkdir(dirname(root), { recursive: true })
    const surroundings = await readSurroundings()
    const options = [
      `--variant=${variant}`,
      `--include=${packages.join(',')}`,
      ...surroundings.apt.map((option) => `--aptopt=${option}`),
    ]
    await run(...asRoot('mmdebstrap', ['--quiet', ...options, SUITE, root, sourceOf(surroundings)]))
    await writeJson(marker, wanted)
  })
  return root
}

/**
 * The command line that runs `command` with the programs and libraries of `root` in the place of the machine's, in a
 * mount namespace of its own; what is mounted on the machine afterwards is seen in there, too. As it is without `root`.
 */
export function withPrograms(root: string | undefined, command: string[]): string[] {
  if (root === undefined) return command
  const enter = 'mount --bind "$1/usr" /usr && shift && exec "$@"'
  return ['unshare', '--mount', '--propagation', 'slave', 'sh', '-c', enter, 'sh', root, ...command]
}

/** The source that this machine has for its own release, for the newest suite. */
function sourceOf({ sources }: Surroundings): string {
  const text = Object.values(sources).join('\n\n')
  const stanza = text.split(/\n\s*\n/).find((each) => /^Suites:(.*\s)?bookworm(\s|$)/m.test(each))
  const uri =
    stanza?.match(/^URIs:\s*(\S+)/m)?.[1] ?? text.match(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+bookworm\s/m)?.[1]
  if (!uri)
    throw new RigError('No source of Debian is configured for apt.', 'Add one to /etc/apt/sources.list.')
  return `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${uri} ${SUITE} main`
}
