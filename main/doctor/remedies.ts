import type { EnginePlace, Remedy } from '../../shared/engine-state.ts'
import type { System } from './system.ts'

/** What a person can do when no engine can be used, the likeliest first; nothing where one can. */
export function remediesFor(system: System, places: EnginePlace[]): Remedy[] {
  if (places.some(({ chosen, found }) => chosen && found.kind === 'engine')) return []
  const chosen = places.find((place) => place.chosen)
  const remedies: Remedy[] = []
  const refusing = places.filter(({ found }) => found.kind === 'forbidden')
  // Podman has no group: everybody starts a service of their own.
  if (refusing.some(({ address }) => !address.includes('podman'))) remedies.push(...allow(system))
  if (chosen?.from === 'DOCKER_HOST') {
    remedies.push({ text: 'Forget the address that DOCKER_HOST names', command: 'unset DOCKER_HOST' })
  }
  if (chosen?.from === 'context') {
    remedies.push({ text: 'Use the default Docker context', command: 'docker context use default' })
  }
  return [...remedies, ...start(system), ...install(system)]
}

const sudo = ({ root }: System, command: string): string => (root ? command : `sudo ${command}`)

function allow(system: System): Remedy[] {
  if (system.platform !== 'linux') return []
  const command = `${sudo(system, `usermod -aG docker ${system.user}`)} && newgrp docker`
  return [{ text: 'Allow yourself to use it; other windows know after the next login', command }]
}

function start(system: System): Remedy[] {
  const { has, systemd, platform } = system
  const remedies: Remedy[] = []
  const add = (text: string, command: string) => remedies.push({ text, command })
  if (platform === 'linux') {
    const docker = systemd ? 'systemctl enable --now docker' : 'service docker start'
    if (has.has('dockerd')) add('Start Docker Engine', sudo(system, docker))
    const podman = `systemctl ${system.root ? '' : '--user '}enable --now podman.socket`
    if (has.has('podman') && systemd) add('Start Podman', podman)
    if (has.has('podman') && !systemd) add('Start Podman', 'podman system service --time=0 &')
  }
  if (platform === 'darwin') {
    if (has.has('orb')) add('Start OrbStack', 'orb start')
    if (has.has('colima')) add('Start Colima', 'colima start')
    if (has.has('podman')) add('Start Podman', 'podman machine start')
    add('Start Docker Desktop', 'open -a Docker')
  }
  if (platform === 'win32') {
    add('Start Docker Desktop', 'docker desktop start')
    if (has.has('podman')) add('Start Podman', 'podman machine start')
  }
  return remedies
}

function install(system: System): Remedy[] {
  const { has, families, platform } = system
  if (has.has('dockerd') || has.has('podman')) return []
  const add = (command: string): Remedy[] => [{ text: 'Install an engine', command }]
  if (platform === 'darwin' && has.has('brew')) return add('brew install docker colima && colima start')
  if (platform === 'win32') return add('winget install Docker.DockerDesktop')
  const one = (...names: string[]) => names.some((name) => families.includes(name))
  if (one('debian', 'ubuntu')) return add(installCommands(system).join(' && '))
  if (one('fedora', 'rhel')) {
    const start = sudo(system, 'systemctl enable --now docker')
    return add(`${sudo(system, 'dnf install -y moby-engine')} && ${start}`)
  }
  if (one('arch')) return add(sudo(system, 'pacman -S --noconfirm docker'))
  if (one('suse', 'opensuse')) return add(sudo(system, 'zypper install -y docker'))
  if (one('alpine')) return add(sudo(system, 'apk add docker'))
  return []
}

/**
 * The commands that install Docker Engine, one after the other, on Debian and what comes from it, where none is; empty
 * elsewhere. Docker's own guide for Debian's package: https://wiki.debian.org/Docker
 */
export function installCommands(system: System): string[] {
  const { has, families, platform, root, user } = system
  const knows = families.includes('debian') || families.includes('ubuntu')
  if (platform !== 'linux' || !knows || !has.has('apt-get') || has.has('dockerd')) return []
  const start = system.systemd ? 'systemctl enable --now docker' : 'service docker start'
  const allow = root ? [] : [`usermod -aG docker ${user}`]
  return ['apt-get update', 'apt-get install -y docker.io', start, ...allow].map((one) => sudo(system, one))
}
