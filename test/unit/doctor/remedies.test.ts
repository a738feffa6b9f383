import { expect, test } from 'vitest'
import { installCommands, remediesFor, startCommand } from '../../../main/doctor/remedies.ts'
import type { System } from '../../../main/doctor/system.ts'
import type { EnginePlace, SocketRefusal } from '../../../shared/engine-state.ts'

const system = (given: Omit<Partial<System>, 'has'> & { has?: string[] }): System => ({
  platform: 'linux',
  families: ['debian'],
  systemd: true,
  root: false,
  user: 'ada',
  ownDocker: false,
  ...given,
  has: new Set(given.has ?? []) as System['has'],
})

const place = (found: EnginePlace['found'], more: Partial<EnginePlace> = {}): EnginePlace => ({
  address: 'unix:///var/run/docker.sock',
  from: 'usual',
  context: null,
  chosen: false,
  found,
  ...more,
})
const nothing = [place({ kind: 'nothing' })]
const commands = (given: Parameters<typeof system>[0], places = nothing) =>
  remediesFor(system(given), places).map(({ command }) => command)

test.each<[string, Parameters<typeof system>[0], string[]]>([
  ['an installed Docker is started', { has: ['dockerd'] }, ['sudo systemctl enable --now docker']],
  ['by root without sudo', { has: ['dockerd'], root: true }, ['systemctl enable --now docker']],
  ['without systemd by its service', { has: ['dockerd'], systemd: false }, ['sudo service docker start']],
  ['Podman too', { has: ['podman'] }, ['systemctl --user enable --now podman.socket']],
  ['by root for the system', { has: ['podman'], root: true }, ['systemctl enable --now podman.socket']],
  [
    'on Debian one is installed',
    { has: ['apt-get', 'sudo'] },
    [
      'sudo apt-get update && sudo apt-get install -y docker.io && sudo systemctl enable --now docker && sudo usermod -aG docker ada',
    ],
  ],
  [
    'on what comes from Debian as well',
    { has: ['apt-get'], families: ['linuxmint', 'ubuntu'], root: true },
    ['apt-get update && apt-get install -y docker.io && systemctl enable --now docker'],
  ],
  [
    'on Fedora',
    { families: ['fedora'] },
    ['sudo dnf install -y moby-engine && sudo systemctl enable --now docker'],
  ],
  ['on a system that is not known nothing is guessed', { families: ['plan9'] }, []],
  [
    'on macOS what is there is started',
    { platform: 'darwin', families: [], has: ['colima', 'brew'] },
    ['colima start', 'open -a Docker', 'brew install docker colima && colima start'],
  ],
  [
    'on Windows',
    { platform: 'win32', families: [] },
    ['docker desktop start', 'winget install Docker.DockerDesktop'],
  ],
])('%s', (_, given, expected) => {
  expect(commands(given)).toEqual(expected)
})

const SOCKET = '/var/run/docker.sock'
const ofGroup = (group: string, member = false): SocketRefusal => ({
  kind: 'group',
  path: SOCKET,
  group,
  member,
})
const ofOwner = (owner: string, mode: string, path = SOCKET): SocketRefusal => ({
  kind: 'owner',
  path,
  owner,
  group: 'root',
  mode,
})

