import path from 'node:path'
import { createTwoFilesPatch } from 'diff'
import { findNodeAtLocation, parseTree } from 'jsonc-parser'
import { type Statement, splitDockerfile } from '../definition/dockerfile/syntax/split-instructions.ts'

/** A file of a definition as the person wrote it, by its path in the project. */
interface TextFile {
  file: string
  text: string
}

/** Instructions that say how an image is run: what is installed comes before them. */
const LAST = new Set(['user', 'cmd', 'entrypoint', 'expose', 'healthcheck', 'label', 'volume', 'stopsignal'])

/**
 * The patch of a Dockerfile, in the unified format with `a/` and `b/`, that adds lines to one of its stages, its last without
 * `target`. They run as root where the stage has gone over to another user.
 */
export function dockerfilePatch(
  { file, text }: TextFile,
  lines: readonly string[],
  target: string | undefined,
): string {
  const { statements } = splitDockerfile(text)
  const stage = stageOf(statements, target)
  const tail = stage.findLastIndex(({ keyword }) => !LAST.has(keyword))
  const before = stage[tail + 1]
  const user = stage.slice(0, tail + 1).findLast(({ keyword }) => keyword === 'user')?.rest
  const added =
    user === undefined || /^(?:root|0)(?::|$)/.test(user) ? lines : ['USER root', ...lines, `USER ${user}`]
  const all = text.split('\n')
  const lastLine = stage.at(-1)?.lines.at(-1)?.number ?? all.length
  const at = before?.lines[0] ? before.lines[0].number - 1 : lastLine
  const end = text.includes('\r\n') ? '\r' : ''
  const changed = all.toSpliced(at, 0, ...added.map((line) => line + end)).join('\n')
  return patch(file, text, at === all.length ? `${changed}\n` : changed)
}

/**
 * The patch that gives a devcontainer.json which names an image a Dockerfile beside it, with lines on top of that image.
 * `isTaken`: whether there is something of a name beside it. Undefined if it names no image.
 */
export function imagePatch(
  { file, text }: TextFile,
  lines: readonly string[],
  isTaken: (name: string) => boolean,
): string | undefined {
  const tree = parseTree(text)
  const image = tree && findNodeAtLocation(tree, ['image'])
  const property = image?.parent
  if (typeof image?.value !== 'string' || !property) return undefined
  const end = property.offset + property.length
  const name = freeName(isTaken)
  const changed = `${text.slice(0, property.offset)}"build": { "dockerfile": "${name}" }${text.slice(end)}`
  const dockerfile = path.posix.join(path.posix.dirname(file), name)
  return (
    patch(file, text, changed) + patch(dockerfile, null, `${[`FROM ${image.value}`, ...lines].join('\n')}\n`)
  )
}

/** A Dockerfile that is there is of something else, such as the program itself. */
function freeName(isTaken: (name: string) => boolean): string {
  if (!isTaken('Dockerfile')) return 'Dockerfile'
  let name = 'Dockerfile.dev'
  for (let count = 2; isTaken(name); count++) name = `Dockerfile.dev${count}`
  return name
}

/** The instructions of a stage, from its FROM on. */
function stageOf(statements: readonly Statement[], target: string | undefined): Statement[] {
  const begins = statements.flatMap(({ keyword }, at) => (keyword === 'from' ? [at] : []))
  const named = begins.findLast((at) => {
    const name = /\sas\s+(\S+)$/i.exec(statements[at]?.rest ?? '')?.[1]
    return target !== undefined && name?.toLowerCase() === target.toLowerCase()
  })
  const begin = named ?? begins.at(-1) ?? -1
  return statements.slice(
    Math.max(0, begin),
    begins.find((at) => at > begin),
  )
}

function patch(file: string, from: string | null, to: string): string {
  const old = from === null ? '/dev/null' : `a/${file}`
  return createTwoFilesPatch(old, `b/${file}`, from ?? '', to).replace(/^=+\n/, '')
}
