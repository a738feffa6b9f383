import { readFile } from 'node:fs/promises'

const BY_SYSTEM: [RegExp, string][] = [
  [/\b(?:debian|ubuntu)\b/, 'sudo apt-get install'],
  [/\b(?:fedora|rhel|centos)\b/, 'sudo dnf install'],
  [/\bsuse\b/, 'sudo zypper install'],
  [/\barch\b/, 'sudo pacman -S'],
  [/\balpine\b/, 'sudo apk add'],
]

/** How git is installed here, as a sentence. */
export async function gitInstallHint(
  platform: NodeJS.Platform = process.platform,
  release?: string,
): Promise<string> {
  if (platform === 'darwin') return 'Install it with "xcode-select --install", then try again.'
  if (platform === 'win32') return 'Install it with "winget install --id Git.Git", then start Pristine anew.'
  return packageInstallHint('git', platform, release)
}

/**
 * How a package is installed here, as a sentence. A Linux distribution names itself and its relatives in os-release(5).
 */
export async function packageInstallHint(
  name: string,
  platform: NodeJS.Platform = process.platform,
  release = '/etc/os-release',
): Promise<string> {
  if (platform === 'darwin') return `Install it with "brew install ${name}", then try again.`
  const text = platform === 'linux' ? await readFile(release, 'utf8').catch(() => '') : ''
  const kinds = [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)/gm)].map(([, kind]) => kind).join(' ')
  const install = BY_SYSTEM.find(([kind]) => kind.test(kinds))?.[1]
  if (install === undefined) return `Install the package "${name}" of your system, then try again.`
  return `Install it with "${install} ${name}", then try again.`
}
