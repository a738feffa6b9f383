import { readFile } from 'node:fs/promises'

const BY_SYSTEM: [RegExp, string][] = [
  [/\b(?:debian|ubuntu)\b/, 'sudo apt-get install git'],
  [/\b(?:fedora|rhel|centos)\b/, 'sudo dnf install git'],
  [/\bsuse\b/, 'sudo zypper install git'],
  [/\barch\b/, 'sudo pacman -S git'],
  [/\balpine\b/, 'sudo apk add git'],
]

/** How git is installed here, as a sentence. A Linux says in os-release(5) what it is and what it is like. */
export async function gitRemedy(
  platform: NodeJS.Platform = process.platform,
  release = '/etc/os-release',
): Promise<string> {
  if (platform === 'darwin') return 'Install it with "xcode-select --install", then try again.'
  if (platform === 'win32') return 'Install it with "winget install --id Git.Git", then start Pristine anew.'
  const text = await readFile(release, 'utf8').catch(() => '')
  const kinds = [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)/gm)].map(([, kind]) => kind).join(' ')
  const command = BY_SYSTEM.find(([kind]) => kind.test(kinds))?.[1]
  if (command === undefined) return 'Install the package "git" of your system, then try again.'
  return `Install it with "${command}", then try again.`
}
