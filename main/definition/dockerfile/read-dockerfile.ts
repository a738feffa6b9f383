import { Analysis } from './analysis.ts'
import { assignArg, assignEnv, labelIn } from './assign-variables.ts'
import type { DockerfileOptions, DockerfileReading } from './dockerfile-reading.ts'
import { directiveNeeds, type Frontend, instructionNeeds } from './frontend-needs.ts'
import { METADATA_LABEL } from './metadata-label.ts'
import { readCopy } from './read-copy.ts'
import { readRun } from './read-run.ts'
import { StageGraph } from './stage-graph.ts'
import { lineOf, type Origin, originsOf, type Stage, type Step } from './stages.ts'
import { flagOf } from './syntax/parse-instruction.ts'
import { DockerfileProblem, faultIn, NoSuchStage } from './syntax/problem.ts'
import { render, type Segment } from './syntax/render.ts'
import type { Directive, Statement } from './syntax/split-instructions.ts'
import { substitute, type WordContext } from './syntax/substitute.ts'
import { type Variables, variablesOfImage, variablesOfScratch } from './syntax/variables.ts'

/**
 * Reads a Dockerfile as BuildKit does.
 * Errors: definition-invalid (syntax, unknown stage), definition-unsupported (a git source, an image or a
 * download that depends on the platform, a download that depends on a value of this computer, another ssh agent than
 * the person's, a RUN that reaches the host).
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
  private readonly graph: StageGraph
  private readonly analysis = new Analysis()
  private readonly bases = new Set<string>()
  private readonly metadata = new Map<Stage, DockerfileReading['metadata']>()

  constructor(text: string, options: DockerfileOptions) {
    if (options.args['BUILDKIT_SYNTAX'] !== undefined) {
      const reason = 'an argument cannot be pinned; write a "# syntax=" line'
      throw new DockerfileProblem(0, { code: 'definition-unsupported', key: 'BUILDKIT_SYNTAX', reason })
    }
    this.graph = new StageGraph(text, options)
  }

  read(): DockerfileReading {
    const reached = this.graph.reached()
    const places = new Map(reached.map((stage, place) => [stage, place]))
    const scopes = new Map<Stage, Variables>()
    for (const stage of reached) scopes.set(stage, this.readStage(stage, scopes, places))
    const frontend = this.frontendOf(reached)
    const directives = this.graph.split.directives.map((directive) =>
      this.directiveSegment(directive, frontend),
    )
    const all = (left: (stage: Stage) => Statement[]): Segment[] => {
      const stages = reached.flatMap((stage) => [stage.from, ...left(stage), ...stage.statements])
      return [...directives, ...[...this.graph.globals, ...stages].map((statement) => this.piece(statement))]
    }
    const { images, digests, downloads, checkedDownloads, sources, secrets, agents } = this.analysis
    return {
      ...render(
        all(() => []),
        (what) => (what.kind === 'stage' ? what.name : undefined),
      ),
      images: sorted(images).map(([reference, line]) => ({ reference, line })),
      digests: sorted(digests).map(([reference, line]) => ({ reference, line })),
      downloads: sorted(downloads).map(([url, line]) => ({ url, line })),
      checkedDownloads: sorted(checkedDownloads).map(([url, line]) => ({ url, line })),
      sources,
      secrets,
      agents,
      bases: [...this.bases].sort(),
      ...(frontend && { frontend }),
      metadata: this.metadata.get(this.graph.target) ?? {},
      onbuild: Object.fromEntries(
        [...this.graph.onbuild].map(([reference, texts]) => [reference, texts && [...texts]]),
      ),
      escapeChar: this.graph.split.escapeChar,
      segments: all((stage) => this.graph.triggersOf(stage)),
    }
  }

  /** Undefined, too, for an image that the stages use as well: it is needed in any case. */
  private frontendOf(reached: Stage[]): Frontend | undefined {
    const directive = this.graph.split.directives.find(({ name }) => name === 'syntax')
    if (!directive) return undefined
    const reference = frontendReference(directive)
    if (this.analysis.images.has(reference) || this.analysis.digests.has(reference)) return undefined
    const stages = reached.flatMap((stage) => [
      stage.from,
      ...this.graph.triggersOf(stage),
      ...stage.statements,
    ])
    const needs = [
      ...directiveNeeds(this.graph.split.directives),
      ...[...this.graph.globals, ...stages].flatMap(instructionNeeds),
    ]
    return { reference, line: directive.line.number, needs }
  }

  private readStage(stage: Stage, scopes: Map<Stage, Variables>, places: Map<Stage, number>): Variables {
    const base = this.graph.baseStage(stage)
    this.readBase(stage, base)
    const name = this.graph.baseOf(stage)
    const inherited = base && scopes.get(base)
    const scope =
      inherited?.copy(this.graph.budget) ?? (name === 'scratch' ? variablesOfScratch() : variablesOfImage())
    this.metadata.set(stage, (base && this.metadata.get(base)) ?? (name === 'scratch' ? {} : { base: name }))
    for (const step of this.graph.stepsOf(stage, base)) {
      for (const origin of originsOf(step)) this.readOrigin(origin, step, stage, places)
      this.readStep(step, stage, scope)
    }
    return scope
  }

  private readBase({ from, base: word, ...stage }: Stage, base: Stage | undefined): void {
    const name = this.graph.baseOf({ from, base: word, ...stage })
    const part = { start: from.restStart, end: from.restStart + word.length }
    if (base?.name) {
      // The engine distinguishes case here and nowhere else.
      if (name !== base.name) this.analysis.edit(from, { ...part, what: { kind: 'stage', name: base.name } })
      return
    }
    // An image that would leave instructions to the build takes another name in what is sent, where it does not.
    const isChanged = this.graph.onbuild.has(name)
    if (this.analysis.useImage(name, lineOf(from)) || isChanged)
      this.analysis.edit(from, { ...part, what: { kind: 'image', reference: name } })
    if (name !== 'scratch') this.bases.add(name)
  }

  private readOrigin(origin: Origin, step: Step, stage: Stage, places: Map<Stage, number>): void {
    const { reference, part } = origin
    const found = this.graph.stageOf(origin, step, stage)
    if (found?.name === reference.toLowerCase()) return
    if (found) {
      // Stages that are not reached are left out, so those after them count differently.
      const name = String(places.get(found))
      if (name !== reference) this.analysis.edit(step.statement, { ...part, what: { kind: 'stage', name } })
      return
    }
    const place = this.graph.placeOf(step.statement, step.escapeChar)
    if (substitute(reference, { get: () => undefined }, place).text !== reference)
      throw new DockerfileProblem(
        place.line,
        `${reference}: what is read from cannot be a variable; name it with FROM … AS`,
      )
    if (this.analysis.useImage(reference, place.line))
      this.analysis.edit(step.statement, { ...part, what: { kind: 'image', reference } })
  }

  private readStep(step: Step, stage: Stage, scope: Variables): void {
    const place = this.graph.placeOf(step.statement, step.escapeChar)
    switch (step.keyword) {
      case 'arg':
        assignArg(step, scope, place, this.graph.args, this.graph.globalScope.get)
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

const sorted = (found: Map<string, number>): [string, number][] =>
  [...found].sort(([a], [b]) => (a < b ? -1 : 1))
