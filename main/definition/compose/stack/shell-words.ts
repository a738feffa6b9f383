/**
 * The words of a command as a shell splits them: at blanks, with quotes and backslashes, and nothing replaced. What only a
 * shell can do (`a && b`, `a | b`, `a > b`) is a problem, which is returned as a sentence without a full stop.
 */
export function shellWords(text: string): string[] | string {
  const words: string[] = []
  let word: string | undefined
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === "'" || char === '"') {
      const end = closingQuote(text, at)
      if (end < 0) return `the quote ${char} has no end`
      const inside = text.slice(at + 1, end)
      word = (word ?? '') + (char === "'" ? inside : inside.replaceAll(/\\([\s\S])/g, '$1'))
      at = end
    } else if (char === '\\') {
      if (at + 1 >= text.length) return 'the backslash at its end stands before nothing'
      at += 1
      word = (word ?? '') + text.charAt(at)
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (/[;&|<>]/.test(char)) {
      return `"${char}" means something to a shell only; write sh -c '…' or a list, or put it in quotes`
    } else word = (word ?? '') + char
  }
  if (word !== undefined) words.push(word)
  return words
}

function closingQuote(text: string, open: number): number {
  const quote = text.charAt(open)
  for (let at = open + 1; at < text.length; at++) {
    if (quote === '"' && text.charAt(at) === '\\') at += 1
    else if (text.charAt(at) === quote) return at
  }
  return -1
}
