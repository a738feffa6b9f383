import { setTimeout as sleep } from 'node:timers/promises'
import { isProductError } from '../../shared/errors.ts'
import { containersOf, networksOf, tagsOf } from './engine-state.ts'
import type { Stage } from './stage.ts'
import { SECRET } from './stories.ts'
import type { Fault, Struck } from './strike.ts'

/** The verb that comes first after the fault. */
export type Recovery = 'up' | 'status'

/** What is wrong after a fault, in words; empty when all five questions are answered well. */
export type Answer = { wrong: string[]; milliseconds: number }

/**
 * Recovers from a fault and asks the five questions: does every version still start, is the data whole, is exactly one
 * environment active, with its own version's content, does a second recovery change nothing, did every error say what to do and no secret.
 */
export async function ask(stage: Stage, struck: Struck, fault: Fault, recovery: Recovery): Promise<Answer> {
  const wrong = fault === 'drop' ? await livedBadly(stage, struck) : []
  const began = performance.now()
  try {
    await recover(stage, recovery)
  } catch (error) {
    return { wrong: [...wrong, `recovery fails: ${failure(error)}`], milliseconds: performance.now() - began }
  }
  const milliseconds = performance.now() - began
  const questions = [
    activeOnce,
    wholeData,
    ownContent,
    stableAfter(recovery),
    everyVersionStarts,
    noSecret(struck),
  ]
  for (const question of questions) {
    try {
      wrong.push(...(await question(stage, recovery)))
    } catch (error) {
      wrong.push(failure(error))
    }
  }
  return { wrong, milliseconds }
}

async function recover(stage: Stage, recovery: Recovery): Promise<void> {
  await (recovery === 'up' ? stage.another().up() : stage.another().status())
}

/** The services of the two kinds of environments, first the one that a person works in. */
const SERVICES = [['app'], ['web', 'db', 'job']]

/** What the command asked of the engine before it died may still be carried out. */
const SETTLED = 3_000

async function activeOnce(stage: Stage, recovery: Recovery): Promise<string[]> {
  const until = performance.now() + SETTLED
  for (;;) {
    const wrong = await notActiveOnce(stage, recovery)
    if (wrong.length === 0 || performance.now() > until) return wrong
    await sleep(100)
  }
}

async function notActiveOnce(stage: Stage, recovery: Recovery): Promise<string[]> {
  const found = await containersOf(stage.key)
  // Who only looks need not start what was never there.
  if (recovery === 'status' && stage.story.before.length === 0 && found.length === 0) return []
  const listed = found.map(({ name, role, running, complete }) => {
    const state = running ? 'runs' : complete ? 'complete' : 'stopped'
    return `${name} (${role}, ${state})`
  })
  const [entry] = found
  const wanted = SERVICES.find(([first]) => first === entry?.service) ?? []
  const active = found.filter(({ running, complete }) => running || complete)
  const together = active.filter(({ role, set }) => role === 'environment' && set === entry?.set)
  const isWhole =
    found.length === wanted.length && wanted.every((name) => together.some(({ service }) => service === name))
  const wrong =
    isWhole && entry?.running ? [] : [`the environment is: ${listed.join(', ') || 'no containers'}`]
  const networks = await networksOf(stage.key)
  if (networks.length !== (wanted.length > 1 ? 1 : 0)) wrong.push(`the networks are: ${networks.join(', ')}`)
  return wrong
}

async function wholeData(stage: Stage, recovery: Recovery): Promise<string[]> {
  if (recovery === 'status' && (await containersOf(stage.key)).length === 0) return []
  const data = await stage.readData()
  const [, verb] = stage.story.command
  const { seeded, before } = stage.story
  const begun = seeded !== undefined && before.length === 0 ? [seeded] : [stage.data]
  const other = verb === 'restore' ? stage.captured : seeded
  const whole = [...begun, ...(other === undefined ? [] : [other])]
  return whole.includes(data) ? [] : [`the data is ${JSON.stringify(data)}`]
}

/** Says of which version the content in the workspace is: none where its hook makes none. */
const CONTENT =
  'if [ -e /baked ]; then [ "$(cat made/version .made | sort -u)" = "$VERSION" ]; else [ ! -e made ] && [ ! -e .made ]; fi || ' +
  'head -n 9 made/version .made 2>&1'

