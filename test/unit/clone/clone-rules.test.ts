import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { similarNames } from '../../../main/clone/similar-names.ts'
import { cloneFailure } from '../../../main/git/clone-failure.ts'
import { gitEnvironment, unaskingSsh } from '../../../main/git/git-environment.ts'
import { gitInstallHint } from '../../../main/git/install-hint.ts'
import { isSameRemote } from '../../../main/git/same-remote.ts'

const URL = 'https://example.org/ada/shop.git'

test.each([
  ['fatal: write error: No space left on device', 'destination-unwritable'],
  [
    "fatal: could not read Username for 'https://example.org': terminal prompts disabled",
    'git-authentication',
  ],
  ['remote: HTTP Basic: Access denied', 'git-authentication'],
  ['git@example.org: Permission denied (publickey).', 'git-authentication'],
  ['Host key verification failed.', 'git-authentication'],
  ['ERROR: Repository not found.', 'repository-missing'],
  ["fatal: 'shop.git' does not appear to be a git repository", 'repository-missing'],
  ['fatal: https://example.org/ada/ not valid: is this a git repository?', 'repository-missing'],
  ['ssh: Could not resolve hostname example.org: Name or service not known', 'git-host-unknown'],
  ["fatal: unable to access 'https://example.org/': Failed to connect", 'git-unreachable'],
  ['fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF', 'git-unreachable'],
  ["fatal: unable to access 'https://example.org/': Operation too slow.", 'git-unreachable'],
  ["fatal: unable to access 'https://example.org/': SSL certificate problem", 'git-unreachable'],
  ["fatal: transport 'http' not allowed", 'clone-refused'],
  ['xcode-select: note: No developer tools were found', 'git-missing'],
  ['fatal: something new', 'clone-failed'],
  ['', 'clone-failed'],
])('%s is %s', async (message, code) => {
  const error = await cloneFailure(URL, '/srv/shop', message.split('\n'))
  expect(error.code).toBe(code)
})

test('an ssh host whose key is unknown is connected to once by the person', async () => {
  const error = await cloneFailure('git@example.org:ada/shop.git', '/srv/shop', [
    'Host key verification failed.',
  ])
  expect(error.hint).toContain('ssh -T git@example.org')
})

test('git is installed with the command of the system', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-release-'))
  const on = async (text: string) => {
    await writeFile(path.join(folder, 'os-release'), text)
    return gitInstallHint('linux', path.join(folder, 'os-release'))
  }
  expect(await on('ID=debian\n')).toContain('"sudo apt-get install git"')
  expect(await on('NAME="Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n')).toContain('apt-get')
  expect(await on('ID="fedora"\n')).toContain('dnf')
  expect(await on('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n')).toContain('zypper')
  expect(await on('ID=nixos\n')).toContain('package "git"')
  expect(await gitInstallHint('linux', path.join(folder, 'none'))).toContain('package "git"')
  expect(await gitInstallHint('darwin')).toContain('xcode-select --install')
  expect(await gitInstallHint('win32')).toContain('winget install')
  await rm(folder, { recursive: true })
})

test.each([
  ['https://github.com/ada/shop', 'git@github.com:ada/shop.git', true],
  ['https://GitHub.com/ada/shop/', 'ssh://git@github.com/ada/shop.git', true],
  ['http://127.0.0.1:80/shop', 'http://127.0.0.1:80/shop.git', true],
  ['http://127.0.0.1:80/shop', 'http://127.0.0.1:81/shop', false],
  ['https://github.com/ada/shop', 'https://github.com/eve/shop', false],
  ['https://github.com/ada/shop', 'https://github.org/ada/shop', false],
  ['https://github.com/ada/shop', 'https://github.com/ada/shop-evil', false],
  ['https://github.com/ada/shop', 'https://github.com/ada-evil/shop', false],
  ['https://github.com/ada/shop', '/srv/shop.git', false],
  ['https://github.com/ada/shop', 'https://ada:canary@github.com/ada/shop', true],
])('%s and %s are the same repository: %s', (a, b, same) => {
  expect(isSameRemote(a, b)).toBe(same)
})

test('near names are few, and near', () => {
  expect(similarNames('mian', ['main', 'master', 'x'])).toEqual(['main'])
  expect(similarNames('tax', ['feature/tax', 'tex', 'tax-2027-and-more', 'zzz'])).toEqual([
    'feature/tax',
    'tex',
  ])
  expect(similarNames('Release', ['release', 'releases'])).toEqual(['release', 'releases'])
  expect(similarNames('anything', [])).toEqual([])
})

test('git gets no other repository, skips large files, and does not ask', () => {
  const env = {
    PATH: '/bin',
    GIT_DIR: '/elsewhere',
    GIT_INDEX_FILE: 'x',
    GIT_ASKPASS: 'ask',
    SSH_AUTH_SOCK: 's',
  }
  const given = { cwd: '/home/ada/pristine', protocols: ['https', 'ssh'] }
  const silent = gitEnvironment(env, { ...given, interactive: false, ssh: unaskingSsh('ssh') })
  expect(silent).toMatchObject({
    GIT_ALLOW_PROTOCOL: 'https:ssh',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_CEILING_DIRECTORIES: '/home/ada',
    SSH_AUTH_SOCK: 's',
  })
  expect(silent).not.toHaveProperty('GIT_DIR')
  expect(silent).not.toHaveProperty('GIT_INDEX_FILE')
  const asking = gitEnvironment(env, { ...given, interactive: true })
  expect(asking).toMatchObject({ GIT_ASKPASS: 'ask' })
  expect(asking).not.toHaveProperty('GIT_TERMINAL_PROMPT')
  expect(unaskingSsh('C:\\putty\\plink.exe')).toBe('C:\\putty\\plink.exe -batch')
})
