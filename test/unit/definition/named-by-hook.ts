import { hookInputs, isSearched } from '../../../main/definition/inputs/hook-inputs.ts'

/** A repository as hooks see it. Paths count from its root. */
export interface Place {
  /** The project's folder. */
  folder?: string
  files: string[]
  links?: [string, string][]
  texts?: Record<string, string>
  workspaces?: RegExp[]
}

/** The files that a hook can read, sorted. */
export const named = (
  hook: string,
  { folder = '', files, links = [], texts = {}, workspaces = [] }: Place,
): string[] =>
  hookInputs([hook], {
    folder,
    workspaces,
    modules: [],
    files,
    links: new Map(links),
    read: (file, isNamed) => (isNamed || isSearched(file, texts[file] ?? '') ? texts[file] : undefined),
  }).files.sort()
