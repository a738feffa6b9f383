import { type Heredoc, heredocsOf } from './parse-heredoc.ts'
import { type Instruction, mayHoldHeredoc, parseInstruction } from './parse-instruction.ts'
import { DockerfileProblem } from './problem.ts'
import { isSpace } from './split-words.ts'

/** A line of the person's file: its number (1-based) and its text without the line end. */
export interface Line {
  number: number
  text: string
}

/** A stretch of a logical line: where it begins there, and where it stands in the instruction's lines. */
export interface SourceRange {
  start: number
  length: number
  line: number
  column: number
}

/** An instruction as it stands in the file: its lines, without the comments and blank lines in between. */
export interface Statement extends Instruction {
  logical: string
  ranges: SourceRange[]
  lines: Line[]
  heredocs: Heredoc[]
  /** How many of `lines` hold the instruction itself; the rest are bodies of here-documents. */
  own: number
}

export interface Directive {
  name: string
  value: string
  line: Line
}

export interface SplitDockerfile {
  escapeChar: string
  directives: Directive[]
  statements: Statement[]
}

/** BuildKit's scanner takes no longer line, in bytes. */
export const MAX_LINE = 65_535

/** The lines without byte-order mark and line ends; a last line that is empty is none. */
function linesOf(text: string): string[] {
  const lines = (text.startsWith('\ufeff') ? text.slice(1) : text).split('\n').map(withoutReturns)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function withoutReturns(line: string): string {
  let end = line.length
  while (line[end - 1] === '\r') end--
  return line.slice(0, end)
}

/** Cuts a Dockerfile into instructions, as BuildKit's parser does (frontend/dockerfile/parser/parser.go). */
export function splitDockerfile(text: string): SplitDockerfile {
  const lines = linesOf(text)
  const { directives, escapeChar } = readDirectives(lines)
  const continuation = escapeChar === '`' ? /([^`])`[ \t]*$|^`[ \t]*$/ : /([^\\])\\[ \t]*$|^\\[ \t]*$/
  const statements: Statement[] = []
  let at = 0

  const take = (): Line | undefined => {
    const line = lines[at]
    if (line === undefined) return undefined
    at++
    if (line.length * 3 > MAX_LINE && Buffer.byteLength(line) > MAX_LINE)
      throw new DockerfileProblem(at, `the line is longer than ${MAX_LINE} bytes`)
    return { number: at, text: line }
  }

  for (let line = take(); line !== undefined; line = take()) {
    const indent = leadingSpace(line.text)
    if (indent === line.text.length || line.text[indent] === '#') continue
    const statement: Line[] = []
    const ranges: SourceRange[] = []
    let logical = ''
    let column = indent
    let more = true
    for (let next: Line | undefined = line; more && next !== undefined; next = more ? take() : undefined) {
      const blank = leadingSpace(next.text)
      if (next !== line && (blank === next.text.length || next.text[blank] === '#')) continue
      const content: string = next.text.slice(column)
      more = continuation.test(content)
      const kept: string = more ? content.replace(continuation, '$1') : content
      ranges.push({ start: logical.length, length: kept.length, line: statement.length, column })
      statement.push(next)
      logical += kept
      column = 0
    }
    const last = ranges.at(-1)
    const lastLine = statement.at(-1)
    // A continuation that the file's end leaves open would swallow whatever is appended later.
    if (more && last && lastLine)
      statement[statement.length - 1] = {
        ...lastLine,
        text: lastLine.text.slice(0, last.column + last.length),
      }

    const parsed = parseAt(logical, line.number, escapeChar)
    const own = statement.length
    const heredocs = openedBy(parsed, logical, line.number, escapeChar)
    for (const heredoc of heredocs) {
      for (let body = take(); ; body = take()) {
        if (body === undefined)
          throw new DockerfileProblem(line.number, `the here-document ${heredoc.name} has no end`)
        statement.push(body)
        if ((heredoc.chomp ? body.text.replace(/^\t+/, '') : body.text) === heredoc.name) break
      }
    }
    statements.push({ ...parsed, logical, ranges, lines: statement, heredocs, own })
  }
  return { escapeChar, directives, statements }
}

function parseAt(logical: string, line: number, escapeChar: string): Instruction {
  try {
    return parseInstruction(logical, 0, escapeChar)
  } catch (error) {
    throw new DockerfileProblem(line, messageOf(error), { cause: error })
  }
}

function openedBy(instruction: Instruction, logical: string, line: number, escapeChar: string): Heredoc[] {
  try {
    return mayHoldHeredoc(instruction, logical, escapeChar) ? heredocsOf(logical) : []
  } catch (error) {
    throw new DockerfileProblem(line, messageOf(error), { cause: error })
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function leadingSpace(text: string): number {
  let at = 0
  while (at < text.length && isSpace(text[at])) at++
  return at
}

/**
 * Directives stand before everything else, each once (frontend/dockerfile/parser/directives.go). Two
 * readers look for them: the gateway for `syntax`, at the line's very beginning, also below a `#!` line;
 * the parser for the others.
 */
function readDirectives(lines: string[]): { directives: Directive[]; escapeChar: string } {
  const directives = headOf(lines, 0, true).filter((directive) => directive.name !== 'syntax')
  const start = lines[0]?.startsWith('#!') ? 1 : 0
  const syntax = headOf(lines, start, false).find((directive) => directive.name === 'syntax')
  if (syntax) directives.push(syntax)
  directives.sort((a, b) => a.line.number - b.line.number)
  const token = directives.find((directive) => directive.name === 'escape')
  if (token && token.value !== '`' && token.value !== '\\')
    throw new DockerfileProblem(
      token.line.number,
      `the escape character must be \` or \\, not ${token.value}`,
    )
  return { directives, escapeChar: token?.value ?? '\\' }
}

function headOf(lines: string[], start: number, indented: boolean): Directive[] {
  const found: Directive[] = []
  for (let at = start; at < lines.length; at++) {
    const text = lines[at] ?? ''
    const match =
      /^#[\t\n\v\f\r \u0085\u00a0]*([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*([^\t\n\f\r ].*)$/.exec(
        indented ? text.slice(leadingSpace(text)) : text,
      )
    const name = match?.[1]?.toLowerCase()
    if (name !== 'syntax' && name !== 'escape' && name !== 'check') break
    if (found.some((directive) => directive.name === name))
      throw new DockerfileProblem(at + 1, `only one ${name} parser directive can be used`)
    found.push({ name, value: (match?.[2] ?? '').trimEnd(), line: { number: at + 1, text } })
  }
  return found
}
