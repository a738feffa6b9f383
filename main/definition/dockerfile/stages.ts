import { mountFields } from './syntax/mount-fields.ts'
import { isHeredoc } from './syntax/parse-heredoc.ts'
import {
  type Flag,
  type FlagPart,
  flagOf,
  flagPart,
  type Instruction,
  parseInstruction,
  triggerStart,
} from './syntax/parse-instruction.ts'
import { DockerfileProblem } from './syntax/problem.ts'
import type { ReadingBudget } from './syntax/reading-budget.ts'
import type { SplitDockerfile, Statement } from './syntax/split-instructions.ts'
import { blankSeparated } from './syntax/split-words.ts'

const KEYWORDS = new Set(
  'add arg cmd copy entrypoint env expose from healthcheck label maintainer onbuild run shell stopsignal user volume workdir'.split(
    ' ',
  ),
)

/** The escape character of every trigger, independent of the file in which it was written. */
export const TRIGGER_ESCAPE = '\\'

/** What may not follow ONBUILD. */
export const NOT_A_TRIGGER = ['onbuild', 'from', 'maintainer']

/** A stage as written. `base` is the word after FROM, before substitution. */
export interface Stage {
  index: number
  name: string | undefined
  base: string
  from: Statement
  statements: Statement[]
  /** Those of them that run in the stages based on this one. */
  triggers: Statement[]
}

/** An instruction that a stage runs: its own, or one that an ONBUILD of its base stage left to it. */
export interface Step extends Instruction {
  statement: Statement
  onbuild: boolean
  escapeChar: string
}

export interface Stages {
  globals: Statement[]
  stages: Stage[]
  /** The stages of a name, in the order of the file; names are in lower case. */
  named: Map<string, Stage[]>
}

/** Sorts the instructions into stages. */
export function groupStages(split: SplitDockerfile): Stages {
  const globals: Statement[] = []
  const stages: Stage[] = []
  const named = new Map<string, Stage[]>()
  // The frontend that a file names by itself may know more.
  const ownFrontend = split.directives.some(({ name }) => name === 'syntax')
  for (const statement of split.statements) {
    const stage = stages.at(-1)
    checkInstruction(statement, statement, split.escapeChar)
    if (!ownFrontend) checkFlags(statement, split.escapeChar)
    if (statement.keyword === 'from') {
      const next = readFrom(statement, stages.length)
      stages.push(next)
      if (next.name === undefined) continue
      const same = named.get(next.name)
      if (same) same.push(next)
      else named.set(next.name, [next])
    } else if (stage) {
      stage.statements.push(statement)
      if (statement.keyword === 'onbuild') stage.triggers.push(statement)
    } else if (statement.keyword === 'arg') globals.push(statement)
    else throw new DockerfileProblem(lineOf(statement), `${nameOf(statement)} stands before the first FROM`)
  }
  return { globals, stages, named }
}

/** The flags of the instructions that have some, in any version of the builder. */
const FLAGS: Partial<Record<string, string[]>> = {
  add: ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'exclude', 'unpack'],
  copy: ['from', 'chown', 'chmod', 'link', 'parents', 'exclude'],
  from: ['platform'],
  healthcheck: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
  run: ['mount', 'network', 'security', 'device'],
}

/** The builder refuses a flag that it does not know when everything else is done, and names no file. */
function checkFlags(statement: Statement, escapeChar: string): void {
  const instruction =
    statement.keyword === 'onbuild'
      ? parseInstruction(statement.logical, triggerStart(statement.logical), TRIGGER_ESCAPE)
      : parseInstruction(statement.logical, 0, escapeChar)
  const known = FLAGS[instruction.keyword]
  const unknown = known && instruction.flags.find(({ name }) => !known.includes(name))
  if (!unknown) return
  const has = known.map((name) => `--${name}`).join(', ')
  const problem = `${nameOf(instruction)} has no flag --${unknown.name.slice(0, 40)} (it has ${has})`
  throw new DockerfileProblem(lineOf(statement), problem)
}

export const lineOf = (statement: Statement): number => statement.lines[0]?.number ?? 1

const nameOf = (instruction: Instruction): string => instruction.keyword.toUpperCase()

/** The words of COPY and ADD: sources, here-documents, destination. */
export const copyWords = (step: Instruction): string[] => step.json ?? blankSeparated(step.rest)

