import { createHash } from 'node:crypto'
import path from 'node:path'
import { canonical } from '../../shared/canonical.ts'
import type { InputChange, InputKind } from '../../shared/change.ts'
import type { InputFile, Plan, PlanArgument, PlanFeature, PlanService } from '../../shared/plan.ts'
import { inContext } from '../definition/inputs/context-path.ts'
import { bakedText } from './baked-values.ts'

/**
 * Which inputs differ between two plans, by the names a person knows them by: a file by its path, a pin by its
 * reference, a setting by its key. Nothing is listed twice.
 */
export function comparePlans(from: Plan, to: Plan): InputChange[] {
  const before = inputsOf(from, to)
  const after = inputsOf(to, from)
  const changes: InputChange[] = []
  const compare = (input: string, old: InputValue | undefined, now: InputValue | undefined): void => {
    if (old?.text === now?.text) return
    const hidden = [old, now].find((value) => value?.kind === 'hidden-argument')
    const { kind } = hidden ?? now ?? old ?? { kind: 'setting' }
    changes.push({ input, from: old?.text ?? null, to: now?.text ?? null, kind })
  }
  for (const [input, old] of before) compare(input, old, after.get(input))
  for (const [input, now] of after) if (!before.has(input)) compare(input, undefined, now)
  // Only the first few are named to a person.
  const rank = ({ input }: InputChange): string => (input === LAYER ? '' : input)
  return changes.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/** Whether a version has the person's own layer. */
const LAYER = 'your layer'

/**
 * Every input of a plan, by the name it has beside another plan's, as short text: the hash of what is long, the value of
 * what is short.
 */
function inputsOf(plan: Plan, beside: Plan): Map<string, InputValue> {
  const inputs = new Map<string, InputValue>([
    ['definition file', { kind: 'definition', text: plan.file }],
    ["plan's form", { kind: 'form', text: String(plan.planVersion) }],
  ])
  const severalServices = hasSeveral(plan, beside)
  // What is an input whoever builds with it is named once, without a service.
  const others = new Set(beside.inputs.map(([name]) => name))
  const named = new Set(plan.inputs.flatMap(([name]) => (others.has(name) ? [name] : [])))
  for (const service of plan.services) {
    const prefix = severalServices ? `${service.name}: ` : ''
    const other = beside.services.find(({ name }) => name === service.name)
    for (const [kind, name, text] of serviceInputs(service, other))
      if (prefix === '' || kind !== 'file' || !named.has(name)) inputs.set(prefix + name, { kind, text })
  }
  for (const file of plan.inputs) inputs.set(file[0], { kind: 'file', text: fileText(file) })
  for (const [name, text] of settingsOf(plan.stack ?? {})) inputs.set(name, { kind: 'setting', text })
  // Of which version it makes another one is said by what differs.
  if (plan.layer) inputs.set(LAYER, { kind: 'computer', text: 'on' })
  return inputs
}

/** Whether changes between two plans have to name their services. */
export const hasSeveral = (...plans: Pick<Plan, 'services'>[]): boolean =>
  plans.some(({ services }) => services.length > 1)

function* serviceInputs(
  service: PlanService,
  other: PlanService | undefined,
): Generator<[kind: InputKind, name: string, text: string]> {
  const image = onlyImage(service)
  const otherImage = other && onlyImage(other)
  // A changed image is listed by its name, without the pins that change with it.
  const replaced = image !== undefined && otherImage !== undefined && image !== otherImage
  if (replaced) yield ['image', 'image', image]
  else yield ['dockerfile', 'Dockerfile', sha256(service.dockerfile)]
  if (service.target !== undefined) yield ['target', 'build target', service.target]
  yield ['context', 'build context', service.context]
  for (const [name, value] of Object.entries(service.args))
    yield [isHidden(value) ? 'hidden-argument' : 'argument', `build argument ${name}`, argumentText(value)]
  const named = inContext(service.context)
  for (const file of service.files) yield ['file', named(file[0]), fileText(file)]
  for (const [reference, resolved] of replaced ? [] : Object.entries(service.images))
    yield ['pin', reference, resolved.split('@')[1] ?? resolved]
  for (const [reference, onbuild] of Object.entries(service.onbuild ?? {}))
    yield ['setting', `ONBUILD of ${reference}`, sha256(JSON.stringify(onbuild))]
  if (service.metadata) yield ['setting', "hooks of the image's label", sha256(canonical(service.metadata))]
  for (const [url, integrity] of Object.entries(service.downloads)) yield ['download', url, integrity]
  yield* featureInputs(service.features ?? [], other?.features ?? [])
  if (service.baked && other?.baked) {
    const { workspaceFolder, workspaceMount, values } = service.baked
    yield [
      'setting',
      'the folder in the container (a fixed "workspaceFolder" and "workspaceMount" are the same for all clones)',
      workspaceFolder,
    ]
    if (workspaceMount !== undefined) yield ['setting', 'where the workspace is mounted', workspaceMount]
    for (const [name, value] of Object.entries(values))
      yield ['computer', `${bakedText(name)} on this computer`, value]
  }
  // What the definition leaves open is no setting of its own.
  const { unset: _, layerHooks, seed, freeze, ...run } = service.run
  const data = {
    ...(seed !== undefined && { 'data.seed': seed }),
    ...(freeze !== undefined && { 'data.freeze': freeze }),
  }
  for (const [name, text] of settingsOf({ ...run, ...data })) yield ['setting', name, text]
  // Both may say something of the same, such as of "init" or of a port.
  for (const [name, text] of settingsOf(service.compose ?? {}))
    yield ['setting', `${name} of the Compose files`, text]
  for (const [name, hook] of Object.entries(layerHooks ?? {}))
    yield ['setting', `${name} of your layer`, settingText(hook)]
}

/** Settings by their names: those with members by each of these. */
function settingsOf(settings: object): [name: string, text: string][] {
  return Object.entries(settings).flatMap(([key, value]): [string, string][] => {
    const named = namedMembers(value)
    return named ? named.map(([name, text]) => [`${key}.${name}`, text]) : [[key, settingText(value)]]
  })
}

function* featureInputs(
  features: PlanFeature[],
  others: PlanFeature[],
): Generator<[kind: InputKind, name: string, text: string]> {
  for (const { id, version, options, files } of features) {
    yield ['setting', `feature ${id}`, version ?? 'without a version']
    for (const [name, value] of Object.entries(options))
      yield ['setting', `option ${name} of feature ${id}`, value]
    // Another release has other files, which say no more than its version.
    const released = others.some((other) => other.id === id && other.version !== version)
    if (!released) for (const file of files) yield ['file', path.posix.join(id, file[0]), fileText(file)]
  }
  // One that came or went is said by itself.
  const ids = features.map(({ id }) => id)
  if (
    ids.length > 1 &&
    ids.toSorted().join() ===
      others
        .map(({ id }) => id)
        .toSorted()
        .join()
  )
    yield ['setting', 'order of the features', ids.join(', ')]
}

interface InputValue {
  kind: InputKind
  text: string
}

/** The image that a service is, with nothing built upon it. */
export function onlyImage({ dockerfile, images }: PlanService): string | undefined {
  const [, image] = /^FROM (\S+)\n$/.exec(dockerfile) ?? []
  return image !== undefined && image in images ? image : undefined
}

/** By which a member of a list is known: ports and mounts by their place in the container. */
const NAMES = ['container', 'target']

/** The members of a setting by name; undefined for what has none. */
function namedMembers(value: unknown): [string, string][] | undefined {
  if (isRecord(value)) return Object.entries(value).map(([name, member]) => [name, settingText(member)])
  if (!Array.isArray(value) || !value.every(isRecord)) return undefined
  const key = NAMES.find((name) => value.every((member) => name in member))
  const names = new Set(key === undefined ? [] : value.map((member) => member[key]))
  if (key === undefined || names.size < value.length) return undefined
  return value.map(({ [key]: name, ...rest }) => [
    String(name),
    Object.entries(rest)
      // A plan that was stored has them in another order.
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([part, member]) => `${part}: ${settingText(member)}`)
      .join(', '),
  ])
}

const fileText = ([, executable, content]: InputFile): string =>
  executable ? `${content} (executable)` : content
const isHidden = (value: PlanArgument) => typeof value !== 'string'
const argumentText = (value: PlanArgument): string => (typeof value === 'string' ? value : value.sha256)
const settingText = (value: unknown): string => (typeof value === 'string' ? value : canonical(value))
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
