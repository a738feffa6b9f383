import * as z from 'zod/mini'
import { canonical } from '../../../shared/canonical.ts'
import {
  type Feature,
  HOOKS,
  type Hook,
  type HookName,
  type HostRequirements,
  type Mount,
  type RunConfig,
} from '../../../shared/definition.ts'
import { isProductError } from '../../../shared/errors.ts'
import type { ImageMetadata } from '../../../shared/lock.ts'
import { METADATA_LABEL } from '../dockerfile/metadata-label.ts'
import { LASTING_HOOKS } from './content-hooks.ts'
import { mergeHostRequirements, readHostRequirements } from './document/host-requirements.ts'
import { MetadataEntry, HostRequirements as WrittenRequirements } from './document/schema.ts'
import { invalid, type Origin } from './document/source-position.ts'
import { isLocalVariable, variablesInside } from './document/substitute.ts'
import { validate } from './document/validate.ts'
import { mergeMounts, parseMount } from './run/parse-mounts.ts'
import { isOwnPort, mergePorts, type PortsAttributes, readForwardPorts } from './run/parse-ports.ts'
import { hooksOf, mergePrivileges, readPrivileges } from './run/run-config.ts'

/**
 * Puts what an image's label asks for under the definition's own values, by the specification's rules:
 * the last value wins, environments by variable, mounts by target; `init` if any asks for it; hooks are
 * collected, the image's first and those of the person's layer last. Templates stay. `named`: what the image is called in messages. The result leaves nothing open (`unset` is gone).
 * Errors: definition-unsupported; definition-invalid.
 */
export function mergeImageMetadata(
  run: RunConfig,
  label: string | undefined,
  named: string,
): { run: RunConfig; hooks: Partial<Record<HookName, Hook[]>> } {
  const origin = originOf(named)
  const entries = parseLabel(label, origin)

  const { unset = [], ...own } = run
  const last = <K extends keyof MetadataEntry>(key: K) =>
    entries.findLast((entry) => entry[key] !== undefined)?.[key]
  const open = <K extends (typeof unset)[number]>(key: K): RunConfig[K] =>
    (unset.includes(key) ? (last(key) as RunConfig[K] | undefined) : undefined) ?? run[key]
  const containerUser = run.containerUser ?? last('containerUser')
  const remoteUser = run.remoteUser ?? last('remoteUser')
  const entrypoints = entries.flatMap(({ entrypoint }) => (entrypoint ? [entrypoint] : []))
  const merged: RunConfig = {
    ...own,
    ...(entrypoints.length > 0 && { entrypoints }),
    containerEnv: merge([...entries.map((entry) => entry.containerEnv ?? {}), run.containerEnv]),
    remoteEnv: merge([...entries.map((entry) => entry.remoteEnv ?? {}), run.remoteEnv]),
    ...(containerUser === undefined ? {} : { containerUser }),
    ...(remoteUser === undefined ? {} : { remoteUser }),
    userEnvProbe: open('userEnvProbe'),
    overrideCommand: open('overrideCommand'),
    init: run.init || entries.some((entry) => entry.init === true),
    mounts: mergeMounts([...entries.flatMap((entry) => mountsOf(entry, origin)), ...run.mounts]),
    ports: portsOf(entries, run, origin),
    options: mergePrivileges(
      run.options,
      entries.map((entry) => readPrivileges(entry, origin)),
    ),
  }
  return { run: merged, hooks: collectHooks([...entries.map(hooksOf), run.hooks, run.layerHooks ?? {}]) }
}

const originOf = (named: string): Origin => ({
  file: `The label ${METADATA_LABEL} of ${named}`,
  image: named,
  at: () => ({}),
})

/** What decides a version where a hook's work lasts: the hooks, and what they are given. */
const DECIDING = [
  ...LASTING_HOOKS,
  'containerEnv',
  'remoteEnv',
  'containerUser',
  'remoteUser',
  'mounts',
] as const

/**
 * What of an image's label decides a version, in a form that is equal for equal labels; undefined where it brings no hook
 * whose work lasts and, if other hooks make the image's content (`bakes`), gives them nothing of this computer. `named`: what
 * the image is called in messages. Errors: definition-invalid.
 */
