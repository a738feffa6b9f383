import { type ProductError, productError } from '../../../../shared/errors.ts'
import type { Place } from '../yaml/node.ts'
import { invalidAt } from '../yaml/problem.ts'
import { type EnvFileGroups, groupsText, withGroups } from './env-file-groups.ts'
import { type Evaluated, evaluate, includedOf, type LookUp, variablesOf } from './evaluate.ts'
import type { FixedUse } from './fixed-texts.ts'
import { type Notes, newNotes, noteDeciding, noteMention, noteNotCounted, noteUnset } from './notes.ts'
import { mayHaveVariables, type Part, parseTemplate, templateText } from './template.ts'

/** The variable with the name of the stack. */
const STACK_NAME = 'COMPOSE_PROJECT_NAME'

type Environment = Readonly<Record<string, string | undefined>>

/** A value that does not depend on this computer, and the env file that gives it; absent where the Compose files do. */
export interface FixedValue {
  value: string
  file?: string
}

/** In characters: much more than any stack has. */
const MOST_MADE = 1 << 22

/** Where the variables of a file come from. */
export interface Sources {
  notes: Notes
  /** Those of Compose itself, which are nobody's. */
  own?: Environment
  computer: Environment
  /** Of env files of the project. */
  project?: ReadonlyMap<string, string>
  /** The same as they are without any value of this computer. */
  fixed?: ReadonlyMap<string, FixedValue>
  /** Gets the name of each variable that is looked up. */
  named?: Set<string>
  /** Whether a value that is missing is an empty one. */
  lenient?: boolean
  /** These files, named where a value is missing. */
  files?: readonly string[]
  /** The env files that only count in an included file. */
  groups?: EnvFileGroups
  /** The scopes of included files, where a record is read: by the text of their env files. */
  included?: ReadonlyMap<string, Scope>
}

/**
 * The variables that a file may name: those of Compose, then those of this computer, then those of env files of the project.
 * Each mention is noted.
 */
export class Scope {
  readonly notes: Notes
  private readonly own: Environment
  private readonly computer: Environment
  private readonly project: ReadonlyMap<string, string>
  private readonly fixed: ReadonlyMap<string, FixedValue>
  private readonly files: readonly string[]
  private readonly groups: EnvFileGroups
  private readonly included: ReadonlyMap<string, Scope> | undefined
  private readonly named: Set<string> | undefined
  private readonly lenient: boolean

  constructor(sources: Sources) {
    const { notes, own = {}, computer, project = new Map(), fixed = new Map(), files = [] } = sources
    this.notes = notes
    this.own = own
    this.computer = computer
    this.project = project
    this.fixed = fixed
    this.files = files
    this.groups = sources.groups ?? []
    this.included = sources.included
    this.named = sources.named
    this.lenient = sources.lenient ?? false
  }

  private get sources(): Sources {
    const { notes, own, computer, project, fixed, files, groups, included } = this
    return { notes, own, computer, project, fixed, files, groups, ...(included && { included }) }
  }

  /** The same with the variables of further env files, which count less. `fixed`: what they are without this computer. */
  with(
    more: ReadonlyMap<string, string>,
    fixed: ReadonlyMap<string, FixedValue>,
    files: readonly string[],
  ): Scope {
    return new Scope({
      ...this.sources,
      project: new Map([...more, ...this.project]),
      fixed: new Map([...fixed, ...this.fixed]),
      files: [...this.files, ...files],
    })
  }

  /**
   * The same with the name of the stack as `COMPOSE_PROJECT_NAME`: the one that the project gives it, which is the same on
   * every computer, or else another one.
   */
  called(own: string | undefined, otherwise: string): Scope {
    const name = own ?? otherwise
    return new Scope({
      ...this.sources,
      own: { ...this.own, [STACK_NAME]: name },
      ...(own !== undefined && { fixed: new Map([...this.fixed, [STACK_NAME, { value: own }]]) }),
    })
  }

