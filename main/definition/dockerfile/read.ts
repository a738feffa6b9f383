import { productError } from '../../../shared/errors.ts'
import { type Expanded, expand as expandWord } from './expand.ts'
import { heredocOf } from './heredoc.ts'
import { flagOf } from './instruction.ts'
import { mountFields } from './mount.ts'
import { DockerfileProblem } from './problem.ts'
import { hasDigest, isReference } from './reference.ts'
import { type SourceKind, sourceKind } from './remote.ts'
import { type Download, type Edit, type Piece, render } from './render.ts'
import { CONTEXT_FOLDER, type ContextSource, contextPattern, copyText, inFolder } from './source.ts'
import { type Directive, type Split, type Statement, splitDockerfile } from './split.ts'
import {
  copyWords,
  groupStages,
  lineOf,
  originsOf,
  type Stage,
  type Step,
  stageNamed,
  stageOfOrigin,
  stepsOf,
} from './stages.ts'
import { globalVariables, type Variables, variablesOfImage, variablesOfScratch } from './variables.ts'
import { quotedWords } from './words.ts'

export interface DockerfileOptions {
  /** What the file is called in messages. */
  file: string
  /** Build arguments, by name. */
  args: Record<string, string>
  /** The stage to build; the last one if it is not given. */
  target?: string
}

/** What a build of one target reads and says. */
export interface DockerfileReading {
  /** The stages that the target reaches, without comments and blank lines; line ends are LF. */
  text: string
  /** For each line of `text`, its line (1-based) in the person's file. */
  lines: number[]
  /** Images to pin, as written after substitution, sorted; what has a digest already is not among them. */
  images: { reference: string; line: number }[]
  /** Addresses that ADD downloads, sorted; what has a checksum already is not among them. */
  downloads: { url: string; line: number }[]
  /** What of the build context is read: one entry for each COPY, ADD and bind mount. */
  sources: ContextSource[]
  /** Whether the target, or a stage that it builds on, has a CMD or an ENTRYPOINT of its own. */
  hasCommand: boolean
  escapeChar: string
  /** What `text` is made of; `pinDockerfile` makes the text to send from it. */
  pieces: Piece[]
}

/**
 * Reads a Dockerfile as BuildKit does.
 * Errors: definition-invalid (syntax, unknown stage), definition-unsupported (a git source, an image or a
 * download that depends on the platform, secret and ssh mounts), not-trusted (a RUN that reaches the host).
 */
export function readDockerfile(text: string, options: DockerfileOptions): DockerfileReading {
  try {
    return new Reader(text, options).read()
  } catch (error) {
    if (!(error instanceof DockerfileProblem)) throw error
    const at = error.line > 0 ? { line: error.line } : {}
    throw productError(
      'definition-invalid',
      { file: options.file, ...at, problem: error.message },
      { cause: error },
    )
  }
}

class Reader {
  private readonly options: DockerfileOptions
  private readonly split: Split
  private readonly globals: Statement[]
  private readonly stages: Stage[]
  private readonly target: Stage
  private readonly globalScope: Variables
  private readonly images = new Map<string, number>()
  private readonly downloads = new Map<string, number>()
  private readonly sources: ContextSource[] = []
  private readonly edits = new Map<Statement, Edit[]>()
  private readonly rewrites = new Map<Statement, Download>()

  constructor(text: string, options: DockerfileOptions) {
    this.options = options
    this.split = splitDockerfile(text)
    const { globals, stages } = groupStages(this.split)
    this.globals = globals
    this.stages = stages
    this.target = this.findTarget()
    this.globalScope = this.readGlobals()
  }

  read(): DockerfileReading {
    if (this.options.args['BUILDKIT_SYNTAX'] !== undefined)
      throw productError('definition-unsupported', {
        file: this.options.file,
        key: 'BUILDKIT_SYNTAX',
        reason: 'an argument cannot be pinned; write a "# syntax=" line',
      })
    const reached = this.reachedStages()
    const scopes = new Map<Stage, Variables>()
    for (const stage of reached) scopes.set(stage, this.readStage(stage, scopes, reached))

    const pieces = [
      ...this.split.directives.map((directive) => this.directivePiece(directive)),
      ...[...this.globals, ...reached.flatMap((stage) => [stage.from, ...stage.statements])].map(
        (statement) => this.piece(statement),
      ),
    ]
    const { text, lines } = render(pieces, (edit) => (edit.kind === 'stage' ? edit.value : undefined))
    return {
      text,
      lines,
      images: sortedBy(this.images, (reference, line) => ({ reference, line })),
      downloads: sortedBy(this.downloads, (url, line) => ({ url, line })),
      sources: this.sources,
      hasCommand: this.hasCommand(this.target),
      escapeChar: this.split.escapeChar,
      pieces,
    }
  }

