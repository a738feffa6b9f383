/**
 * A shell's text with `*` in the place of each command whose output is put there (`$(uname -m)`), with all that is nested in
 * it, and of those between backquotes. One that does not end in its line stays as it is.
 */
export function maskSubstitutions(given: string): string {
  const text = given.replace(/`[^`\n]*`/g, '*')
  let out = ''
  let from = 0
  /** Where the parentheses begin that are open, and whether with a `$`. */
  let open: { at: number; isCommand: boolean; before: string; from: number }[] = []
  for (const { 0: mark, index } of text.matchAll(/\$?\(|[)\n]/g)) {
    if (mark === '\n') open = []
    else if (mark !== ')') open.push({ at: index, isCommand: mark === '$(', before: out, from })
    else {
      const begun = open.pop()
      if (!begun?.isCommand) continue
      // What is nested was replaced before; it goes with the whole.
      out = `${begun.before}${text.slice(begun.from, begun.at)}*`
      from = index + 1
    }
  }
  return out + text.slice(from)
}