  /** Whether the variables of an env file are among these. */
  hasFile(file: string): boolean {
    return this.files.includes(file)
  }

  /** The same in an included file, which has env files of its own. */
  inIncluded(files: readonly string[]): Scope {
    return new Scope({ ...this.sources, groups: [...this.groups, files] })
  }

  /** The same for a record, which has variables of included files. */
  withIncluded(included: ReadonlyMap<string, Scope>): Scope {
    return new Scope({ ...this.sources, included })
  }

  /** The same, which adds the name of each variable that is looked up to a set. */
  naming(named: Set<string>): Scope {
    return new Scope({ ...this.sources, named })
  }

  /** Only what is the same on every computer, for env files: nothing is noted. */
  onlyProject(): Scope {
    const { own, fixed, files } = this
    const path = valueIn(own, 'PWD')
    return new Scope({
      notes: newNotes(),
      computer: {},
      project: new Map([...fixed].map(([name, { value }]) => [name, value])),
      lenient: true,
      files,
      ...(path !== undefined && { own: { PWD: path } }),
    })
  }

  /** The value that env files of the project give a variable, without any of this computer. */
  ofProject(name: string): string | undefined {
    return this.fixed.get(name)?.value
  }

  /** The same of a variable that decides what a version is, which is noted. */
  deciding(name: string): string | undefined {
    const { value, file } = this.fixed.get(name) ?? {}
    if (file !== undefined) noteDeciding(this.notes, name, file)
    return value
  }

  /** The value of a variable, unnoted. */
  peek(name: string): string | undefined {
    return valueIn(this.own, name) ?? valueIn(this.computer, name) ?? this.project.get(name)
  }

  lookUp(name: string, place: Place): string | undefined {
    this.named?.add(name)
    const own = valueIn(this.own, name)
    if (name === STACK_NAME && own !== undefined) this.notes.usesName = true
    if (own !== undefined) return own
    const computer = valueIn(this.computer, name)
    const value = computer ?? this.project.get(name)
    const from = computer !== undefined ? 'computer' : value !== undefined ? 'project' : 'nobody'
    noteMention(this.notes, { name, from, place })
    return value
  }

  /** Replaces the variables of a text; its template where it has some. Errors: definition-invalid, variable-missing. */
  text(text: string, place: Place, own: LookUp = () => undefined): { value: string; template?: string } {
    if (!mayHaveVariables(text)) return { value: text }
    const parts = parseTemplate(text)
    if (typeof parts === 'string') throw invalidAt(place, parts)
    this.requireOwn(parts, place)
    const names = variablesOf(parts)
    // All of them, also those of defaults that are not needed now: what is asked for does not depend on values.
    for (const name of names) if (own(name) === undefined) this.lookUp(name, place)
    const lookUp: LookUp = (name, of) =>
      of === undefined ? (own(name) ?? this.lookUp(name, place)) : this.included?.get(of)?.lookUp(name, place)
    const found = evaluate(parts, lookUp, (name) => noteUnset(this.notes, name, place))
    if (found.kind === 'missing' && this.lenient) return { value: '', template: text }
    const value = this.counted(found, place, false)
    return names.length > 0 ? { value, template: this.recorded(text, parts) } : { value }
  }

  /**
   * A text as it is recorded: it names the env files that only its own file has, where they give a variable. So they decide
   * what the version is, though their values do not.
   */
  private recorded(text: string, parts: Part[]): string {
    const isOfGroups = (name: string) => {
      const { file } = this.fixed.get(name) ?? {}
      return file !== undefined && this.groups.some((files) => files.includes(file))
    }
    const names = variablesOf(parts).filter(isOfGroups)
    if (names.length === 0) return text
    for (const name of names) this.deciding(name)
    return templateText(withGroups(parts, isOfGroups, groupsText(this.groups)))
  }

