/*
 * Which commands read everything in the folder they stand in, without naming it. The texts are a stranger's: each is searched
 * in time in proportion to its length, so a pattern that is long never begins at every place again.
 */

const OF_GIT = /\bgit\s+(?:archive|ls-files|checkout-index)\b/
const OF_GO = /\bgo\s+install\s+(?:-\S+\s+)*\./

/** `ls`, where a command begins; of a run of blanks with a line's end in it only as a whole. */
const LS = /(?:^\s*|[;&(]\s*|(?<!\s)[^\S\n]*\n\s*)ls/g
const OPTIONS = /(?:\s+-\S+)*/y
const PIPED = /(?:\s+-\S+)*\s*\|/y

const PIP = /\b(?:pip[\d.]*|uv\s+(?:pip|tool))\s+install/g
const EDITABLE = /\s(?:-e|--editable)\b/g
const DOTS = /\s["']?\.{1,2}(?=[\s/["']|$)/g
const CARGO = /\bcargo\s+install\s/g
const PATH = /--path\b/g
const NPM = /\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add|pack|link)\s/g
const GLOBAL = /(?:-g|--global)\b/g
const DOT = /\s\./g
const END = /[;&|\n]/g

/** Whether a text has a command that reads all that is in the folder it stands in. */
export const readsWholeFolder = (text: string): boolean =>
  OF_GIT.test(text) ||
  pipesList(text) ||
  commandsOf(text, PIP, [EDITABLE, DOTS]).some(({ begun, found: [editable = [], dots = []] }) =>
    begun.some((at) => (editable.at(-1) ?? -1) < at && (dots.at(-1) ?? -1) >= at),
  ) ||
  commandsOf(text, CARGO, [PATH]).some(({ found: [paths = []] }) => paths.length > 0) ||
  OF_GO.test(text) ||
  commandsOf(text, NPM, [GLOBAL, DOT]).some(
    ({ found: [globals = [], dots = []] }) => (dots.at(-1) ?? -1) > (globals[0] ?? Number.POSITIVE_INFINITY),
  )

function pipesList(text: string): boolean {
  let reached = 0
  for (const { 0: begin, index } of text.matchAll(LS)) {
    const at = index + begin.length
    // What follows was looked at from an earlier one.
    if (at < reached) continue
    OPTIONS.lastIndex = PIPED.lastIndex = at
    if (PIPED.test(text)) return true
    OPTIONS.test(text)
    reached = OPTIONS.lastIndex
  }
  return false
}

interface Command {
  /** Where what it is given begins, of each time that it stands there. */
  begun: number[]
  /** Where each of the patterns is found in that. */
  found: number[][]
}

/** The commands that have something that a pattern finds. A blank at the end of a command belongs to it. */
function commandsOf(text: string, begin: RegExp, patterns: RegExp[]): Command[] {
  const begun = [...text.matchAll(begin)].map(({ 0: all, index }) => index + all.length)
  if (begun.length === 0) return []
  const places = patterns.map((pattern) => [...text.matchAll(pattern)].map(({ index }) => index))
  const next = patterns.map(() => 0)
  const commands: Command[] = []
  for (let at = 0; at < begun.length; ) {
    const from = begun[at] ?? 0
    END.lastIndex = from
    const end = END.exec(text)?.index ?? text.length
    const own: number[] = []
    for (; (begun[at] ?? Number.POSITIVE_INFINITY) <= end; at++) own.push(begun[at] ?? 0)
    const found = places.map((all, pattern) => {
      let to = next[pattern] ?? 0
      while ((all[to] ?? Number.POSITIVE_INFINITY) < from) to++
      const first = to
      while ((all[to] ?? Number.POSITIVE_INFINITY) <= end) to++
      next[pattern] = to
      return all.slice(first, to)
    })
    commands.push({ begun: own, found })
  }
  return commands
}
