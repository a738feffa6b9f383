import { type Json, membersOf } from './record.ts'
import { hasVariables } from './variables/evaluate.ts'

/**
 * Whether variables may decide which of a stack's networks, volumes, secrets or configs (`key`) its services use. `record`: what
 * is recorded of the stack.
 */
export function isChosenByVariables(record: Json, key: string): boolean {
  const services = Object.values(membersOf(membersOf(record)['services']))
  return services
    .map((service) => membersOf(service))
    .some((service) => {
      if (key === 'networks') return mayName(service['network_mode'])
      const uses = service[key]
      return Array.isArray(uses) && uses.some((use) => mayName(use) || mayName(membersOf(use)['source']))
    })
}

/** Whether a text with variables may be or begin with a name. One with a slash before its first colon is a path. */
function mayName(value: Json | undefined): boolean {
  const { text = value } = membersOf(value)
  if (typeof text !== 'string' || !hasVariables(text)) return false
  const [source = ''] = text
    .replace(/\$\{PWD\}|\$PWD\b/g, '/')
    .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '$')
    .split(':')
  return source.includes('$') && !/[/\\~]/.test(source)
}