export function lastingMetadata(
  label: string | undefined,
  named: string,
  { bakes }: { bakes: boolean },
): ImageMetadata | undefined {
  const origin = originOf(named)
  const entries = parseLabel(label, origin)
  const hasLastingHook = (entry: MetadataEntry) =>
    LASTING_HOOKS.some((hook) => hooksOf(entry)[hook] !== undefined)
  const isOfComputer = (entry: MetadataEntry) => variablesGiven(entry, origin).some(isLocalVariable)
  if (!entries.some((entry) => hasLastingHook(entry) || (bakes && isOfComputer(entry)))) return undefined
  const deciding = entries
    .map((entry) => Object.fromEntries(DECIDING.map((key) => [key, entry[key]])))
    .map((entry) => JSON.parse(canonical(entry)))
  return deciding.filter((entry) => Object.keys(entry).length > 0)
}

/** The variables in what an entry gives to hooks; where a volume comes from they cannot see. */
const variablesGiven = (entry: MetadataEntry, origin: Origin): string[] => {
  const { containerEnv, remoteEnv, containerUser, remoteUser } = entry
  const targets = mountsOf(entry, origin).map(({ target }) => target)
  return variablesInside([containerEnv, remoteEnv, containerUser, remoteUser, targets])
}

/**
 * What an image's label asks of the computer. What is not understood is left out: it would only be a warning, and the image
 * is somebody else's. `named`: what the image is called in messages. Error: definition-invalid.
 */
export function imageRequirements(label: string | undefined, named: string): HostRequirements {
  const asked = parseLabel(label, originOf(named)).flatMap((entry) => {
    const { success, data } = WrittenRequirements.safeParse(entry['hostRequirements'])
    return success ? (readHostRequirements(data) ?? []) : []
  })
  return mergeHostRequirements(asked)
}

/** A label for an image with features: what its base's says, and then each feature. Error: definition-invalid. */
export function metadataLabel(base: string | undefined, features: Feature[], named: string): string {
  return JSON.stringify([...parseMetadata(base, named), ...features.map(({ metadata }) => metadata)])
}

/** The entries of an image's label. `named`: what the image is called in messages. Error: definition-invalid. */
export const parseMetadata = (label: string | undefined, named: string): MetadataEntry[] =>
  parseLabel(label, originOf(named))

/** The entries of the label of a container. Anybody can write a label: one that cannot be read says nothing. */
export function entriesOfContainer(label: string | undefined): MetadataEntry[] {
  try {
    return parseMetadata(label, 'the container')
  } catch (error) {
    if (isProductError(error)) return []
    throw error
  }
}

function parseLabel(label: string | undefined, origin: Origin): MetadataEntry[] {
  if (label === undefined || label.trim() === '') return []
  let value: unknown
  try {
    value = JSON.parse(label)
  } catch (cause) {
    throw invalid(origin, [], 'expected JSON', cause)
  }
  return validate(z.array(MetadataEntry), Array.isArray(value) ? value : [value], origin)
}

const mountsOf = (entry: MetadataEntry, origin: Origin): Mount[] =>
  (entry.mounts ?? []).map((mount) => parseMount(mount, origin, []))

/**
 * The definition's request for a port wins, and its attributes; where it gives a port none, the image's count, as they do for
 * ports that only the image forwards.
 */
function portsOf(entries: MetadataEntry[], run: RunConfig, origin: Origin): RunConfig['ports'] {
  const attributes = portsAttributesIn(entries)
  // Where the image was made of a stack, its label can name other services of that.
  const written = entries.flatMap((entry) => entry.forwardPorts ?? []).filter(isOwnPort)
  const own = run.ports.flatMap((port) => {
    const isOpen = port.label === undefined && !port.fixed && port.protocol === 'tcp'
    return isOpen
      ? readForwardPorts([port.container], attributes, origin).map((found) => ({ ...port, ...found }))
      : [port]
  })
  return mergePorts([...own, ...readForwardPorts(written, attributes, origin)])
}

/** What entries say of ports: by key, the last one that says something counts. */
export const portsAttributesIn = (entries: MetadataEntry[]): PortsAttributes => ({
  portsAttributes: merge(entries.map((entry) => entry.portsAttributes ?? {})),
  otherPortsAttributes: entries.findLast((entry) => entry.otherPortsAttributes)?.otherPortsAttributes,
})

function collectHooks(all: RunConfig['hooks'][]): Partial<Record<HookName, Hook[]>> {
  const collected: Partial<Record<HookName, Hook[]>> = {}
  for (const name of HOOKS) {
    const hooks = all.map((hooks) => hooks[name]).filter((hook) => hook !== undefined)
    if (hooks.length > 0) collected[name] = hooks
  }
  return collected
}

/** By key, the last value wins; a key such as `__proto__` stays an ordinary one. */
function merge<T>(records: Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.fromEntries(records.flatMap((record) => Object.entries(record)))
}
