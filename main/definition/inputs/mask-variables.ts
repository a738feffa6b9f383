const NAMED = /\$\w+|\$[@*#?]/g
const BRACED = /\$\{[^}\s]*\}|\$\w+|\$[@*#?]|\{[^{}\s]*\}/g

/**
 * A shell's text with `*` in the place of what it puts values in place of: `$NAME`, `${NAME}`, `{a,b}`, `{1..9}`. What is not
 * closed in its word stays, and is not searched for its end: that would take too long in a long word.
 */
export const maskVariables = (text: string): string =>
  text
    .split(/(\s+)/)
    .map((word) => {
      const end = word.lastIndexOf('}') + 1
      return word.slice(0, end).replace(BRACED, filled) + word.slice(end).replace(NAMED, '*')
    })
    .join('')

const filled = (found: string): string =>
  found.startsWith('$') || /,|\.\./.test(found) ? '*' : found.replace(NAMED, '*')