  /** Refuses variables that only a record can name. */
  private requireOwn(parts: Part[], place: Place): void {
    const [of] = this.included ? [] : includedOf(parts)
    if (of !== undefined)
      throw invalidAt(place, `"@${of}" cannot stand in a variable; write "$$" for a dollar`)
  }

  /**
   * The same of a text that decides what a version is: only env files of the project give values. A value of this computer
   * that would make something else of it is noted. Errors: as `text`.
   */
  fixedText(text: string, place: Place, use: FixedUse): { value: string; template?: string; fixed?: true } {
    if (!mayHaveVariables(text)) return { value: text }
    const parts = parseTemplate(text)
    if (typeof parts === 'string') throw invalidAt(place, parts)
    this.requireOwn(parts, place)
    const names = variablesOf(parts)
    const lookUp: LookUp = (name) =>
      use === 'path' && name === 'PWD' ? valueIn(this.own, name) : this.ofProject(name)
    for (const name of names) {
      if (valueIn(this.own, name) !== undefined) continue
      noteMention(this.notes, { name, from: lookUp(name) === undefined ? 'nobody' : 'project', place })
    }
    const unset: string[] = []
    const deciding: LookUp = (name) => {
      const value = lookUp(name)
      return value !== undefined && value === this.ofProject(name) ? this.deciding(name) : value
    }
    const found = evaluate(parts, deciding, (name) => unset.push(name))
    this.noteValuesNotCounted(parts, lookUp, found, place)
    for (const name of unset) if (!this.notes.notCounted.has(name)) noteUnset(this.notes, name, place)
    const value = this.counted(found, place, true)
    return names.length > 0 ? { value, template: text, fixed: true } : { value }
  }

  /** What env files of the project alone make of a text; undefined where it needs another variable. */
  fixedValue(text: string): string | undefined {
    const parts = parseTemplate(text)
    if (typeof parts === 'string') return undefined
    const unset: string[] = []
    const lookUp: LookUp = (name) => (name === 'PWD' ? valueIn(this.own, name) : this.deciding(name))
    const found = evaluate(parts, lookUp, (name) => unset.push(name))
    return unset.length > 0 ? undefined : resultOf(found)
  }

  /** The variables whose values of this computer would make something else of a text. */
  private noteValuesNotCounted(parts: Part[], lookUp: LookUp, found: Evaluated, place: Place): void {
    const other = evaluate(
      parts,
      (name) => this.peek(name),
      () => {},
    )
    if (resultOf(other) === resultOf(found)) return
    for (const name of variablesOf(parts).filter((one) => this.peek(one) !== lookUp(one))) {
      for (const given of this.givenBy(name)) noteNotCounted(this.notes, given, place)
    }
  }

  /** The variables of this computer that a variable has its value of: itself, or those in its env file. */
  private givenBy(name: string): string[] {
    const isGiven = (one: string) => valueIn(this.computer, one) !== undefined
    return isGiven(name) ? [name] : [...(this.notes.madeOf.get(name) ?? [])].filter(isGiven)
  }

  /** The value of a text, whose length counts. */
  private counted(found: Evaluated, place: Place, isFixed: boolean): string {
    if (found.kind === 'missing') throw this.missing(found.name, found.words, place, isFixed)
    if (found.kind === 'too-long') throw invalidAt(place, 'its variables make more than 1 MiB of it')
    this.notes.made += found.value.length
    if (this.notes.made > MOST_MADE) throw invalidAt(place, 'variables make more than 4 MiB of the files')
    return found.value
  }

  private missing(
    name: string,
    words: string,
    { source, line, column }: Place,
    isFixed: boolean,
  ): ProductError {
    return productError('variable-missing', {
      file: source.file,
      line,
      column,
      name,
      words,
      files: [...this.files],
      ...(isFixed && { fixed: true }),
    })
  }
}

const resultOf = (found: Evaluated): string | undefined => (found.kind === 'value' ? found.value : undefined)

const valueIn = (environment: Environment, name: string): string | undefined =>
  Object.hasOwn(environment, name) ? environment[name] : undefined