  private findTarget(): Stage {
    const { target } = this.options
    const last = this.stages.at(-1)
    if (last === undefined) throw new DockerfileProblem(0, 'there is no FROM in it')
    const found = target === undefined ? last : stageNamed(this.stages, target)
    if (found) return found
    const names = this.stages.flatMap((stage) => stage.name ?? [])
    throw new DockerfileProblem(
      0,
      `there is no stage "${target}" (${names.length > 0 ? `there are ${names.join(', ')}` : 'no stage has a name'})`,
    )
  }

  private readGlobals(): Variables {
    const scope = globalVariables(this.options.args, this.options.target ?? this.target.name ?? 'default')
    for (const statement of this.globals)
      this.readArg({ ...statement, statement, onbuild: false, escapeChar: this.split.escapeChar }, scope)
    return scope
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
      for (const step of stepsOf(stage, base, this.split.escapeChar))
        for (const origin of originsOf(step)) {
          const found = stageOfOrigin(origin, step, stage, this.stages)
          if (found) queue.push(found)
        }
    }
    return this.stages.filter((stage) => reached.has(stage))
  }

  /** The image or stage name after FROM, substituted. */
  private baseOf(stage: Stage): string {
    const line = lineOf(stage.from)
    const { text, unknown } = this.expand(stage.base, this.globalScope, line, this.split.escapeChar)
    if (unknown !== undefined)
      throw this.unsupported(line, `FROM ${stage.base}`, `${unknown} differs from one platform to the next`)
    if (text === '')
      throw new DockerfileProblem(line, `FROM ${stage.base} names nothing: the argument has no value`)
    return text
  }

  private baseStage(stage: Stage): Stage | undefined {
    return stageNamed(this.stages, this.baseOf(stage), stage.index)
  }

  private hasCommand(stage: Stage | undefined): boolean {
    if (stage === undefined) return false
    const own = stage.statements.some(({ keyword }) => keyword === 'cmd' || keyword === 'entrypoint')
    return own || this.hasCommand(this.baseStage(stage))
  }

  private readStage(stage: Stage, scopes: Map<Stage, Variables>, reached: Stage[]): Variables {
    const base = this.baseStage(stage)
    const name = this.baseOf(stage)
    const { from } = stage
    const start = from.restStart
    const end = start + stage.base.length
    if (base) {
      if (name !== base.name) this.edit(from, { kind: 'stage', start, end, value: base.name ?? name })
    } else this.useImage(name, from, start, end)
    const inherited = base && scopes.get(base)
    const scope = inherited?.copy() ?? (name === 'scratch' ? variablesOfScratch() : variablesOfImage())

    for (const step of stepsOf(stage, base, this.split.escapeChar)) {
      for (const origin of originsOf(step)) {
        const found = stageOfOrigin(origin, step, stage, this.stages)
        if (!found)
          this.useImage(this.literalOrigin(origin.reference, step), step.statement, origin.start, origin.end)
        else if (found.name !== origin.reference.toLowerCase()) {
          // Stages that are not reached are left out, so those after them count differently.
          const value = String(reached.indexOf(found))
          if (value !== origin.reference)
            this.edit(step.statement, { kind: 'stage', start: origin.start, end: origin.end, value })
        }
      }
      if (step.keyword === 'arg') this.readArg(step, scope)
      else if (step.keyword === 'env') this.readEnv(step, scope)
      else if (step.keyword === 'run') this.readRun(step, scope)
      else if (step.keyword === 'add') this.readCopy(step, scope)
      else if (step.keyword === 'copy' && !flagOf(step, 'from')?.value) this.readCopy(step, scope)
    }
    return scope
  }

  private useImage(reference: string, statement: Statement, start: number, end: number): void {
    if (reference === 'scratch') return
    if (!isReference(reference))
      throw new DockerfileProblem(lineOf(statement), `"${reference}" is not the name of an image`)
    if (hasDigest(reference)) return
    if (!this.images.has(reference)) this.images.set(reference, lineOf(statement))
    this.edit(statement, { kind: 'image', start, end, reference })
  }

  private literalOrigin(reference: string, step: Step): string {
    const line = lineOf(step.statement)
    if (this.expand(reference, { get: () => undefined }, line, step.escapeChar).text !== reference)
      throw new DockerfileProblem(
        line,
        `${reference}: variables cannot name what is read from; give it a name with FROM … AS`,
      )
    return reference
  }

  private readArg(step: Step, scope: Variables): void {
    const global = step.statement.keyword === 'arg' && this.globals.includes(step.statement)
    for (const word of quotedWords(step.rest, step.escapeChar)) {
      const equals = word.indexOf('=')
      const name = equals < 0 ? word : word.slice(0, equals)
      if (name === '') throw new DockerfileProblem(lineOf(step.statement), 'ARG needs a name')
      const given = Object.hasOwn(this.options.args, name) ? this.options.args[name] : undefined
      if (given !== undefined) scope.set(name, given)
      else if (equals >= 0)
        scope.set(name, this.expand(word.slice(equals + 1), scope, lineOf(step.statement), step.escapeChar))
      else if (!global) {
        const value = this.globalScope.get(name)
        if (value !== undefined) scope.set(name, typeof value === 'string' ? value : { text: '', ...value })
      }
    }
  }

  private readEnv(step: Step, scope: Variables): void {
    const line = lineOf(step.statement)
    const words = quotedWords(step.rest, step.escapeChar)
    const first = words[0] ?? ''
    const pairs: [string, string][] = []
    if (!first.includes('=')) {
      const gap = /[\t\v\f\r ]+/.exec(step.rest)
      if (!gap) throw new DockerfileProblem(line, 'ENV needs a name and a value')
      pairs.push([step.rest.slice(0, gap.index), step.rest.slice(gap.index + gap[0].length)])
    } else
      for (const word of words) {
        const equals = word.indexOf('=')
        if (equals < 0) throw new DockerfileProblem(line, `ENV: "${word}" has no "="`)
        if (equals === 0) throw new DockerfileProblem(line, 'ENV needs a name before "="')
        pairs.push([word.slice(0, equals), word.slice(equals + 1)])
      }
    // All values of one ENV are substituted with what held before it.
    const expanded = pairs.map(
      ([name, value]) =>
        [
          this.expand(name, scope, line, step.escapeChar),
          this.expand(value, scope, line, step.escapeChar),
        ] as const,
    )
    for (const [name, value] of expanded) scope.set(name.text, value)
  }

  private readRun(step: Step, scope: Variables): void {
    const line = lineOf(step.statement)
    for (const flag of step.flags) {
      if (
        (flag.name === 'network' && flag.value === 'host') ||
        (flag.name === 'security' && flag.value === 'insecure')
      )
        throw productError('not-trusted', {
          file: this.options.file,
          what: `RUN --${flag.text.slice(2)} in line ${line}`,
        })
      if (flag.name !== 'mount') continue
      const fields = mountFields(flag)
      const expandedField = (...keys: string[]): Expanded => {
        const field = fields.findLast(({ key }) => keys.includes(key))
        return field ? this.expand(field.value, scope, line, step.escapeChar) : { text: '' }
      }
      const type = expandedField('type')
      const kind = type.unknown === undefined ? type.text.toLowerCase() || 'bind' : 'bind'
      if (kind === 'secret' || kind === 'ssh')
        throw this.unsupported(line, `RUN --mount=type=${kind}`, 'the build has no secrets')
      if (kind !== 'bind' || expandedField('from').text !== '') continue
      const source = expandedField('source', 'src')
      this.sources.push({ patterns: [contextPattern(source, false)], line })
      const field = fields.findLast(({ key }) => key === 'source' || key === 'src')
      if (field) {
        const { start, end } = field
        const raw = step.statement.logical.slice(start, end)
        this.edit(step.statement, { kind: 'path', start, end, value: inFolder(raw, source, step.escapeChar) })
      } else
        this.edit(step.statement, {
          kind: 'path',
          start: flag.end,
          end: flag.end,
          value: `,source=${CONTEXT_FOLDER}`,
        })
    }
  }

  private readCopy(step: Step, scope: Variables): void {
    const line = lineOf(step.statement)
    const words = copyWords(step)
    const destination = words.pop() ?? ''
    const parents = flagOf(step, 'parents') !== undefined && flagOf(step, 'parents')?.value !== 'false'
    const checksum = flagOf(step, 'checksum')?.value
    const pinned = checksum !== undefined && this.expand(checksum, scope, line, step.escapeChar).text !== ''
    const patterns: string[] = []
    const groups: Download['groups'] = []
    const inContext: string[] = []
    const heredocs: string[] = []
    for (const word of words) {
      if (heredocOf(word)) {
        heredocs.push(word)
        continue
      }
      const source = this.expand(word, scope, line, step.escapeChar)
      const kind = this.kindOf(step, word, source, line)
      if (kind === 'download') {
        inContext.push(word)
        if (pinned) continue
        if (!this.downloads.has(source.text)) this.downloads.set(source.text, line)
        const last = groups.at(-1)
        if (last?.kind === 'download') last.urls.push(source.text)
        else groups.push({ kind: 'download', urls: [source.text] })
        continue
      }
      patterns.push(contextPattern(source, parents))
      const moved = inFolder(word, source, step.escapeChar, parents)
      inContext.push(moved)
      const last = groups.at(-1)
      if (last?.kind === 'local') {
        last.words.push(word)
        last.inContext.push(moved)
      } else groups.push({ kind: 'local', words: [word], inContext: [moved] })
    }
    if (patterns.length > 0) this.sources.push({ patterns, line })
    if (groups.some((group) => group.kind === 'download')) {
      const last = groups.at(-1)
      if (heredocs.length > 0 && last?.kind === 'local') {
        last.words.push(...heredocs)
        last.inContext.push(...heredocs)
      } else if (heredocs.length > 0) groups.push({ kind: 'local', words: heredocs, inContext: heredocs })
      this.rewrite(step, groups, destination)
    } else if (patterns.length > 0)
      this.edit(step.statement, {
        kind: 'path',
        start: step.restStart,
        end: step.restStart + step.rest.length,
        value: copyText([...inContext, ...heredocs, destination], step.json !== undefined),
      })
  }

  private kindOf(step: Step, word: string, source: Expanded, line: number): SourceKind {
    const kind = sourceKind(source.unknown === undefined ? source.text : word)
    if (kind === 'git')
      throw this.unsupported(line, `${step.keyword.toUpperCase()} ${word}`, 'a git repository as a source')
    if (kind === 'download' && step.keyword === 'copy')
      throw new DockerfileProblem(line, `COPY cannot download ${word}; use ADD`)
    if (
      step.keyword === 'add' &&
      source.unknown !== undefined &&
      (kind === 'download' || /^["']?\$/.test(word))
    )
      throw this.unsupported(
        line,
        `ADD ${word}`,
        `the value of ${source.unknown} is not known before the build`,
      )
    return kind
  }

  private rewrite(step: Step, groups: Download['groups'], destination: string): void {
    const unpack = flagOf(step, 'unpack')
    const download: Download = {
      keyword: step.onbuild ? 'onbuild add' : 'add',
      flags: step.flags.map((flag) => ({
        name: flag.name,
        text: step.statement.logical.slice(flag.start, flag.end),
      })),
      groups,
      json: step.json !== undefined,
      destination,
      unpack: unpack !== undefined && unpack.value !== 'false',
    }
    const known = this.rewrites.get(step.statement)
    if (known && JSON.stringify(known) !== JSON.stringify(download))
      throw this.unsupported(
        lineOf(step.statement),
        'ONBUILD ADD',
        'it downloads something else in every stage',
      )
    this.rewrites.set(step.statement, download)
  }

  private expand(word: string, scope: Pick<Variables, 'get'>, line: number, escapeChar: string): Expanded {
    try {
      return expandWord(word, scope.get, escapeChar)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw new DockerfileProblem(line, `${word}: ${error.message}`, { cause: error })
    }
  }

  private unsupported(line: number, key: string, reason: string): Error {
    return productError('definition-unsupported', { file: this.options.file, line, key, reason })
  }

  private edit(statement: Statement, edit: Edit): void {
    const edits = this.edits.get(statement) ?? []
    this.edits.set(statement, edits)
    if (!edits.some((other) => other.start === edit.start && other.kind === edit.kind)) edits.push(edit)
  }

  private piece(statement: Statement): Piece {
    const { lines, own, logical, stretches } = statement
    const download = this.rewrites.get(statement)
    const edits = this.edits.get(statement) ?? []
    return { lines, own, logical, stretches, edits, ...(download && { download }) }
  }

  private directivePiece(directive: Directive): Piece {
    const { line, value, name } = directive
    const stretches = [{ start: 0, length: line.text.length, line: 0, column: 0 }]
    const reference = value.split(' ')[0] ?? ''
    if (name !== 'syntax' || hasDigest(reference))
      return { lines: [line], own: 1, logical: line.text, stretches, edits: [] }
    if (!isReference(reference))
      throw new DockerfileProblem(line.number, `"${reference}" is not the name of an image`)
    if (!this.images.has(reference)) this.images.set(reference, line.number)
    const start = line.text.indexOf(value, line.text.indexOf('=') + 1)
    const edit: Edit = { kind: 'image', start, end: start + reference.length, reference }
    return { lines: [line], own: 1, logical: line.text, stretches, edits: [edit] }
  }
}

function sortedBy<T>(found: Map<string, number>, make: (key: string, line: number) => T): T[] {
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, line]) => make(key, line))
}
