import type { EnginePlace, Remedy, SocketRefusal } from '../../shared/engine-state.ts'
import type { System } from './system.ts'

/** What a person can do when no engine can be used, the most likely first; empty if one can. */
export function remediesFor(system: System, places: EnginePlace[]): Remedy[] {
  if (places.some(({ chosen, found }) => chosen && found.kind === 'engine')) return []
  const chosen = places.find((place) => place.chosen)
  const remedies: Remedy[] = []
  // Podman has no group: everybody starts a service of their own.
  const refusals = places.flatMap(({ address, found }) =>
    found.kind === 'forbidden' && !address.includes('podman') ? (found.refusal ?? []) : [],
  )
  if (system.platform === 'linux') remedies.push(...refusals.flatMap((refusal) => allow(system, refusal)))
  if (chosen?.from === 'DOCKER_HOST') {
    remedies.push({ text: 'Forget the address that DOCKER_HOST names', command: 'unset DOCKER_HOST' })
  }
  if (chosen?.from === 'context') {
    remedies.push({ text: 'Use the default Docker context', command: 'docker context use default' })
  }
  // What refuses is there.
  const started = refusals.some(({ path }) => DOCKERS_OWN.includes(path))
  return [...remedies, ...start(system, started), ...install(system)]
}

/**
 * The commands that start an engine as the person who runs Pristine, without an administrator, and what the address or the
 * context of that engine contains.
 */
const STARTS: Record<string, string> = {
  'systemctl --user start docker': 'docker.sock',
  'systemctl --user enable --now podman.socket': 'podman',
  'orb start': 'orbstack',
  'colima start': 'colima',
  'podman machine start': 'podman',
  'open -a Docker': 'desktop',
  'docker desktop start': 'desktop',
}

/**
 * The command with which Pristine itself starts an engine: that of the one that is chosen, else the most likely. Null where
 * there is none, where one answers, and where the chosen one is on another computer.
 */
export function startCommand(system: System, places: EnginePlace[]): string | null {
  const { address = '', context = '' } = places.find(({ chosen }) => chosen) ?? {}
  if (/^(tcp|ssh|https?):/.test(address)) return null
  const commands = remediesFor(system, places).filter(({ command }) => command in STARTS)
  const own = commands.find(({ command }) => `${address} ${context}`.includes(STARTS[command] ?? ''))
  return (own ?? commands[0])?.command ?? null
}

const sudo = ({ root }: System, command: string): string => (root ? command : `sudo ${command}`)

/** Commands that give the person access; none if the socket belongs to one user alone. */
function allow(system: System, refusal: SocketRefusal): Remedy[] {
  if (refusal.kind === 'group') {
    const { group, member } = refusal
    if (member)
      return [
        {
          text: `Use your group ${group} in this terminal; others know it after the next login`,
          command: `newgrp ${group}`,
        },
      ]
    const text = 'Allow yourself to use it; other windows know after the next login'
    return [{ text, command: `${sudo(system, join(system, group))} && newgrp ${group}` }]
  }
  // Docker gives its socket to the group "docker" where there is one when it starts, and else to root's:
  // https://docs.docker.com/engine/install/linux-postinstall/
  const { path, owner, group, mode } = refusal
  if (!DOCKERS_OWN.includes(path) || owner !== 'root' || group !== 'root' || mode !== '660') return []
  const restart = system.systemd ? 'systemctl restart docker.socket docker' : 'service docker restart'
  const commands = ['groupadd --force docker', join(system, 'docker'), restart]
  return [
    {
      text: 'Give its socket a group and add yourself to it; the engine restarts, and all its containers stop',
      command: `${commands.map((command) => sudo(system, command)).join(' && ')} && newgrp docker`,
    },
  ]
}

const DOCKERS_OWN = ['/var/run/docker.sock', '/run/docker.sock']

const join = ({ families, user }: System, group: string): string =>
  families.includes('alpine') ? `addgroup ${user} ${group}` : `usermod -aG ${group} ${user}`

function start(system: System, docker: boolean): Remedy[] {
  const { has, systemd, platform } = system
  const remedies: Remedy[] = []
  const add = (text: string, command: string) => remedies.push({ text, command })
  if (platform === 'linux') {
    const command = systemd ? 'systemctl enable --now docker' : 'service docker start'
    if (!system.root && system.ownDocker && systemd)
      add('Start your own Docker Engine', 'systemctl --user start docker')
    if (has.has('dockerd') && !docker) add('Start Docker Engine', sudo(system, command))
    if (!system.root && !system.ownDocker && has.has('dockerd-rootless-setuptool.sh'))
      add('Start a Docker Engine of your own, without root', 'dockerd-rootless-setuptool.sh install')
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
