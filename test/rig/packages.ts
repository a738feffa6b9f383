import { existsSync } from 'node:fs'
import { asRoot, run, runAsRoot } from './commands.ts'
import { step } from './progress.ts'

/** A Debian package the rig needs, and a file that shows it is there. */
const RIG_PACKAGES: Record<string, string> = {
  'docker.io': '/usr/sbin/dockerd',
  'docker-registry': '/usr/bin/docker-registry',
  mmdebstrap: '/usr/bin/mmdebstrap',
  iptables: '/usr/sbin/iptables',
  iproute2: '/sbin/ip',
  'util-linux': '/usr/bin/flock',
  'openssh-server': '/usr/sbin/sshd',
  'openssh-client': '/usr/bin/ssh',
}

/** What a test needs that starts Podman. */
export const PODMAN_PACKAGES: Record<string, string> = {
  podman: '/usr/bin/podman',
  runc: '/usr/sbin/runc',
  catatonit: '/usr/bin/catatonit',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
}

/** What single tests need, which are skipped without it. */
const TEST_PACKAGES: Record<string, string> = {
  'git-lfs': '/usr/bin/git-lfs',
  openssl: '/usr/bin/openssl',
  'dbus-daemon': '/usr/bin/dbus-daemon',
  'gnome-keyring': '/usr/bin/gnome-keyring-daemon',
  'libsecret-tools': '/usr/bin/secret-tool',
}

/** What the tests of the screens need. */
const BROWSER_PACKAGES: Record<string, string> = {
  chromium: '/usr/bin/chromium',
  'fonts-inter': '/usr/share/fonts/opentype/inter',
  'fonts-jetbrains-mono': '/usr/share/fonts/truetype/jetbrains-mono',
}

/** What all suites need: at once, because each installation by itself reads the lists of packages anew. */
export const ALL_PACKAGES: Record<string, string> = {
  ...RIG_PACKAGES,
  ...PODMAN_PACKAGES,
  ...TEST_PACKAGES,
  ...BROWSER_PACKAGES,
}

const POLICY = '/usr/sbin/policy-rc.d'

/** Installs the Debian packages that are missing, without starting the services they bring. */
export async function installPackages(packages = RIG_PACKAGES): Promise<void> {
  const missing = Object.keys(packages).filter((name) => !existsSync(packages[name] ?? ''))
  if (missing.length === 0) return
  await step(`install ${missing.join(', ')}`, async () => {
    await runAsRoot('apt-get', ['update', '-qq'])
    await withoutServices(() =>
      run(
        ...asRoot('env', [
          'DEBIAN_FRONTEND=noninteractive',
          ...['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing],
        ]),
      ),
    )
  })
}

/**
 * Debian starts a service when its package is installed. The rig wants the programs only, so a policy
 * forbids it meanwhile; the policy allows everything as soon as this process is gone.
 */
async function withoutServices(install: () => Promise<unknown>): Promise<void> {
  if (existsSync(POLICY)) return void (await install())
  const script = `#!/bin/sh\n[ -e /proc/${process.pid} ] && exit 101\nexit 0\n`
  await runAsRoot('sh', ['-c', 'printf %s "$1" >"$2" && chmod 755 "$2"', 'sh', script, POLICY])
  try {
    await install()
  } finally {
    await runAsRoot('rm', ['-f', POLICY])
  }
}
