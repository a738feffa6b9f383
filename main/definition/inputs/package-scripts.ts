import { parseJsonc } from '../devcontainer/document/jsonc.ts'

/** Texts that a tool runs when it is given their names. */
export class PackageScripts {
  private readonly texts = new Map<string, string[]>()

  add(scripts: [name: string, text: string][]): void {
    for (const [name, text] of scripts) {
      const texts = this.texts.get(name)
      if (texts) texts.push(text)
      else this.texts.set(name, [text])
    }
  }

  named(name: string): string[] {
    return this.texts.get(name) ?? []
  }

  /** Those that run when one is run by its name (npm-scripts(7), "Pre & Post Scripts"). */
  runBy(name: string): string[] {
    return [`pre${name}`, name, `post${name}`].flatMap((each) => this.named(each))
  }
}

/**
 * The scripts in a file of JSON: those of a package.json, the tasks of a deno.json, the scripts of a devbox.json, whose
 * `init_hook` runs at every start. None in one that cannot be read.
 */
export function scriptsIn(file: string, text: string): [name: string, text: string][] {
  try {
    const { scripts, tasks, shell } = parseJsonc(file, text).value as JsonScripts
    const found = {
      ...scripts,
      ...tasks,
      ...shell?.scripts,
      ...(shell?.init_hook !== undefined && { prepare: shell.init_hook }),
    }
    return Object.entries(found).map(([name, script]) => [name, textOf(script)])
  } catch {
    // The tool reports what is wrong with it.
    return []
  }
}

interface JsonScripts {
  scripts?: Record<string, unknown>
  tasks?: Record<string, unknown>
  shell?: { scripts?: Record<string, unknown>; init_hook?: unknown }
}

/** All that is written in a script: of Deno's also the names of tasks that run before. */
const textOf = (script: unknown): string =>
  typeof script === 'object' && script !== null
    ? Object.values(script).map(textOf).join('\n')
    : String(script)

/** Where a table of a TOML file begins. */
const TABLES = /^[ \t]*(?=\[{1,2}[\w."':/ \t-]+\]{1,2}[ \t]*(?:#.*)?\r?$)/m
const HEADER = /^\[{1,2}([^\]]+)\]/
/** Tables of mise, pixi and, in a pyproject.toml, of poe, PDM, Hatch and others; not the programs that a package brings. */
const OF_TASKS = /^(?!project\.)(?:.*\.)?(?:tasks|scripts)(?:\.([^.]+).*)?$/
/** A text of several lines, in which nothing is a key, or a key at the beginning of a line. */
const KEYS =
  /"""[\s\S]*?"""|'''[\s\S]*?'''|^[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|([\w-]+)(?:\.[\w.-]+)?)[ \t]*=/gm

/** The tasks of a TOML file. No value is understood: the text of a task is its table, or what stands before the next key. */
export function tasksIn(text: string): [name: string, text: string][] {
  return text.split(TABLES).flatMap((table) => {
    const header = HEADER.exec(table)?.[1]?.replaceAll(/["'\s]/g, '') ?? ''
    const found = OF_TASKS.exec(header)
    if (!found) return []
    if (found[1] !== undefined) return [[found[1], table]]
    const keys = [...table.matchAll(KEYS)].flatMap(({ index, 1: double, 2: single, 3: bare }) => {
      const name = double ?? single ?? bare
      return name === undefined ? [] : { name, index }
    })
    return keys.map(({ name, index }, at): [string, string] => [
      name,
      table.slice(index, keys[at + 1]?.index),
    ])
  })
}
