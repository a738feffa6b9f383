import semver from 'semver'
import { productError } from '../../../shared/errors.ts'
import { byBytes } from '../../files/byte-order.ts'
import type { OptionValues } from './feature-options.ts'

/** A feature that will be installed, and what its place among the others follows from. */
export interface Node {
  /** As it was named, for messages. */
  id: string
  /** What "installsAfter" and "overrideFeatureInstallOrder" know it by: without version or digest, and by its older names. */
  names: string[]
  tag?: string | undefined
  /** What tells contents apart: a digest, or the folder of a local one. */
  content: string
  /** As chosen, without defaults. */
  options: OptionValues
  /** The nodes that it needs. */
  dependsOn: Node[]
  /** Names of those that it comes after if they are installed at all. */
  installsAfter: string[]
}

/**
 * The order in which features are installed: round by round, as the Dev Containers specification has it
 * (https://containers.dev/implementors/features/#dependency-installation-order-algorithm). Features that are equal in content
 * and options are installed once. `override`: names in "overrideFeatureInstallOrder", the first of which comes first. It
 * wins over "installsAfter", and not over "dependsOn".
 * Error: definition-invalid in `file` for features that wait for each other, naming them.
 */
export function installOrder(nodes: Node[], override: string[], file: string): Node[] {
  const waiting = distinct(nodes)
  const installed: Node[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((node) => isReady(node, [...waiting.values()], override))
    if (ready.length === 0) {
      const ring = [...waiting.values()].map(({ id }) => `"${id}"`).sort(byBytes)
      throw productError('definition-invalid', {
        file,
        problem: `the features ${ring.join(', ')} wait for each other`,
      })
    }
    const priority = Math.max(...ready.map((node) => priorityOf(node, override)))
    const round = ready.filter((node) => priorityOf(node, override) === priority).sort(compareNodes)
    for (const node of round) waiting.delete(keyOf(node))
    installed.push(...round)
  }
  return installed
}

/** Equal features once, with those that they need. */
function distinct(nodes: Node[]): Map<string, Node> {
  const found = new Map<string, Node>()
  const add = (node: Node): void => {
    const key = keyOf(node)
    if (found.has(key)) return
    found.set(key, node)
    node.dependsOn.forEach(add)
  }
  nodes.forEach(add)
  return found
}

const keyOf = ({ content, options }: Node): string =>
  JSON.stringify([content, Object.entries(options).sort(([a], [b]) => byBytes(a, b))])

function isReady(node: Node, waiting: Node[], override: string[]): boolean {
  const others = waiting.filter((other) => keyOf(other) !== keyOf(node))
  const needs = node.dependsOn.map(keyOf)
  if (others.some((other) => needs.includes(keyOf(other)))) return false
  const priority = priorityOf(node, override)
  return !others.some(
    (other) =>
      other.names.some((name) => node.installsAfter.includes(name)) &&
      priorityOf(other, override) >= priority,
  )
}

const priorityOf = ({ names }: Node, override: string[]): number => {
  const at = override.findIndex((name) => names.includes(name))
  return at < 0 ? 0 : override.length - at
}

/** "Round stable sort" of the specification. */
function compareNodes(a: Node, b: Node): number {
  return (
    byBytes(a.names[0] ?? '', b.names[0] ?? '') ||
    compareTags(a.tag, b.tag) ||
    compareOptions(a.options, b.options) ||
    byBytes(a.content, b.content)
  )
}

/** From the oldest to the newest; `latest`, and what is no version, is newer than all. */
function compareTags(a: string | undefined, b: string | undefined): number {
  const [left, right] = [semver.coerce(a), semver.coerce(b)]
  if (left && right) return semver.compare(left, right) || byBytes(a ?? '', b ?? '')
  return Number(left === null) - Number(right === null) || byBytes(a ?? '', b ?? '')
}

/** Who chose more options comes first. */
function compareOptions(a: OptionValues, b: OptionValues): number {
  const [left, right] = [a, b].map((options) => Object.entries(options).sort(([x], [y]) => byBytes(x, y)))
  const [before = [], after = []] = [left, right]
  return (
    after.length - before.length ||
    compareLists(
      before.map(([name]) => name),
      after.map(([name]) => name),
    ) ||
    compareLists(
      before.map(([, value]) => String(value)),
      after.map(([, value]) => String(value)),
    )
  )
}

function compareLists(a: string[], b: string[]): number {
  for (const [at, text] of a.entries()) {
    const order = byBytes(text, b[at] ?? '')
    if (order !== 0) return order
  }
  return 0
}
