import { productError } from '../../shared/errors.ts'
import type { BuildFailure } from '../docker/build/build-image.ts'
import { NO_SPACE } from '../docker/connection/engine-call.ts'
import { stepAsWritten } from './step-name.ts'

const NO_SUCH_FILE = 'the build context has no "$1", or an ignore file leaves it out'
/** The field is Dockerfile 1.10's; `# syntax=` brings it to any BuildKit. */
const NO_ENV_MOUNT =
  'this engine\'s builder does not know "env=" of a secret mount: begin the file with "# syntax=docker/dockerfile:1.10", or mount a file'
const KNOWN_STARTS =
  /^(executor failed running|failed to solve[^:]*|failed to create LLB definition|rpc error[^:]*)[: ]+/

/**
 * Explains a failed build: the instruction, its line in the person's own file, and the last output; or that the
 * engine's disk is full. `lines` maps lines of the sent text to lines of their file, `images` references to their pins.
 */
export function buildFailure(
  failure: BuildFailure,
  named: { file: string; service?: string },
  text: string,
  lines: number[],
  images: Record<string, string> = {},
): Error {
  // The builder reports it, or a program in the build that hit it first.
  const full = [failure.message, ...failure.output].find((text) => NO_SPACE.test(text))
  if (full)
    return productError('disk-full', { while: 'building the image', problem: full }, { cause: failure })
  const instruction = failure.step?.replace(/^\[[^\]]*\] /, '')
  const sent =
    instruction === undefined
      ? lineInMessage(failure.message)
      : lineOf(instruction, text, firstLineOf(failure.step, text))
  const line = sent === undefined ? undefined : lines[sent - 1]
  return productError(
    'build-failed',
    {
      ...named,
      ...(line !== undefined && { line }),
      ...(instruction !== undefined && {
        instruction: stepAsWritten(instruction, images).split('\n')[0] ?? '',
      }),
      problem: isHeredoc(failure, text) ? NO_HEREDOC : shorten(failure.message),
      output: failure.output.filter((text) => text.trim() !== ''),
    },
    { cause: failure },
  )
}

const NO_HEREDOC =
  'the builder of this engine knows no here-documents ("<<"): a newer engine does, or BuildKit with "# syntax=docker/dockerfile:1" on the first line'

/** No instruction is unknown that was accepted here, but for the lines of a here-document to an older builder. */
const isHeredoc = ({ message }: BuildFailure, text: string): boolean =>
  /unknown instruction/i.test(message) && text.includes('<<')

/** The index of the line where the stage begins that a step names: `[two 2/3]`, `[stage-1 2/3]`; 0 if it names none. */
function firstLineOf(step: string | undefined, text: string): number {
  const stage = /^\[(?:\S+\/\S+ )?(\S+) +\d+\/\d+\]/.exec(step ?? '')?.[1]?.toLowerCase()
  if (stage === undefined) return 0
  const starts = [...text.split('\n').entries()].filter(([, line]) => /^\s*FROM\s/i.test(line))
  const named = starts.find(([, line]) => /\sAS\s+(\S+)\s*$/i.exec(line)?.[1]?.toLowerCase() === stage)
  return (named ?? starts[Number(/^stage-(\d+)$/.exec(stage)?.[1])])?.[0] ?? 0
}

/**
 * The line (1-based) on which an instruction stands that the builder named. The builder writes it on one line, with
 * the values of its variables and without some of its quotes.
 */
function lineOf(instruction: string, text: string, first: number): number | undefined {
  // BuildKit adds what a here-document begins with: `RUN <<END (echo one...)`.
  const wanted = squeeze(/<</.test(instruction) ? instruction.replace(/ \(.*\)$/s, '') : instruction)
  const all = text.split('\n')
  for (let index = first; index < all.length; index++) {
    let joined = ''
    for (let end = index; end < all.length && end < index + 200; end++) {
      joined += ` ${(all[end] ?? '').replace(/[\\`]\s*$/, ' ')}`
      const have = squeeze(joined)
      if (isMeantBy(wanted, have) || (have.length > 20 && have.startsWith(wanted))) return index + 1
      if (!wanted.startsWith(have.replace(/\$.*$/, ''))) break
    }
  }
  return undefined
}

/** Whether a named instruction is a written one, whatever its variables stand for. */
function isMeantBy(named: string, written: string): boolean {
  if (named === written) return true
  const [start = '', ...rest] = written.split(/\$(?:\w+|\{[^{}]*\})/).map((part) => part.trim())
  if (rest.length === 0 || !named.startsWith(start)) return false
  let at = start.length
  for (const part of rest) {
    const found = named.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return named.endsWith(rest.at(-1) ?? '')
}

const squeeze = (text: string): string => text.replace(/["']/g, '').replace(/\s+/g, ' ').trim().toLowerCase()

function lineInMessage(message: string): number | undefined {
  const found = /parse error (?:on )?line (\d+)/.exec(message)
  return found ? Number(found[1]) : undefined
}

/** Removes what the builder adds about itself. */
function shorten(message: string): string {
  let text = message
  while (KNOWN_STARTS.test(text)) text = text.replace(KNOWN_STARTS, '')
  return text
    .replace(/^\[.*?\]: (exit code: \d+|unable to find .*)$/s, '$1')
    .replace(/^process ".*" did not complete successfully: (.*)$/s, '$1')
    .replace(/^building at STEP ".*": while running runtime: exit status (\d+)$/s, 'exit code: $1')
    .replace(
      /^building at STEP ".*": [^"]* "[^"]*": copier: stat: "\/?(?:context\/)?(.*?)": no such file or directory$/s,
      NO_SUCH_FILE,
    )
    .replace(/parse error (?:on )?line \d+: /, '')
    .replace(/^(?:dockerfile )?unexpected key 'env' in 'env=.*$/, NO_ENV_MOUNT)
    .replace(MISSING_INPUT, NO_SUCH_FILE)
    .replace(MISSING_IN_STAGE, 'what it copies from has no "$1"')
}

/** BuildKit names a part of its cache first: one prefix before Docker 23, two since. */
const MISSING_INPUT =
  /^(?:failed to (?:compute cache key|calculate checksum of ref \S+): )+"\/?(?:context\/)?(.*?)":? not found(?:: not found)?$/
/** Of `COPY --from`; an older BuildKit names the place where the engine keeps the layers. */
const MISSING_IN_STAGE = /^lstat (?:\S*?\/merged)?(\/.*): no such file or directory$/
