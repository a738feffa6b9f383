import type { Place } from '../yaml/node.ts'

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
  /** Set on this computer, and named where only the project gives values, so that something else came of it. */
  notCounted: Map<string, Place>
  /** Those that decide what a version is, with the env files that give their values, relative to the project's folder. */
  deciding: Map<string, Set<string>>
  /** The variables that the values of variables in env files are made of. */
  madeOf: Map<string, Set<string>>
  /** Whether a value has the name of the stack. */
  usesName: boolean
  /** How much text variables have made, in characters. */
  made: number
}

export const newNotes = (): Notes => ({
  mentions: new Map(),
  unset: new Map(),
  notCounted: new Map(),
  deciding: new Map(),
  madeOf: new Map(),
  usesName: false,
  made: 0,
})

/** Notes a mention. That this computer gives the value counts more than where it does not count. */
export function noteMention({ mentions }: Notes, mention: Mention): void {
  const before = mentions.get(mention.name)
  if (before === undefined || (mention.from === 'computer' && before.from !== 'computer')) {
    mentions.set(mention.name, mention)
  }
}

/** Notes a variable that is not set, at its first place. */
export function noteUnset({ unset }: Notes, name: string, place: Place): void {
  if (!unset.has(name)) unset.set(name, place)
}

/** Notes a variable of this computer that does not count, at its first place. */
export function noteNotCounted({ notCounted }: Notes, name: string, place: Place): void {
  if (!notCounted.has(name)) notCounted.set(name, place)
}

/** Notes the variables that an env file makes a variable of. */
export function noteMadeOf({ madeOf }: Notes, name: string, names: readonly string[]): void {
  madeOf.set(name, new Set([...(madeOf.get(name) ?? []), ...names]))
}

/** Notes that a variable decides what a version is, with the env file that gives its value. */
export function noteDeciding({ deciding }: Notes, name: string, file: string): void {
  deciding.set(name, new Set([...(deciding.get(name) ?? []), file]))
}
