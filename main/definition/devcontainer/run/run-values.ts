import { invalid, type Origin, type Path, unsupported } from '../document/source-position.ts'
import type { Flag } from './parse-flags.ts'
import { split } from './split-text.ts'

/** `key=value`, or a key alone. A key must be written out, because it decides what the value means. */
export function readPair(
  { name, value, path }: Flag,
  origin: Origin,
): [key: string, value: string | undefined] {
  const [key = '', ...rest] = split(value, '=')
  if (key === '' || key.includes('${')) throw invalid(origin, path, `"--${name} ${value}" has no name`)
  // As everywhere in the file: no object could hold it.
  if (key === '__proto__') throw invalid(origin, path, '"__proto__" is not a key that can be used')
  return [key, rest.length === 0 ? undefined : rest.join('=')]
}

export function readSwitch({ name, value, path }: Flag, origin: Origin): boolean {
  if (/^(?:1|t|true)$/i.test(value)) return true
  if (/^(?:0|f|false)$/i.test(value)) return false
  throw invalid(origin, path, `"--${name}" must be true or false, not "${value}"`)
}

/** A number above 0, or a whole one from `least` to `most`. */
export function readNumber(
  { name, value, path }: Flag,
  origin: Origin,
  rule: { whole: boolean; least: number; most?: number } = { whole: false, least: Number.MIN_VALUE },
): number {
  const number = /^-?\d{1,12}(?:\.\d{1,9})?$/.test(value) ? Number(value) : Number.NaN
  const { whole, least, most = Number.POSITIVE_INFINITY } = rule
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return number
  throw invalid(origin, path, `"--${name}" needs a number, not "${value}"`)
}

/** `nofile=1024:2048`; -1 is without limit, and one number is both limits. */
export function readUlimit(
  { value, path }: Flag,
  origin: Origin,
): { name: string; soft: number; hard: number } {
  const [, name, soft, hard] = /^([a-z]+)=(-1|\d{1,15})(?::(-1|\d{1,15}))?$/.exec(value) ?? []
  if (name === undefined) throw invalid(origin, path, `"${value}" is not a limit such as "nofile=1024:2048"`)
  return { name, soft: Number(soft), hard: Number(hard ?? soft) }
}

/** `name:address`, where the address may be IPv6 or `host-gateway`; docker takes `name=address` too. */
export function readHost({ value, path }: Flag, origin: Origin): string {
  const [, name, address] = /^([^:=]+)[:=](.+)$/.exec(value) ?? []
  if (name === undefined) throw invalid(origin, path, `"${value}" is not a host such as "db:10.0.0.2"`)
  return `${name}:${address}`
}

/** `/dev/fuse`, `/dev/fuse:/dev/fuse`, `/dev/fuse:/dev/fuse:rw` or `/dev/fuse:rw`; all of read, write and make nodes. */
export function readDevice(
  { value, path }: Flag,
  origin: Origin,
): { source: string; target: string; access: string } {
  const [source = '', ...rest] = split(value, ':')
  const isAccess = (text: string) => /^[rwm]{1,3}$/.test(text)
  const access = rest.length > 0 && isAccess(rest.at(-1) ?? '') ? rest.pop() : undefined
  const [target = source, ...more] = rest
  const fits = [source, target].every((text) => /^(?:\/|\$\{)/.test(text)) && more.length === 0
  if (!fits) throw invalid(origin, path, `"${value}" is not a device such as "/dev/fuse"`)
  return { source, target, access: access ?? 'rwm' }
}

/** A network's name or mode; docker's list of settings (`name=…,alias=…`) is not read. */
export function readNetwork({ name, value, path }: Flag, origin: Origin): string {
  if (value === '') throw invalid(origin, path, `"--${name}" needs a value`)
  if (value.includes('=')) throw unsupported(origin, path, `runArgs: --${name} ${value}`)
  return value
}

/** `all`, a number of GPUs, or `device=0,1`, in quotes as a shell would need them; docker's other settings are not read. */
export function readGpus({ value, path }: Flag, origin: Origin): string {
  const plain = value.replace(/^["'](.*)["']$/, '$1')
  if (/^(?:all|\d{1,3}|device=[\w:.-]+(?:,[\w:.-]+)*)$/.test(plain)) return plain
  throw unsupported(origin, path, `runArgs: --gpus ${value}`)
}

const SECURITY_OPTIONS = ['apparmor', 'label', 'no-new-privileges', 'seccomp']

/** docker's `--security-opt`: `name=value`, of old `name:value`. A profile of seccomp would be a file of this computer. */
export function readSecurityOption(text: string, origin: Origin, path: Path): string {
  const [, name = text, value] = /^([^=:]+)[=:](.*)$/s.exec(text) ?? []
  const whole = name === 'no-new-privileges' || value
  if (!whole) throw invalid(origin, path, `"${text}" is not an option such as "seccomp=unconfined"`)
  const isKnown = SECURITY_OPTIONS.includes(name) && (name !== 'seccomp' || value === 'unconfined')
  if (!isKnown) throw unsupported(origin, path, `security option ${text}`)
  return value === undefined ? name : `${name}=${value}`
}
