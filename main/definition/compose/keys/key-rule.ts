import type { Permission } from '../../../../shared/trust.ts'
import type { Mapping, Node } from '../yaml/node.ts'

/**
 * What Pristine does with a key. `supported`: it does what the Compose specification says, with nothing outside the
 * containers (a mount, a port or a variable that reaches further is granted as such). `granted`: so it does once a person
 * granted the named permission. `accepted`: it means nothing here, and nothing is lost. `ignored`: it means nothing here,
 * which is a warning. `refused`: an error with the reason, without a full stop. `harmless`: values of an ignored or
 * refused key that ask for nothing; of a supported or granted one with a reason, those that are.
 */
export type KeyRule =
  | { kind: 'supported'; reason?: string; harmless?: Harmless }
  | { kind: 'granted'; permission: Permission['kind']; reason?: string; harmless?: Harmless }
  | { kind: 'accepted'; reason: string }
  | { kind: 'ignored' | 'refused'; reason: string; harmless?: Harmless }

/** Whether nothing is to be said of a value. `beside`: the mapping that has it. */
export type Harmless = (value: Node, beside: Mapping) => boolean

/** The rules of keys by their paths: `services.*.ports[].target`. */
export type KeyRules = Record<string, KeyRule>

export const supported: KeyRule = { kind: 'supported' }
export const supportedOnly = (harmless: Harmless, reason: string): KeyRule => ({
  kind: 'supported',
  reason,
  harmless,
})
export const granted = (permission: Permission['kind']): KeyRule => ({ kind: 'granted', permission })
export const grantedOnly = (permission: Permission['kind'], harmless: Harmless, reason: string): KeyRule => ({
  kind: 'granted',
  permission,
  reason,
  harmless,
})
export const accepted = (reason: string): KeyRule => ({ kind: 'accepted', reason })
export const ignored = (reason: string, harmless: Harmless = isNothing): KeyRule => ({
  kind: 'ignored',
  reason,
  harmless,
})
export const refused = (reason: string, harmless: Harmless = isNothing): KeyRule => ({
  kind: 'refused',
  reason,
  harmless,
})

/** The same rule for several keys of one mapping. */
export const each = (path: string, keys: string, rule: KeyRule): KeyRules =>
  Object.fromEntries(keys.split(' ').map((key) => [`${path}${key}`, rule]))

/** Whether a value asks for nothing: empty, false, or without members. */
export function isNothing(node: Node): boolean {
  if (node.kind === 'list') return node.items.length === 0
  if (node.kind === 'map') return node.entries.size === 0
  return node.value === null || node.value === false || node.value === '' || node.value === 'false'
}

/** A scalar that is one of these, or nothing. */
export const oneOf =
  (...values: (string | number)[]) =>
  (node: Node): boolean =>
    isNothing(node) ||
    (node.kind === 'scalar' && values.some((value) => String(value) === String(node.value)))

/** Why a value is ignored or refused; undefined where it is not. */
export function reasonAgainst(rule: KeyRule, value: Node, beside: Mapping): string | undefined {
  if (rule.kind === 'accepted' || rule.reason === undefined) return undefined
  return (rule.harmless ?? isNothing)(value, beside) ? undefined : rule.reason
}
