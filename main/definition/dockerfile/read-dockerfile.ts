import { Analysis } from './analysis.ts'
import { assignArg, assignEnv, labelIn } from './assign-variables.ts'
import type { DockerfileOptions, DockerfileReading, Triggers } from './dockerfile-reading.ts'
import { directiveNeeds, type Frontend, instructionNeeds } from './frontend-needs.ts'
import { METADATA_LABEL } from './metadata-label.ts'
import { readCopy } from './read-copy.ts'
import { readRun } from './read-run.ts'
import { readTriggers } from './read-triggers.ts'
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
import { flagOf } from './syntax/parse-instruction.ts'
import { DockerfileProblem, faultIn, NoSuchStage } from './syntax/problem.ts'
import { ReadingBudget } from './syntax/reading-budget.ts'
import { render, type Segment } from './syntax/render.ts'
import {
  type Directive,
  type SplitDockerfile,
  type Statement,
  splitDockerfile,
} from './syntax/split-instructions.ts'
import { substitute, type WordContext } from './syntax/substitute.ts'
import { globalVariables, type Variables, variablesOfImage, variablesOfScratch } from './syntax/variables.ts'

/**
 * Reads a Dockerfile as BuildKit does.
 * Errors: definition-invalid (syntax, unknown stage), definition-unsupported (a git source, an image or a
 * download that depends on the platform, another ssh agent than the person's, a RUN that reaches the host).
 */
export function readDockerfile(text: string, options: DockerfileOptions): DockerfileReading {
  try {
    return new Reader(text, options).read()
  } catch (error) {
    if (!(error instanceof DockerfileProblem)) throw error
    const { file, targetFile = file } = options
    throw faultIn(error instanceof NoSuchStage ? targetFile : file, error)
  }
}

class Reader {
  private readonly args: Record<string, string>
  private readonly split: SplitDockerfile
  private readonly stages: Stages
  private readonly target: Stage
  private readonly globalScope: Variables
  private readonly analysis = new Analysis()
  private readonly budget = new ReadingBudget()
  private readonly triggers: Triggers
  private readonly onbuild = new Map<string, readonly string[] | null>()
  private readonly bases = new Set<string>()
  private readonly metadata = new Map<Stage, DockerfileReading['metadata']>()
  /** The triggers of the image that a stage begins with, each read once. */
  private readonly left = new Map<Stage, Statement[]>()

  constructor(text: string, { args, target, triggers = () => undefined }: DockerfileOptions) {
    this.args = args
    this.triggers = triggers
    if (args['BUILDKIT_SYNTAX'] !== undefined) {
      const reason = 'an argument cannot be pinned; write a "# syntax=" line'
      throw new DockerfileProblem(0, { code: 'definition-unsupported', key: 'BUILDKIT_SYNTAX', reason })
    }
    this.split = splitDockerfile(text)
    this.stages = groupStages(this.split)
    this.target = targetOf(this.stages, target)
    this.globalScope = globalVariables(args, target ?? this.target.name ?? 'default')
    for (const statement of this.stages.globals)
      assignArg(statement, this.globalScope, this.placeOf(statement), args, () => undefined)
  }

  read(): DockerfileReading {
    const reached = this.reachedStages()
    const places = new Map(reached.map((stage, place) => [stage, place]))
    const scopes = new Map<Stage, Variables>()
    for (const stage of reached) scopes.set(stage, this.readStage(stage, scopes, places))
    const frontend = this.frontendOf(reached)
    const directives = this.split.directives.map((directive) => this.directiveSegment(directive, frontend))
    const all = (left: (stage: Stage) => Statement[]): Segment[] => {
      const stages = reached.flatMap((stage) => [stage.from, ...left(stage), ...stage.statements])
      return [...directives, ...[...this.stages.globals, ...stages].map((statement) => this.piece(statement))]
    }
    const { images, digests, downloads, sources, secrets, agents } = this.analysis
    return {
      ...render(
        all(() => []),
        (what) => (what.kind === 'stage' ? what.name : undefined),
      ),
      images: sorted(images).map(([reference, line]) => ({ reference, line })),
      digests: sorted(digests).map(([reference, line]) => ({ reference, line })),
      downloads: sorted(downloads).map(([url, line]) => ({ url, line })),
      sources,
      secrets,
      agents,
      bases: [...this.bases].sort(),
      ...(frontend && { frontend }),
      metadata: this.metadata.get(this.target) ?? {},
      onbuild: Object.fromEntries(
        [...this.onbuild].map(([reference, texts]) => [reference, texts && [...texts]]),
      ),
      escapeChar: this.split.escapeChar,
      segments: all((stage) => this.triggersOf(stage)),
    }
  }

