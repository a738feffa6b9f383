import { assignArg } from './assign-variables.ts'
import type { DockerfileOptions, Triggers } from './dockerfile-reading.ts'
import { readOnbuild } from './read-onbuild.ts'
import {
  findStage,
  groupStages,
  lineOf,
  type Origin,
  originsOf,
  type Stage,
  type Stages,
  type Step,
  stageOfOrigin,
  stepsOf,
  TRIGGER_ESCAPE,
} from './stages.ts'
import type { Value } from './syntax/expand.ts'
import { DockerfileProblem, NoSuchStage } from './syntax/problem.ts'
import { ReadingBudget } from './syntax/reading-budget.ts'
import { type SplitDockerfile, type Statement, splitDockerfile } from './syntax/split-instructions.ts'
import { substitute, type WordContext } from './syntax/substitute.ts'
import { globalVariables, type Variables } from './syntax/variables.ts'

/** The stages of a Dockerfile: what each begins with, which instructions it runs, and which ones a target needs. */
export class StageGraph {
  readonly split: SplitDockerfile
  readonly target: Stage
  /** The values of the build arguments. */
  readonly args: Readonly<Record<string, Value>>
  readonly globalScope: Variables
  readonly budget = new ReadingBudget()
  /** What the images that stages begin with leave to them, by reference; null for one that is used as it is. */
  readonly onbuild = new Map<string, readonly string[] | null>()
  private readonly all: Stages
  private readonly triggers: Triggers
  /** The triggers of the image that a stage begins with, each read once. */
  private readonly left = new Map<Stage, Statement[]>()

  /** Errors: a `DockerfileProblem`. */
  constructor(text: string, options: DockerfileOptions) {
    const { args, target, hostBuildArgs = [], triggers = () => undefined } = options
    this.triggers = triggers
    this.split = splitDockerfile(text)
    this.all = groupStages(this.split)
    this.target = targetOf(this.all, target)
    const personal = new Set(hostBuildArgs)
    this.args = Object.fromEntries(
      Object.entries(args).map(([name, text]) => [
        name,
        personal.has(name) ? { text, personal: name } : text,
      ]),
    )
    this.globalScope = globalVariables(this.args, target ?? this.target.name ?? 'default')
    for (const statement of this.globals)
      assignArg(statement, this.globalScope, this.placeOf(statement), this.args, () => undefined)
  }

  /** The ARGs before the first stage. */
  get globals(): Statement[] {
    return this.all.globals
  }

  /** The stages that the target needs, in the order of the file. */
  reached(): Stage[] {
    const reached = new Set<Stage>()
    const queue = [this.target]
    for (let stage = queue.pop(); stage !== undefined; stage = queue.pop()) {
      if (reached.has(stage)) continue
      reached.add(stage)
      const base = this.baseStage(stage)
      if (base) queue.push(base)
      for (const step of this.stepsOf(stage, base))
        for (const origin of originsOf(step)) {
          const found = this.stageOf(origin, step, stage)
          if (found) queue.push(found)
        }
    }
    return this.all.stages.filter((stage) => reached.has(stage))
  }

  /** The image or stage name after FROM, substituted. */
  baseOf(stage: Stage): string {
    const place = this.placeOf(stage.from)
    const { text, unknown } = substitute(stage.base, this.globalScope, place)
    if (unknown !== undefined) {
      const reason = `${unknown} differs from one platform to the next`
      throw new DockerfileProblem(place.line, {
        code: 'definition-unsupported',
        key: `FROM ${stage.base}`,
        reason,
      })
    }
    if (text === '')
      throw new DockerfileProblem(place.line, `FROM ${stage.base} names nothing: the argument has no value`)
    return text
  }

  /** The stage that another one begins with; undefined for an image. */
  baseStage(stage: Stage): Stage | undefined {
    return findStage(this.all, this.baseOf(stage), stage.index)
  }

  /** The stage that an origin means; undefined for an image. */
  stageOf(origin: Origin, step: Step, stage: Stage): Stage | undefined {
    return stageOfOrigin(origin, step, stage, this.all)
  }

  /** The instructions that the image that a stage begins with leaves to it (ONBUILD). */
  triggersOf(stage: Stage): Statement[] {
    const known = this.left.get(stage)
    if (known) return known
    const name = this.baseOf(stage)
    const texts = this.baseStage(stage) || name === 'scratch' ? undefined : this.triggers(name)
    if (texts !== undefined) this.onbuild.set(name, texts)
    for (const text of texts ?? []) this.budget.spend(text.length)
    const statements = readOnbuild(name, texts ?? [], this.split, lineOf(stage.from))
    this.left.set(stage, statements)
    return statements
  }

  /** The instructions that a stage runs: those of its image's triggers first. `base` is its `baseStage`. */
  stepsOf(stage: Stage, base: Stage | undefined): Step[] {
    const left = this.triggersOf(stage).map(
      (statement): Step => ({ ...statement, statement, onbuild: false, escapeChar: TRIGGER_ESCAPE }),
    )
    return [...left, ...stepsOf(stage, base, this.split.escapeChar, this.budget)]
  }

  /** What the words of an instruction are read with. */
  placeOf(statement: Statement, escapeChar = this.split.escapeChar): WordContext {
    return { line: lineOf(statement), escapeChar, budget: this.budget }
  }
}

function targetOf(stages: Stages, target: string | undefined): Stage {
  const last = stages.stages.at(-1)
  if (last === undefined) throw new DockerfileProblem(0, 'there is no FROM in it')
  const found = target === undefined ? last : findStage(stages, target)
  if (found) return found
  const names = stages.stages.flatMap((stage) => stage.name ?? [])
  const known = names.length > 0 ? `there are ${names.join(', ')}` : 'no stage has a name'
  throw new NoSuchStage(0, `it asks for the stage "${target}", which the Dockerfile does not have (${known})`)
}