test.each<[string, Parameters<typeof system>[0], SocketRefusal, string[]]>([
  ['its group', {}, ofGroup('docker'), ['sudo usermod -aG docker ada && newgrp docker']],
  ['another group', {}, ofGroup('engines'), ['sudo usermod -aG engines ada && newgrp engines']],
  [
    'a group on Alpine',
    { families: ['alpine'] },
    ofGroup('docker'),
    ['sudo addgroup ada docker && newgrp docker'],
  ],
  ['a group since the next login', {}, ofGroup('docker', true), ['newgrp docker']],
  [
    "root's group, as Docker leaves it where there is no group of its own",
    {},
    ofOwner('root', '660'),
    [
      'sudo groupadd --force docker && sudo usermod -aG docker ada && sudo systemctl restart docker.socket docker && newgrp docker',
    ],
  ],
  ['root alone, as somebody wanted it', {}, ofOwner('root', '600'), []],
  [
    'somebody else alone, where there is one for all',
    {},
    ofOwner('bob', '700', '/run/user/1001'),
    ['sudo systemctl enable --now docker'],
  ],
  [
    'somebody else, where one of your own can be had',
    { has: ['dockerd', 'dockerd-rootless-setuptool.sh'] },
    ofOwner('root', '600'),
    ['dockerd-rootless-setuptool.sh install'],
  ],
])('a socket that lets in %s has its own remedy, and no other', (_, given, refusal, expected) => {
  const installed = { has: ['dockerd'], ...given }
  expect(commands(installed, [place({ kind: 'forbidden', refusal })])).toEqual(expected)
})

test('a Podman that refuses is left alone: everybody starts their own', () => {
  const address = 'unix:///run/podman/podman.sock'
  const podman = [place({ kind: 'forbidden', refusal: ofGroup('podman') }, { address })]
  expect(commands({ has: ['podman'] }, podman)).toEqual(['systemctl --user enable --now podman.socket'])
})

test('a choice that does not answer can be taken back', () => {
  const named = [place({ kind: 'nothing' }, { from: 'DOCKER_HOST', chosen: true })]
  expect(commands({ has: ['dockerd'] }, named)[0]).toBe('unset DOCKER_HOST')
  const context = [place({ kind: 'nothing' }, { from: 'context', context: 'far', chosen: true })]
  expect(commands({ has: ['dockerd'] }, context)[0]).toBe('docker context use default')
})

test('where an engine answers there is nothing to do', () => {
  const found = { kind: 'engine', name: 'Docker', version: '28', buildkit: true } as const
  expect(commands({}, [place(found, { chosen: true })])).toEqual([])
})

test('nothing is installed beside what is there, or where Pristine does not know how', () => {
  expect(installCommands(system({ has: ['apt-get', 'dockerd'] }))).toEqual([])
  expect(installCommands(system({ has: ['apt-get'], families: ['fedora'] }))).toEqual([])
  expect(installCommands(system({ families: ['debian'] }))).toEqual([])
})

test.each<[string, Parameters<typeof system>[0], Partial<EnginePlace>, string | null]>([
  ['of their own is started', { has: ['dockerd'], ownDocker: true }, {}, 'systemctl --user start docker'],
  ['that root owns is not', { has: ['dockerd'] }, {}, null],
  ['is not started by root', { has: ['dockerd', 'podman'], root: true, ownDocker: true }, {}, null],
  ['of their own needs systemd', { ownDocker: true, systemd: false }, {}, null],
  ['on another computer is not', { ownDocker: true }, { address: 'ssh://ann@far' }, null],
  ['called Podman is', { has: ['podman'] }, {}, 'systemctl --user enable --now podman.socket'],
  [
    'that is chosen comes first',
    { has: ['podman'], ownDocker: true },
    { address: 'unix:///run/user/1000/podman/podman.sock' },
    'systemctl --user enable --now podman.socket',
  ],
  ['on macOS is', { platform: 'darwin', families: [] }, {}, 'open -a Docker'],
  [
    'on macOS that a context names comes first',
    { platform: 'darwin', families: [], has: ['colima', 'podman'] },
    { from: 'context', context: 'desktop-linux' },
    'open -a Docker',
  ],
  ['on Windows is', { platform: 'win32', families: [] }, {}, 'docker desktop start'],
])('an engine %s', (_, given, chosen, expected) => {
  const places = [place({ kind: 'nothing' }, { chosen: true, ...chosen })]
  expect(startCommand(system(given), places)).toBe(expected)
})

test('where an engine answers none is started', () => {
  const found = { kind: 'engine', name: 'Docker', version: '28', buildkit: true } as const
  expect(startCommand(system({ ownDocker: true }), [place(found, { chosen: true })])).toBeNull()
})