  /** Undefined, too, for an image that the stages use as well: it is needed in any case. */
  private frontendOf(reached: Stage[]): Frontend | undefined {
    const directive = this.split.directives.find(({ name }) => name === 'syntax')
    if (!directive) return undefined
    const reference = frontendReference(directive)
    if (this.analysis.images.has(reference) || this.analysis.digests.has(reference)) return undefined
    const stages = reached.flatMap((stage) => [stage.from, ...this.triggersOf(stage), ...stage.statements])
    const needs = [
      ...directiveNeeds(this.split.directives),
      ...[...this.stages.globals, ...stages].flatMap(instructionNeeds),
    ]
    return { reference, line: directive.line.number, needs }
  }

  /** The stages that the target needs, in the order of the file. */
  private reachedStages(): Stage[] {
    const reached = new Set<Stage>()
    const queue = [this.target]
    for (let stage = queue.pop(); stage !== undefined; stage = queue.pop()) {
      if (reached.has(stage)) continue
      reached.add(stage)
      const base = this.baseStage(stage)
      if (base) queue.push(base)
      for (const step of this.stepsOf(stage, base))
        for (const origin of originsOf(step)) {
          const found = stageOfOrigin(origin, step, stage, this.stages)
          if (found) queue.push(found)
        }
    }
    return this.stages.stages.filter((stage) => reached.has(stage))
  }

