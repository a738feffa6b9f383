/** Where a shell puts output: a plain word after `>`, `>>` or `2>`, but not after `<>`, which reads as well. */
const REDIRECTIONS = /(?<!<)(?:\d|&)?>>?\|?[ \t]*(["']?)[^\s"'`;|&()<>$*?]+\1(?=[\s;|&)]|$)/g
const COPIES = /^\s*(?:sudo\s+)?(?:cp|mv|ln|install)\s/
const MAKES = /^\s*(?:sudo\s+)?(?:touch|tee|mkdir|rm|rmdir)\s/

/**
 * The text of a shell without the files that it only writes: what they hold makes no difference to what comes of it, and a
 * hook that makes one must not be a reason for another version. Where it is not plain, everything stays.
 */
export const maskRedirections = (text: string): string => text.replace(REDIRECTIONS, ' ')

/** The same for the targets of one command, such as the last word of `cp`. */
export function withoutTargets(command: string): string {
  if (/["'`$<>(){}\\]/.test(command)) return command
  if (MAKES.test(command)) return ''
  if (!COPIES.test(command) || /\s(?:-\w*t\b|--target)/.test(command)) return command
  const words = command.trim().split(/\s+/)
  // With the command itself there are at least a source and a target.
  if (words.filter((word) => !word.startsWith('-')).length < 3) return command
  return command.trimEnd().slice(0, -(words.at(-1) ?? '').length)
}
