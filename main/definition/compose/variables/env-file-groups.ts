import type { Part } from './template.ts'

/** The env files of an included file, and of those that include it, outermost first; of each its files in their order. */
export type EnvFileGroups = readonly (readonly string[])[]

/** As a text in a variable's name: `sub%2F.env`, with commas between files and semicolons between groups. */
export const groupsText = (groups: EnvFileGroups): string =>
  groups.map((files) => files.map(encoded).join(',')).join(';')

/** What such a text names. */
export const groupsOf = (text: string): EnvFileGroups =>
  text.split(';').map((files) => files.split(',').map(decodeURIComponent))

/** Nothing that means something in a text with variables. */
const encoded = (file: string): string =>
  encodeURIComponent(file).replace(/[^\w.%]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** A text with variables as it is recorded: those that env files of included files give are `of` these. */
export const withGroups = (
  parts: readonly Part[],
  isOfGroups: (name: string) => boolean,
  of: string,
): Part[] =>
  parts.map((part) => {
    if (part.kind === 'text') return part
    const { use, ...variable } = part
    return {
      ...variable,
      ...(isOfGroups(part.name) && { of }),
      ...(use && { use: { ...use, argument: withGroups(use.argument, isOfGroups, of) } }),
    }
  })
