import type { ComposeRecord } from '../../../shared/definition.ts'
import type { Json } from './record.ts'
import { hasVariables } from './variables/evaluate.ts'

/** Keys of a service of which a container that only runs hooks has nothing. */
const ELSEWHERE = new Set([
  ...['command', 'entrypoint', 'healthcheck', 'init', 'tty', 'stdin_open', 'read_only', 'gpus'],
  ...['stop_signal', 'stop_grace_period', 'restart', 'depends_on', 'container_name'],
  ...['ports', 'expose', 'networks', 'links', 'external_links', 'labels', 'label_file'],
  ...['env_file', 'secrets', 'configs'],
])

/**
 * The texts with variables, in the record of a service, whose values a container that bakes its hooks has: what these make
 * may hold them. Not the folders that it mounts, only where.
 */
export function bakedTexts(record: ComposeRecord): string[] {
  const texts = Object.entries(record).flatMap(([key, value]) => {
    if (ELSEWHERE.has(key)) return []
    if (key === 'environment') return variableTexts(value)
    if (key === 'volumes' && Array.isArray(value)) return value.flatMap(mountTexts)
    return textsIn(value)
  })
  return [...new Set(texts.filter(hasVariables))].sort()
}

/** All texts inside a value of a record. */
export function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isMembers(value) ? Object.values(value).flatMap(textsIn) : []
}

/** The texts of a service's `environment`. A name without a value takes that of the computer. */
export function variableTexts(environment: Json): string[] {
  if (Array.isArray(environment))
    return environment.flatMap(textsIn).map((item) => (/[=$]/.test(item) ? item : `\${${item}}`))
  if (!isMembers(environment)) return []
  return Object.entries(environment).flatMap(([name, value]) =>
    value === null ? [`\${${name}}`] : textsIn(value),
  )
}

function mountTexts(mount: Json): string[] {
  if (typeof mount === 'string') return [afterSource(mount)]
  if (!isMembers(mount)) return []
  const { source: _, folder, text, ...rest } = mount
  return [
    ...(typeof folder === 'string' && typeof text === 'string' ? [afterSource(text)] : []),
    ...textsIn(rest),
  ]
}

/** What follows the source in the short form of a mount; all of it where a variable may hold both. */
function afterSource(mount: string): string {
  let depth = 0
  for (let at = 0; at < mount.length; at++) {
    if (mount.startsWith('${', at)) depth++
    else if (mount[at] === '}' && depth > 0) depth--
    else if (mount[at] === ':' && depth === 0) return mount.slice(at + 1)
  }
  return mount
}

const isMembers = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
