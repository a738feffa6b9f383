import type { en } from '../../messages/en.ts'

export interface Remedy {
  name: keyof typeof en.engine.commands
  command: string
}

/**
 * What a person can do about an engine that does not answer, as commands for their own terminal; the likeliest first.
 * `platform` as `app.about` tells it, `code` of the failure.
 */
export function remediesFor(platform: string, code: string): Remedy[] {
  if (code === 'engine-forbidden') {
    return [{ name: 'group', command: 'sudo usermod -aG docker $USER' }]
  }
  if (code === 'engine-not-docker' || code === 'engine-unsupported') {
    return [{ name: 'contexts', command: 'docker context ls' }]
  }
  if (platform.startsWith('darwin')) {
    return [
      { name: 'dockerDesktop', command: 'open -a Docker' },
      { name: 'colima', command: 'colima start' },
      { name: 'podmanMachine', command: 'podman machine start' },
    ]
  }
  if (platform.startsWith('win32')) {
    return [
      { name: 'dockerDesktop', command: 'docker desktop start' },
      { name: 'podmanMachine', command: 'podman machine start' },
    ]
  }
  if (code === 'engine-unreachable') {
    return [{ name: 'restartDocker', command: 'sudo systemctl restart docker' }]
  }
  return [
    { name: 'startDocker', command: 'sudo systemctl start docker' },
    { name: 'installDebian', command: 'sudo apt-get install docker.io' },
    { name: 'installFedora', command: 'sudo dnf install moby-engine' },
    { name: 'podman', command: 'systemctl --user enable --now podman.socket' },
  ]
}
