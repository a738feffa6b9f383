import semver from 'semver'
import { productError } from '../../../shared/errors.ts'
import { byBytes } from '../../files/byte-order.ts'
import type { OptionValues } from './feature-options.ts'

/** A feature that will be installed, and what its place among the others follows from. */
export interface Node {
  /** As it was named, for messages. */
  id: string
  /** What "installsAfter" and "overrideFeatureInstallOrder" know it by: without version or digest. */
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

/** A node that is to be installed once, whoever named it. */
interface Waiting {
  node: Node
  /** Nodes that have to be installed before. */
  after: Set<Waiting>
  priority: number
}

/**
 * The order in which features are installed: round by round, as the Dev Containers specification has it
 * (https://containers.dev/implementors/features/#dependency-installation-order-algorithm). Features that are equal in content
 * and options are installed once. `override`: names in "overrideFeatureInstallOrder", the first of which comes first as soon
 * as what it depends on, by "dependsOn" or "installsAfter", is installed.
 * Error: definition-invalid in `file` for features that wait for each other, naming them.
 */
export function installOrder<T extends Node>(nodes: T[], override: string[], file: string): T[]
export function installOrder(nodes: Node[], override: string[], file: string): Node[] {
  let waiting = distinct(nodes, override)
  const installed: Node[] = []
  const done = new Set<Waiting>()
  while (waiting.length > 0) {
    const ready = waiting.filter(({ after }) => [...after].every((one) => done.has(one)))
    if (ready.length === 0) {
      const ring = waiting.map(({ node }) => `"${node.id}"`).sort(byBytes)
      throw productError('definition-invalid', {
        file,
        problem: `the features ${ring.join(', ')} wait for each other`,
      })
    }
    const priority = Math.max(...ready.map((one) => one.priority))
    const round = ready.filter((one) => one.priority === priority)
    for (const one of round) done.add(one)
    waiting = waiting.filter((one) => !done.has(one))
    installed.push(...round.map(({ node }) => node).sort(compareNodes))
  }
  return installed
}

/** Equal features once, with those that they need. */
function distinct(nodes: Node[], override: string[]): Waiting[] {
  const found = new Map<string, Waiting>()
  const add = (node: Node): Waiting => {
    const key = keyOf(node)
    const known = found.get(key)
    if (known) return known
    const added: Waiting = { node, after: new Set(), priority: priorityOf(node, override) }
    found.set(key, added)
    for (const needed of node.dependsOn) added.after.add(add(needed))
    return added
  }
  nodes.forEach(add)
  const all = [...found.values()]
  for (const one of all) {
    const names = new Set(one.node.installsAfter)
    for (const other of all)
      if (other !== one && other.node.names.some((name) => names.has(name))) one.after.add(other)
  }
  return all
}

const keyOf = ({ content, options }: Node): string =>
  JSON.stringify([content, Object.entries(options).sort(([a], [b]) => byBytes(a, b))])

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