export function checkInstruction(instruction: Instruction, statement: Statement, escapeChar: string): void {
  const fail = (problem: string): never => {
    throw new DockerfileProblem(lineOf(statement), problem)
  }
  const { keyword, rest } = instruction
  if (!KEYWORDS.has(keyword))
    fail(`unknown instruction ${keyword === '' ? '""' : keyword.slice(0, 40).toUpperCase()}`)
  if (rest === '' && keyword !== 'run' && keyword !== 'cmd' && keyword !== 'entrypoint')
    fail(`${nameOf(instruction)} needs an argument`)
  if (keyword === 'copy' || keyword === 'add') {
    const words = copyWords(instruction)
    if (words.length < 2) fail(`${nameOf(instruction)} needs a source and a destination`)
    if (isHeredoc(words.at(-1) ?? ''))
      fail(`${nameOf(instruction)} cannot have a here-document as its destination`)
  }
  if (keyword === 'onbuild') {
    const trigger = parseInstruction(statement.logical, instruction.restStart, escapeChar)
    if (NOT_A_TRIGGER.includes(trigger.keyword)) fail(`${nameOf(trigger)} may not follow ONBUILD`)
  }
}

function readFrom(statement: Statement, index: number): Stage {
  const [base = '', as, name, ...more] = blankSeparated(statement.rest)
  const line = lineOf(statement)
  if (more.length > 0 || (as !== undefined && (as.toLowerCase() !== 'as' || name === undefined)))
    throw new DockerfileProblem(line, 'FROM takes an image, or an image, AS and a name')
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/.test(name.toLowerCase()))
    throw new DockerfileProblem(line, `"${name}" cannot be the name of a stage`)
  return { index, name: name?.toLowerCase(), base, from: statement, statements: [], triggers: [] }
}

/** The last of the first `before` stages with a name; names are not case-sensitive. */
export function findStage(
  { named }: Stages,
  name: string,
  before = Number.POSITIVE_INFINITY,
): Stage | undefined {
  const same = named.get(name.toLowerCase()) ?? []
  // By halving: all the stages of a file may have one name.
  let [low, high] = [0, same.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((same[middle]?.index ?? 0) < before) low = middle + 1
    else high = middle
  }
  return same[low - 1]
}

/** The instructions that a stage runs, those that its base stage's ONBUILD left to it first. */
export function stepsOf(
  stage: Stage,
  base: Stage | undefined,
  escapeChar: string,
  budget: ReadingBudget,
): Step[] {
  const steps: Step[] = []
  for (const statement of base?.triggers ?? []) {
    budget.spend(statement.logical.length)
    // The builder reads a trigger as a Dockerfile of its own, with the usual escape character.
    const trigger = parseInstruction(statement.logical, triggerStart(statement.logical), '\\')
    checkInstruction(trigger, statement, '\\')
    steps.push({ ...trigger, statement, onbuild: true, escapeChar: '\\' })
  }
  for (const statement of stage.statements)
    steps.push({ ...statement, statement, onbuild: false, escapeChar })
  return steps
}

/** A place where an instruction names a stage or an image to read from. */
export interface Origin {
  reference: string
  /** `COPY --from` may count stages; mounts may not. */
  mayBeIndex: boolean
  part: FlagPart
}

/** What a step reads from elsewhere than the build context. */
export function originsOf(step: Step): Origin[] {
  const partOf = (flag: Flag, from: number, to: number): FlagPart =>
    flagPart(step.statement.logical, flag, from, to, step.escapeChar)
  if (step.keyword === 'copy') {
    const flag = flagOf(step, 'from')
    if (!flag?.value) return []
    const part = partOf(flag, flag.text.indexOf('=') + 1, flag.text.length)
    return [{ reference: flag.value, mayBeIndex: true, part }]
  }
  if (step.keyword !== 'run') return []
  return step.flags
    .filter((flag) => flag.name === 'mount')
    .flatMap((flag) => {
      const field = mountFields(flag).findLast(({ key, value }) => key === 'from' && value !== '')
      return field
        ? [{ reference: field.value, mayBeIndex: false, part: partOf(flag, field.start, field.end) }]
        : []
    })
}

/** The stage that an origin means, which must come before `stage`; undefined for an image. */
export function stageOfOrigin(origin: Origin, step: Step, stage: Stage, stages: Stages): Stage | undefined {
  const line = lineOf(step.statement)
  const index =
    origin.mayBeIndex && /^[+-]?\d+$/.test(origin.reference) ? Number(origin.reference) : undefined
  const found = index === undefined ? findStage(stages, origin.reference) : stages.stages[index]
  if (index !== undefined && (found === undefined || index < 0))
    throw new DockerfileProblem(line, `there is no stage ${origin.reference}`)
  if (found && found.index >= stage.index)
    throw new DockerfileProblem(
      line,
      `the stage ${origin.reference} must stand before the one that reads from it`,
    )
  return found
}
