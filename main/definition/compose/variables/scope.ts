import { type ProductError, productError } from '../../../../shared/errors.ts'
import type { Node, Place } from '../yaml/node.ts'
import { invalidAt } from '../yaml/problem.ts'
import { evaluate, type LookUp, variablesOf } from './evaluate.ts'
import { mayHaveVariables, parseTemplate } from './template.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A variable that a definition names. */
export interface Mention {
  name: string
  /**
   * Who gives its value: `computer` the environment of the person, `project` an env file of the project, `nobody`. A
   * value of the computer counts more than one of the project.
   */
  from: 'computer' | 'project' | 'nobody'
  /** Where it is named first. */
  place: Place
}

/** What is noted of the variables while a definition is read. */
export interface Notes {
  mentions: Map<string, Mention>
  /** Named without a default, and not set: they are empty. */
  unset: Map<string, Place>
  /** How much text variables have made, in characters. */
  made: number
}

export const newNotes = (): Notes => ({ mentions: new Map(), unset: new Map(), made: 0 })

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
  /** These files, named where a value is missing. */
  files?: readonly string[]
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
  private readonly files: readonly string[]

  constructor({ notes, own = {}, computer, project = new Map(), files = [] }: Sources) {
    this.notes = notes
    this.own = own
    this.computer = computer
    this.project = project
    this.files = files
  }

  /** The same with the variables of further env files, which count less. */
  with(more: ReadonlyMap<string, string>, files: readonly string[]): Scope {
    const { notes, own, computer } = this
    const project = new Map([...more, ...this.project])
    return new Scope({ notes, own, computer, project, files: [...this.files, ...files] })
  }

  /** The value that env files of the project give a variable. */
  ofProject(name: string): string | undefined {
    return this.project.get(name)
  }

  /** The value of a variable, unnoted. */
  peek(name: string): string | undefined {
    return valueIn(this.own, name) ?? valueIn(this.computer, name) ?? this.project.get(name)
  }

  lookUp(name: string, place: Place): string | undefined {
    const own = valueIn(this.own, name)
    if (own !== undefined) return own
    const computer = valueIn(this.computer, name)
    const value = computer ?? this.project.get(name)
    const from = computer !== undefined ? 'computer' : value !== undefined ? 'project' : 'nobody'
    if (!this.notes.mentions.has(name)) this.notes.mentions.set(name, { name, from, place })
    return value
  }

  /** Replaces the variables of a text; its template where it has some. Errors: definition-invalid, variable-missing. */
  text(text: string, place: Place, own: LookUp = () => undefined): { value: string; template?: string } {
    if (!mayHaveVariables(text)) return { value: text }
    const parts = parseTemplate(text)
    if (typeof parts === 'string') throw invalidAt(place, parts)
    const names = variablesOf(parts)
    // All of them, also those of defaults that are not needed now: what is asked for does not depend on values.
    for (const name of names) if (own(name) === undefined) this.lookUp(name, place)
    const lookUp = (name: string) => own(name) ?? this.lookUp(name, place)
    const found = evaluate(parts, lookUp, (name) => this.noteUnset(name, place))
    if (found.kind === 'missing') throw this.missing(found.name, found.words, place)
    if (found.kind === 'too-long') throw invalidAt(place, 'its variables make more than 1 MiB of it')
    this.notes.made += found.value.length
    if (this.notes.made > MOST_MADE) throw invalidAt(place, 'variables make more than 4 MiB of the files')
    return names.length > 0 ? { value: found.value, template: text } : { value: found.value }
  }

  /** Replaces the variables of all texts in a value; keys stay as they are. Errors: as `text`. */
  all(node: Node): Node {
    if (node.kind === 'list') return { ...node, items: node.items.map((item) => this.all(item)) }
    if (node.kind === 'map') {
      const entries = [...node.entries].map(
        ([key, { place, value }]) => [key, { place, value: this.all(value) }] as const,
      )
      return { ...node, entries: new Map(entries) }
    }
    return typeof node.value === 'string' ? { ...node, ...this.text(node.value, node.place) } : node
  }

  private noteUnset(name: string, place: Place): void {
    if (!this.notes.unset.has(name)) this.notes.unset.set(name, place)
  }

  private missing(name: string, words: string, { source, line, column }: Place): ProductError {
    return productError('variable-missing', {
      file: source.file,
      line,
      column,
      name,
      words,
      files: [...this.files],
    })
  }
}

const valueIn = (environment: Environment, name: string): string | undefined =>
  Object.hasOwn(environment, name) ? environment[name] : undefined
