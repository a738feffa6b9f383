import { productError } from '../../shared/errors.ts'
import type { BuildFailure } from '../docker/build.ts'

const KNOWN_STARTS = /^(executor failed running|failed to solve[^:]*|failed to create LLB definition|rpc error[^:]*|process)[: ]+/

/**
 * Says what a failed build means to the person: which instruction, on which line of their own file, and what it
 * printed last. `lines` maps lines of the sent text to lines of their file.
 */
export function buildFailure(failure: BuildFailure, file: string, text: string, lines: number[]): Error {
  const instruction = failure.step?.replace(/^\[[^\]]*\] /, '')
  const sent = instruction === undefined ? lineInMessage(failure.message) : lineOf(instruction, text)
  const line = sent === undefined ? undefined : lines[sent - 1]
  return productError(
    'build-failed',
    {
      file,
      ...(line !== undefined && { line }),
      ...(instruction !== undefined && { instruction: instruction.split('\n')[0] ?? '' }),
      problem: shorten(failure.message),
      output: failure.output.filter((text) => text.trim() !== ''),
    },
    { cause: failure },
  )
}

/** The line (1-based) on which an instruction stands that the builder named, white space aside. */
function lineOf(instruction: string, text: string): number | undefined {
  const wanted = squeeze(instruction)
  const all = text.split('\n')
  for (let index = 0; index < all.length; index++) {
    let joined = ''
    // An instruction may go on over several lines; the builder names it on one.
    for (let end = index; end < all.length && end < index + 200; end++) {
      joined += ` ${(all[end] ?? '').replace(/[\\`]\s*$/, ' ')}`
      const have = squeeze(joined)
      if (have === wanted || (have.length > 20 && have.startsWith(wanted))) return index + 1
      if (!wanted.startsWith(have)) break
    }
  }
  return undefined
}

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase()

function lineInMessage(message: string): number | undefined {
  const found = /parse error (?:on )?line (\d+)/.exec(message)
  return found ? Number(found[1]) : undefined
}

/** Drops what the builder says about itself. */
function shorten(message: string): string {
  let text = message
  while (KNOWN_STARTS.test(text)) text = text.replace(KNOWN_STARTS, '')
  return text.replace(/^\[.*\]: (exit code: \d+)$/s, '$1').replace(/parse error (?:on )?line \d+: /, '')
}
