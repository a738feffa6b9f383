import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Agent } from 'node:http'
import { homedir } from 'node:os'
import path from 'node:path'
import { productError } from '../../../shared/errors.ts'
import { readSshTarget, SshAgent } from './ssh.ts'

type Environment = Record<string, string | undefined>

const CONTEXT = 'context:'

/** The address of an engine: a socket or pipe, a host with optional TLS files, or another computer through ssh. */
export type EngineAddress =
  | { kind: 'socket'; text: string; socketPath: string }
  | { kind: 'ssh'; text: string; agent: Agent }
  | {
      kind: 'tcp'
      text: string
      host: string
      port: number
      tls?: { ca?: Buffer; cert?: Buffer; key?: Buffer }
    }

/**
 * The addresses to try, best first. An address that a person chose (`DOCKER_HOST`, else the current Docker
 * context) is the only one; without a choice, the places where engines usually listen.
 * Errors: `engine-unsupported`.
 */
export async function engineAddresses(env: Environment): Promise<EngineAddress[]> {
  if (env['DOCKER_HOST']) return [await namedAddress(env, env['DOCKER_HOST'])]
  const current = await currentContext(env)
  if (current !== undefined) return [await contextAddress(env, current)]
  return usualAddresses(env)
}

/** The address that a text names: as in `DOCKER_HOST`, or `context:` and a Docker context. Errors: `engine-unsupported`. */
export function namedAddress(env: Environment, text: string): Promise<EngineAddress> {
  if (text.startsWith(CONTEXT)) return contextAddress(env, text.slice(CONTEXT.length))
  const tls = env['DOCKER_TLS_VERIFY'] ? (env['DOCKER_CERT_PATH'] ?? configFolder(env)) : undefined
  return parseAddress(env, text, tls)
}

/** The places where engines usually listen. */
export const usualAddresses = (env: Environment): EngineAddress[] =>
  usualSockets(env).map((socketPath) => ({ kind: 'socket', text: `unix://${socketPath}`, socketPath }))

/** The folder of the Docker client's own configuration. */
export function configFolder(env: Environment): string {
  return env['DOCKER_CONFIG'] || path.join(env['HOME'] || homedir(), '.docker')
}

async function parseAddress(env: Environment, text: string, tlsFolder?: string): Promise<EngineAddress> {
  if (/^unix:\/\/\//.test(text)) return { kind: 'socket', text, socketPath: text.slice('unix://'.length) }
  if (text.startsWith('npipe://')) return { kind: 'socket', text, socketPath: text.slice('npipe://'.length) }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'tcp:' && url.hostname) {
    const port = Number(url.port || (tlsFolder ? 2376 : 2375))
    return {
      kind: 'tcp',
      text,
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      ...(tlsFolder && { tls: await readTls(tlsFolder) }),
    }
  }
  const ssh = readSshTarget(text)
  if (ssh) return { kind: 'ssh', text, agent: new SshAgent(ssh, env) }
  const meant = addressMeant(text)
  const reason = meant === undefined ? 'its form is not known' : `perhaps ${meant} is meant`
  throw productError('engine-unsupported', { address: text, reason })
}

/** What a text without the right scheme may be meant as: a socket's path, or a host with its port. */
function addressMeant(text: string): string | undefined {
  const path = /^(?:unix:\/*)?((?:[\w.-]*\/)+[\w.-]+\.sock)$/.exec(text)?.[1]
  if (path !== undefined) return `unix://${path.startsWith('/') ? '' : '/'}${path}`
  const host = /^(?:https?:\/\/)?([\w.-]+:\d+)\/?$/.exec(text)?.[1]
  return host === undefined ? undefined : `tcp://${host}`
}

async function readTls(folder: string): Promise<{ ca?: Buffer; cert?: Buffer; key?: Buffer }> {
  const read = (name: string) => readFile(path.join(folder, name)).catch(() => undefined)
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')])
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

/** The name of the current Docker context; undefined for the default one, which names no engine. */
export async function currentContext(env: Environment): Promise<string | undefined> {
  const config = await readJson(path.join(configFolder(env), 'config.json'))
  const name = env['DOCKER_CONTEXT'] || config?.['currentContext']
  return typeof name !== 'string' || name === '' || name === 'default' ? undefined : name
}

/** The names of all Docker contexts but the default one. */
export async function contextNames(env: Environment): Promise<string[]> {
  const folder = path.join(configFolder(env), 'contexts', 'meta')
  const ids = await readdir(folder).catch(() => [])
  const metas = await Promise.all(ids.map((id) => readJson(path.join(folder, id, 'meta.json'))))
  return metas.flatMap((meta) => (typeof meta?.['Name'] === 'string' ? [meta['Name']] : [])).sort()
}

/** The endpoint of a Docker context, from the files where the Docker client keeps it. Errors: `engine-unsupported`. */
export async function contextAddress(env: Environment, name: string): Promise<EngineAddress> {
  const folder = configFolder(env)
  const id = createHash('sha256').update(name).digest('hex')
  const meta = await readJson(path.join(folder, 'contexts', 'meta', id, 'meta.json'))
  const endpoints = meta?.['Endpoints'] as { docker?: { Host?: string } } | undefined
  const host = endpoints?.docker?.Host
  if (!host) {
    throw productError('engine-unsupported', {
      address: `context "${name}"`,
      reason: 'the Docker context has no readable endpoint',
    })
  }
  const tlsFolder = path.join(folder, 'contexts', 'tls', id, 'docker')
  return parseAddress(env, host, host.startsWith('tcp:') ? tlsFolder : undefined)
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** The usual sockets of engines on this system, in the order in which they are tried. */
export function usualSockets(env: Environment): string[] {
  if (process.platform === 'win32') return ['//./pipe/docker_engine', '//./pipe/podman-machine-default']
  const home = env['HOME'] || homedir()
  const runtime = env['XDG_RUNTIME_DIR']
  return [
    '/var/run/docker.sock',
    ...(runtime ? [path.join(runtime, 'docker.sock')] : []),
    path.join(home, '.docker/run/docker.sock'),
    path.join(home, '.docker/desktop/docker.sock'),
    path.join(home, '.colima/default/docker.sock'),
    path.join(home, '.rd/docker.sock'),
    path.join(home, '.orbstack/run/docker.sock'),
    ...(runtime ? [path.join(runtime, 'podman/podman.sock')] : []),
    // In a folder that is root's alone: for anybody else it would be one that refuses, wherever Podman is installed.
    ...(process.getuid?.() === 0 ? ['/run/podman/podman.sock'] : []),
  ]
}
