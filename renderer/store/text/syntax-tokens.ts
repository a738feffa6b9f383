/** A piece of a line of a definition, and what it is. */
export interface Token {
  text: string
  kind: 'keyword' | 'key' | 'string' | 'variable' | 'comment' | 'plain'
}

type Rule = [kind: Token['kind'], pattern: RegExp]

const STRING: Rule = ['string', /"(?:[^"\\]|\\.)*"|'[^']*'/y]
const VARIABLE: Rule = ['variable', /\$\{[^}]*\}|\$\w+/y]
const HASH: Rule = ['comment', /(?<=^|\s)#.*/y]
const WORD: Rule = ['plain', /[\w./:@-]+|\s+|./y]

const JSON_RULES: Rule[] = [
  ['comment', /\/\/.*/y],
  ['key', /"(?:[^"\\]|\\.)*"(?=\s*:)/y],
  STRING,
  ['keyword', /\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b/y],
  WORD,
]
const DOCKERFILE_RULES: Rule[] = [
  ['comment', /(?<=^\s*)#.*/y],
  ['keyword', /(?<=^\s*)[A-Z]{2,}(?=\s)|\bAS\b/y],
  STRING,
  VARIABLE,
  WORD,
]
const YAML_RULES: Rule[] = [HASH, ['key', /(?<=^[\s-]*)[\w.-]+(?=\s*:)/y], STRING, VARIABLE, WORD]
const PLAIN_RULES: Rule[] = [HASH, STRING, WORD]

function rulesOf(file: string): Rule[] {
  if (/dockerfile|containerfile/i.test(file)) return DOCKERFILE_RULES
  // What has a title instead of a file's name is JSON, too.
  if (/\.jsonc?$|\.lock$|^[^.]+$/.test(file)) return JSON_RULES
  return /\.ya?ml$/.test(file) ? YAML_RULES : PLAIN_RULES
}

/** A longer line is not coloured. */
const LONGEST = 2_000

/** The pieces of one line of a file, together the whole line. */
export function tokensOf(file: string, line: string): Token[] {
  if (line.length > LONGEST) return [{ text: line, kind: 'plain' }]
  const rules = rulesOf(file)
  const tokens: Token[] = []
  for (let at = 0; at < line.length; ) {
    const token = tokenAt(rules, line, at)
    const last = tokens.at(-1)
    if (last && last.kind === token.kind) last.text += token.text
    else tokens.push(token)
    at += token.text.length
  }
  return tokens
}

function tokenAt(rules: Rule[], line: string, at: number): Token {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at
    const [text = ''] = pattern.exec(line) ?? []
    if (text !== '') return { text, kind }
  }
  return { text: line.charAt(at), kind: 'plain' }
}
