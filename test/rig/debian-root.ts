import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type Docker from 'dockerode'
import { asRoot, run, runAsRoot } from './commands.ts'
import { follow } from './follow.ts'
import type { RigPaths } from './home.ts'
import type { Surroundings } from './surroundings.ts'
import { tarOf } from './tar-of.ts'

const MERGED_USR = '/usr/share/mmdebstrap/hooks/merged-usr'

/** Debian's smallest system with a package manager, as a folder; made once for all images of it. */
export async function makeDebianRoot(paths: RigPaths, surroundings: Surroundings): Promise<string> {
  const root = join(paths.work, 'debian')
  const overlay = join(paths.work, 'debian-overlay')
  await removeDebianRoot(root)
  await rm(overlay, { recursive: true, force: true })

  const files = overlayFiles(surroundings)
  for (const [file, content] of Object.entries(files)) await put(join(overlay, file), content)
  const sources = Object.keys(surroundings.sources).map((name) => join(overlay, 'etc/apt', name))
  const options = surroundings.apt.map((option) => `--aptopt=${option}`)
  // Merged /usr by a hook; the package that merges it afterwards would bring all of Perl.
  const variant = ['--variant=minbase', `--hook-dir=${MERGED_USR}`, '--include=ca-certificates,usr-is-merged']
  await run(...asRoot('mmdebstrap', ['--quiet', ...variant, ...options, 'bookworm', root, ...sources]))

  // The files again, under their own names: mmdebstrap gives what it was told names of its own.
  const finish = `rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/etc/apt/apt.conf.d/99mmdebstrap
    cp -rT --no-preserve=ownership "$2" "$1" && chroot "$1" update-ca-certificates`
  await runAsRoot('sh', ['-ec', finish, 'sh', root, overlay])
  return root
}

/** Removes the folder, wholly owned by root. */
export async function removeDebianRoot(root: string): Promise<void> {
  await runAsRoot('rm', ['-rf', '--one-file-system', root])
}

/** Takes documentation, manuals and translations out of the folder, now and for packages that come later. */
export async function slimDebianRoot(root: string): Promise<void> {
  const rules = SLIM_RULES.map(([rule, path]) => `path-${rule} ${path}`).join('\n')
  const slim = `printf '%s\\n' "$2" >"$1"/etc/dpkg/dpkg.cfg.d/docker
    find "$1"/usr/share/doc "$1"/usr/share/man "$1"/usr/share/locale \\( -type f -o -type l \\) ! -name copyright -delete`
  await runAsRoot('sh', ['-ec', slim, 'sh', root, rules])
}

const SLIM_RULES = [
  ['exclude', '/usr/share/doc/*'],
  ['include', '/usr/share/doc/*/copyright'],
  ['exclude', '/usr/share/man/*'],
  ['exclude', '/usr/share/locale/*'],
]

/** Imports the folder as an image. */
export async function importDebian(
  docker: Docker,
  root: string,
  name: string,
  surroundings: Surroundings,
): Promise<void> {
  const proxies = Object.entries(surroundings.proxies).map(
    ([key, value]) => `ENV ${key}=${JSON.stringify(value)}`,
  )
  const changes = ['CMD ["bash"]', ...proxies]
  const [repo, tag] = name.split(':')
  const stream = await docker.importImage(tarOf(root, 'root'), { repo, tag, changes })
  await follow(docker, stream, `The import of ${name}`)
}

function overlayFiles(surroundings: Surroundings): Record<string, string> {
  const files: Record<string, string> = {
    // As in the official image: an image's layer is whole or not there, so a sync after each file is for nothing.
    'etc/dpkg/dpkg.cfg.d/docker-apt-speedup': 'force-unsafe-io\n',
    'etc/apt/apt.conf.d/docker-no-languages': 'Acquire::Languages "none";\n',
    'etc/apt/apt.conf.d/docker-gzip-indexes': 'Acquire::GzipIndexes "true";\n',
    'etc/apt/apt.conf.d/docker-clean':
      'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };\n' +
      'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
  }
  for (const [name, text] of Object.entries(surroundings.sources)) files[`etc/apt/${name}`] = text
  if (surroundings.apt.length > 0) files['etc/apt/apt.conf.d/99host'] = `${surroundings.apt.join('\n')}\n`
  surroundings.certificates.forEach((pem, index) => {
    files[`usr/local/share/ca-certificates/host-${index + 1}.crt`] = `${pem}\n`
  })
  return files
}

async function put(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content, { mode: 0o644 })
}
