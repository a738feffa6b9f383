import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Hook, HookCommand } from '../../shared/definition.ts'

const WORKSPACE = /^(?:\$\{containerWorkspaceFolder\}|\$\{?PWD\}?|\.)\//
/** Programs that are given a script to run, and words that only stand before a command. */
const INTERPRETER = /^(?:\S*\/)?(?:(?:ba|da|a|z)?sh|node|deno|bun|python[\d.]*|ruby|perl|php|source|\.)$/
const BEFORE = /^(?:sudo|exec|env|time|nice|\w+=.*)$/

/**
 * The scripts of the project that a command runs, relative to its folder, also by their whole path or through a link: of
 * what runs on this computer it matters what they hold.
 */
export async function scriptsRun(folder: string, command: HookCommand): Promise<string[]> {
  const scripts = scriptsOf(command).map((word) =>
    path.relative(folder, path.resolve(folder, word.replace(WORKSPACE, ''))),
  )
  const found = await Promise.all(
    [...new Set(scripts)].map(async (file) => {
      if (file === '' || file.startsWith('..') || path.isAbsolute(file) || file.includes('\0')) return []
      const stats = await stat(path.join(folder, file)).catch(() => undefined)
      return stats?.isFile() ? [file.replaceAll('\\', '/')] : []
    }),
  )
  return found.flat()
}

function scriptsOf(hook: Hook | undefined): string[] {
  if (hook === undefined) return []
  if (typeof hook === 'string')
    return hook.split(/&&|\|\||[;|&\n()]/).flatMap((part) => scriptOf(wordsOf(part)))
  if (Array.isArray(hook)) {
    // A list is one command; what a shell is given in it is text again.
    return [...scriptOf(hook), ...hook.filter((word) => /\s/.test(word)).flatMap(scriptsOf)]
  }
  return Object.values(hook).flatMap(scriptsOf)
}

const wordsOf = (command: string): string[] =>
  command
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/^["']|["']$/g, ''))

/** The script that a command runs, if it runs one. */
function scriptOf(words: string[]): string[] {
  const [program, ...rest] = words.slice(words.findIndex((word) => !BEFORE.test(word)))
  if (program === undefined) return []
  if (!INTERPRETER.test(program)) return program.includes('/') ? [program] : []
  const script = rest.find((word) => !word.startsWith('-'))
  return script === undefined ? [] : [script]
}
