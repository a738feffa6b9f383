import { type SourceKind, sourceKind } from './add-source.ts'
import type { Analysis } from './analysis.ts'
import { contextPattern, copyText, hasBlank, inFolder } from './context-source.ts'
import { copyWords, lineOf, type Step } from './stages.ts'
import type { Expanded } from './syntax/expand.ts'
import { isHeredoc } from './syntax/parse-heredoc.ts'
import { flagOf } from './syntax/parse-instruction.ts'
import { DockerfileProblem } from './syntax/problem.ts'
import type { Download } from './syntax/render.ts'
import { substitute, type WordContext } from './syntax/substitute.ts'
import type { Variables } from './syntax/variables.ts'

/** One source of a COPY or ADD: as written, and as it is in a context that was put into a folder. */
type Source =
  | { kind: 'local'; word: string; moved: string; pattern: string }
  | { kind: 'download'; word: string; url: string }
  /** A here-document, or a download that has a checksum: nothing to hash, nothing to pin. */
  | { kind: 'fixed'; word: string; heredoc: boolean; url?: string }

/** Reads the sources of a COPY from the build context, or of an ADD. */
export function readCopy(step: Step, scope: Variables, context: WordContext, analysis: Analysis): void {
  const { statement } = step
  const { line } = context
  const words = copyWords(step)
  const destination = words.pop() ?? ''
  const sources = words.map((word) => readSource(word, step, scope, context))
  const unsupported = (word: string, reason: string): DockerfileProblem =>
    new DockerfileProblem(line, {
      code: 'definition-unsupported',
      key: `${step.keyword.toUpperCase()} ${word}`,
      reason,
    })
  // The JSON form opens none, and needs no blank to separate words.
  const heredocs = step.json ? 0 : sources.filter(isHeredocSource).length
  if (heredocs !== statement.heredocs.length)
    throw unsupported('<<', 'the name of a here-document must follow it without a blank')
  const blank = sources.find((source) => source.kind === 'local' && hasBlank(source.moved))
  if (blank && heredocs > 0)
    throw unsupported(blank.word, 'beside a here-document a name cannot hold a blank')
  const patterns = sources.flatMap((source) => (source.kind === 'local' ? source.pattern : []))
  if (patterns.length > 0) analysis.sources.push({ patterns, line })
  const urls = sources.flatMap((source) => (source.kind === 'download' ? source.url : []))
  for (const url of urls) analysis.useDownload(url, line)
  for (const source of sources)
    if (source.kind === 'fixed' && source.url !== undefined) analysis.useCheckedDownload(source.url, line)
  if (urls.length > 0) analysis.rewrite(statement, downloadOf(step, sources, destination), line)
  else if (patterns.length > 0) {
    const moved = sources.map((source) => (source.kind === 'local' ? source.moved : source.word))
    const text = copyText([...moved, destination], step.json !== undefined)
    const end = step.restStart + step.rest.length
    analysis.edit(statement, { what: { kind: 'path', inFolder: text }, start: step.restStart, end })
  }
}

const isHeredocSource = (source: Source): boolean => source.kind === 'fixed' && source.heredoc

function readSource(word: string, step: Step, scope: Variables, context: WordContext): Source {
  if (isHeredoc(word)) return { kind: 'fixed', word, heredoc: true }
  const source = substitute(word, scope, context)
  if (kindOf(step, word, source) === 'download') {
    const checksum = flagOf(step, 'checksum')?.value ?? ''
    if (substitute(checksum, scope, context).text !== '')
      return { kind: 'fixed', word, heredoc: false, url: source.text }
    return { kind: 'download', word, url: source.text }
  }
  const parents = isOn(step, 'parents')
  const moved = inFolder(word, source, step.escapeChar, parents)
  return { kind: 'local', word, moved, pattern: contextPattern(source, parents) }
}

const isOn = (step: Step, name: string): boolean => {
  const flag = flagOf(step, name)
  return flag !== undefined && flag.value?.toLowerCase() !== 'false'
}

function kindOf(step: Step, word: string, source: Expanded): SourceKind {
  const line = lineOf(step.statement)
  const unsupported = (reason: string): Error => {
    const key = `${step.keyword.toUpperCase()} ${word}`
    return new DockerfileProblem(line, { code: 'definition-unsupported', key, reason })
  }
  const kind = sourceKind(source.unknown === undefined ? source.text : word)
  if (kind === 'git') throw unsupported('its source is a git repository')
  if (step.keyword === 'copy') {
    if (kind === 'download') throw new DockerfileProblem(line, `COPY cannot download ${word}; use ADD`)
    return kind
  }
  if (source.unknown !== undefined && (kind === 'download' || /^["']?\$/.test(word)))
    throw unsupported(`the value of ${source.unknown} is not known before the build`)
  if (source.personal !== undefined && kind === 'download')
    throw unsupported(
      `its address has the value that ${source.personal} has on this computer, and whoever reads the lock or the version would see that; download what needs a token in a RUN with --mount=type=secret`,
    )
  return kind
}

/** The parts of an ADD that downloads: runs of sources of one kind, here-documents last, as BuildKit has it. */
function downloadOf(step: Step, sources: Source[], destination: string): Download {
  const groups: Download['groups'] = []
  const inOrder = [
    ...sources.filter((source) => !isHeredocSource(source)),
    ...sources.filter(isHeredocSource),
  ]
  for (const source of inOrder) {
    const last = groups.at(-1)
    if (source.kind === 'download') {
      if (last?.kind === 'download') last.urls.push(source.url)
      else groups.push({ kind: 'download', urls: [source.url] })
      continue
    }
    const moved = source.kind === 'local' ? source.moved : source.word
    if (last?.kind === 'local') {
      last.words.push(source.word)
      last.inFolder.push(moved)
    } else groups.push({ kind: 'local', words: [source.word], inFolder: [moved] })
  }
  return {
    onbuild: step.onbuild,
    flags: step.flags.map(({ name, start, end }) => ({
      name,
      text: step.statement.logical.slice(start, end),
    })),
    groups,
    json: step.json !== undefined,
    destination,
    unpack: isOn(step, 'unpack'),
  }
}
