import { expect, test } from 'vitest'
import { countDrift } from '../../../main/drift/paths.ts'

const [CHANGED, ADDED, DELETED] = [0, 1, 2]

test('a file that was added, changed or deleted counts once, the folders above it do not', () => {
  const changes = [
    { path: '/etc', kind: CHANGED },
    { path: '/etc/added', kind: ADDED },
    { path: '/usr', kind: CHANGED },
    { path: '/usr/bin', kind: CHANGED },
    { path: '/usr/bin/gone', kind: DELETED },
    { path: '/usr/bin/tool', kind: CHANGED },
  ]
  expect(countDrift(changes)).toBe(3)
})

test('caches, logs, histories and temporary files are nothing that anybody meant', () => {
  const paths = [
    '/tmp/x',
    '/run/pid',
    '/var/cache/apt/x',
    '/var/log/y',
    '/root/.bash_history',
    '/home/dev/.cache/z',
    '/etc/hosts',
  ]
  expect(countDrift(paths.map((path) => ({ path, kind: ADDED })))).toBe(0)
})

test('what a shell and a container engine inside make when they start is nothing that anybody meant', () => {
  const made = [
    '/home/dev/.zcompdump-6116d808f2bd-5.9',
    '/home/dev/.zcompdump-6116d808f2bd-5.9.zwc',
    '/home/dev/.oh-my-zsh/cache/completions',
    '/root/.oh-my-zsh/cache/grep-alias',
    '/opt/containerd',
    '/opt/containerd/bin',
    '/opt/containerd/lib',
    '/etc/docker/key.json',
  ]
  const meant = [
    '/home/dev/.zshrc',
    '/home/dev/.oh-my-zsh/custom/x',
    '/opt/containerd/bin/x',
    '/etc/docker/daemon.json',
  ]
  expect(countDrift(made.map((path) => ({ path, kind: ADDED })))).toBe(0)
  expect(countDrift(meant.map((path) => ({ path, kind: ADDED })))).toBe(4)
})

test('mount points, the folders that lead to them, and the init of the engine are its own doing', () => {
  const changes = [
    { path: '/workspaces', kind: ADDED },
    { path: '/workspaces/shop', kind: ADDED },
    { path: '/sbin', kind: ADDED },
    { path: '/sbin/docker-init', kind: ADDED },
  ]
  expect(countDrift(changes, ['/workspaces/shop'])).toBe(0)
  expect(countDrift([...changes, { path: '/workspaces/other', kind: ADDED }], ['/workspaces/shop'])).toBe(1)
})

test('a folder that Podman wrote into is its doing, unless somebody removed it', () => {
  expect(countDrift([{ path: '/etc', kind: CHANGED }])).toBe(0)
  expect(countDrift([{ path: '/etc', kind: DELETED }])).toBe(1)
})