  /** The image or stage name after FROM, substituted. */
  private baseOf(stage: Stage): string {
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

  private baseStage(stage: Stage): Stage | undefined {
    return findStage(this.stages, this.baseOf(stage), stage.index)
  }

  private readStage(stage: Stage, scopes: Map<Stage, Variables>, places: Map<Stage, number>): Variables {
    const base = this.baseStage(stage)
    this.readBase(stage, base)
    const name = this.baseOf(stage)
    const inherited = base && scopes.get(base)
    const scope =
      inherited?.copy(this.budget) ?? (name === 'scratch' ? variablesOfScratch() : variablesOfImage())
    this.metadata.set(stage, (base && this.metadata.get(base)) ?? (name === 'scratch' ? {} : { base: name }))
    for (const step of this.stepsOf(stage, base)) {
      for (const origin of originsOf(step)) this.readOrigin(origin, step, stage, places)
      this.readStep(step, stage, scope)
    }
    return scope
  }

  private readBase({ from, base: word, ...stage }: Stage, base: Stage | undefined): void {
    const name = this.baseOf({ from, base: word, ...stage })
    const part = { start: from.restStart, end: from.restStart + word.length }
    if (base?.name) {
      // The engine distinguishes case here and nowhere else.
      if (name !== base.name) this.analysis.edit(from, { ...part, what: { kind: 'stage', name: base.name } })
      return
    }
    // An image that would leave instructions to the build takes another name in what is sent, where it does not.
    const isChanged = this.onbuild.has(name)
    if (this.analysis.useImage(name, lineOf(from)) || isChanged)
      this.analysis.edit(from, { ...part, what: { kind: 'image', reference: name } })
    if (name !== 'scratch') this.bases.add(name)
  }

  private triggersOf(stage: Stage): Statement[] {
    const known = this.left.get(stage)
    if (known) return known
    const name = this.baseOf(stage)
    const texts = this.baseStage(stage) || name === 'scratch' ? undefined : this.triggers(name)
    if (texts !== undefined) this.onbuild.set(name, texts)
    for (const text of texts ?? []) this.budget.spend(text.length)
    const statements = readTriggers(name, texts ?? [], this.split, lineOf(stage.from))
    this.left.set(stage, statements)
    return statements
  }

  private readOrigin(origin: Origin, step: Step, stage: Stage, places: Map<Stage, number>): void {
    const { reference, part } = origin
    const found = stageOfOrigin(origin, step, stage, this.stages)
    if (found?.name === reference.toLowerCase()) return
    if (found) {
      // Stages that are not reached are left out, so those after them count differently.
      const name = String(places.get(found))
      if (name !== reference) this.analysis.edit(step.statement, { ...part, what: { kind: 'stage', name } })
      return
    }
    const place = this.placeOf(step.statement, step.escapeChar)
    if (substitute(reference, { get: () => undefined }, place).text !== reference)
      throw new DockerfileProblem(
        place.line,
        `${reference}: what is read from cannot be a variable; name it with FROM … AS`,
      )
    if (this.analysis.useImage(reference, place.line))
      this.analysis.edit(step.statement, { ...part, what: { kind: 'image', reference } })
  }

  private readStep(step: Step, stage: Stage, scope: Variables): void {
    const place = this.placeOf(step.statement, step.escapeChar)
    switch (step.keyword) {
      case 'arg':
        assignArg(step, scope, place, this.args, this.globalScope.get)
        break
      case 'env':
        assignEnv(step, scope, place)
        break
      case 'label':
        this.readLabel(step, stage, scope, place)
        break
      case 'run':
        readRun(step, scope, place, this.analysis)
        break
      case 'add':
        readCopy(step, scope, place, this.analysis)
        break
      case 'copy':
        if (!flagOf(step, 'from')?.value) readCopy(step, scope, place, this.analysis)
    }
  }

  private readLabel(step: Step, stage: Stage, scope: Variables, place: WordContext): void {
    const value = labelIn(step, METADATA_LABEL, scope, place)
    if (value) this.metadata.set(stage, value.unknown === undefined ? { label: value.text } : {})
  }

  private stepsOf(stage: Stage, base: Stage | undefined): Step[] {
    const left = this.triggersOf(stage).map(
      (statement): Step => ({ ...statement, statement, onbuild: false, escapeChar: TRIGGER_ESCAPE }),
    )
    return [...left, ...stepsOf(stage, base, this.split.escapeChar, this.budget)]
  }

  private placeOf(statement: Statement, escapeChar = this.split.escapeChar): WordContext {
    return { line: lineOf(statement), escapeChar, budget: this.budget }
  }

  private piece(statement: Statement): Segment {
    const { lines, own, logical, ranges } = statement
    const download = this.analysis.downloadOf(statement)
    const edits = this.analysis.editsOf(statement)
    return { lines, own, logical, ranges, edits, ...(download && { download }) }
  }

  private directiveSegment(directive: Directive, frontend: Frontend | undefined): Segment {
    const { line, value, name } = directive
    const ranges = [{ start: 0, length: line.text.length, line: 0, column: 0 }]
    const segment: Segment = { lines: [line], own: 1, logical: line.text, ranges, edits: [] }
    const reference = frontendReference(directive)
    if (name !== 'syntax' || !this.analysis.useImage(reference, line.number)) return segment
    const start = line.text.indexOf(value, line.text.indexOf('=') + 1)
    return {
      ...segment,
      ...(frontend && { frontend: reference }),
      edits: [{ what: { kind: 'image', reference }, start, end: start + reference.length }],
    }
  }
}

/** What follows the reference is the frontend's own. */
const frontendReference = ({ value }: Directive): string => value.split(' ')[0] ?? ''

function targetOf(stages: Stages, target: string | undefined): Stage {
  const last = stages.stages.at(-1)
  if (last === undefined) throw new DockerfileProblem(0, 'there is no FROM in it')
  const found = target === undefined ? last : findStage(stages, target)
  if (found) return found
  const names = stages.stages.flatMap((stage) => stage.name ?? [])
  const known = names.length > 0 ? `there are ${names.join(', ')}` : 'no stage has a name'
  throw new NoSuchStage(0, `it asks for the stage "${target}", which the Dockerfile does not have (${known})`)
}

const sorted = (found: Map<string, number>): [string, number][] =>
  [...found].sort(([a], [b]) => (a < b ? -1 : 1))