async function ownContent(stage: Stage, recovery: Recovery): Promise<string[]> {
  if (recovery === 'status' && (await containersOf(stage.key)).length === 0) return []
  // What made way is removed in the background, and its empty folders with it.
  await stage.project.engine.settled()
  const { stdout } = await stage.project.exec(CONTENT)
  return stdout === '' ? [] : [`the workspace has another version's content: ${stdout}`]
}

const stableAfter =
  (recovery: Recovery) =>
  async (stage: Stage): Promise<string[]> => {
    const before = await picture(stage)
    await recover(stage, recovery)
    const after = await picture(stage)
    const [gone, come] = [without(before, after), without(after, before)]
    if (gone.length + come.length === 0) return []
    return [`a second recovery changes something: - ${gone.join(', ')} + ${come.join(', ')}`]
  }

const without = (list: string[], other: string[]) => list.filter((item) => !other.includes(item))

/** Everything that a recovery could change, a line each. */
async function picture(stage: Stage): Promise<string[]> {
  const [containers, networks, tags, ledger] = await Promise.all([
    containersOf(stage.key),
    networksOf(stage.key),
    tagsOf(stage.key),
    stage.readLedger(),
  ])
  return [
    ...containers.map(({ name, running }) => `${name} ${running ? 'runs' : 'stopped'}`),
    ...networks,
    ...[...tags].map(([tag, image]) => `${tag} ${image}`),
    ...ledger.split('\n'),
  ]
}

/** No story removes a version, so every one that there was is still there, starts, and known-good is one of them. */
async function everyVersionStarts(stage: Stage, recovery: Recovery): Promise<string[]> {
  const project = stage.another()
  const versions = await project.versions()
  if (recovery === 'status' && versions.length === 0) return []
  const wrong: string[] = []
  const good = versions.find((version) => version.knownGood)
  if (good) {
    const tags = await tagsOf(stage.key)
    const image = (tag: string) => tags.get(`pristine/${stage.key}:${tag}`)
    if (!image('known-good')) wrong.push('the engine has no known-good name')
    else if (image('known-good') !== image(`v${good.ordinal}`))
      wrong.push(`known-good is v${good.ordinal}, and the engine's known-good is another image`)
  } else if (stage.story.before.length > 0 || recovery === 'up') wrong.push('no version is known-good')
  const running = (await project.status()).version?.ordinal
  for (const [index] of stage.story.before.entries()) {
    const ordinal = index + 1
    if (ordinal === running) continue
    const { environment } = await project.reset(`v${ordinal}`)
    if (environment.state !== 'ready') wrong.push(`v${ordinal} is ${environment.state}`)
    wrong.push(...(await ownContent(stage, recovery)))
  }
  return wrong
}

const noSecret =
  (struck: Struck) =>
  async (stage: Stage): Promise<string[]> => {
    const said = `${struck.stdout}\n${struck.stderr}\n${await stage.written()}`
    return said.includes(SECRET.value) ? ['a secret was written down or printed'] : []
  }

/** A command that failed and lived leaves the environment that there was, before any recovery, and says what to do. */
async function livedBadly(stage: Stage, struck: Struck): Promise<string[]> {
  if (struck.code === 0) return []
  const inactive = stage.story.before.length > 0 ? await activeOnce(stage, 'status') : []
  return [...wrongWords(struck), ...inactive.map((text) => `after the failed command ${text}`)]
}

/** What is wrong with what a failed command printed as its one JSON document. */
export function wrongWords({ code, stdout, stderr }: Omit<Struck, 'call'>): string[] {
  if (code === null) return ['the command hung']
  try {
    const { error } = JSON.parse(stdout) as { error: Record<string, unknown> }
    const missing = ['code', 'message', 'why', 'hint'].filter((part) => !error[part])
    if (error['code'] === 'internal') return [`an error without a name: ${error['why']}`]
    return missing.length > 0 ? [`the error lacks ${missing.join(', ')}`] : []
  } catch {
    return [`it ended with ${code} and no error in its form: ${stdout}${stderr}`]
  }
}

const failure = (error: unknown): string =>
  isProductError(error) ? `${error.code}: ${error.message} ${error.why}` : String(error)
