import { posix } from 'node:path'
import { productError } from '../../../shared/errors.ts'
import { globMatches, globTokens, type Token } from '../../files/glob.ts'

/** The text of a .dockerignore; `file` names it in messages. */
export interface IgnoreFile {
  file: string
  text: string
}

interface Rule {
  negated: boolean
  /** What the pattern begins with up to its first wildcard, for the question what could match below a folder. */
  prefix: string
  matches(path: string): boolean
}

/** Which rules matched a folder; what is in it inherits that. */
export type FolderMatch = boolean[]

/**
 * The rules of a .dockerignore, as moby applies them (github.com/moby/patternmatcher): the last rule that
 * matches a path or a folder above it decides. Paths are relative to the context, with forward slashes.
 */
export class Ignore {
  private readonly rules: Rule[]

  /** Error: definition-invalid, for a pattern that is malformed. */
  constructor(ignore: IgnoreFile | undefined) {
    this.rules = ignore ? readRules(ignore) : []
  }

  /** Whether a path is left out. `parent` is what this gave for the folder that it lies in. */
  match(path: string, parent: FolderMatch | undefined): { ignored: boolean; match: FolderMatch } {
    let ignored = false
    const match = this.rules.map((rule, at) => {
      const matched = parent?.[at] === true || (rule.negated === ignored && rule.matches(path))
      if (matched) ignored = !rule.negated
      return matched
    })
    return { ignored, match }
  }

  /** The same for a path by itself, asking for every folder above it. */
  matchFromTop(path: string): { ignored: boolean; match: FolderMatch } {
    const parts = path.split('/')
    let result = this.match(parts[0] ?? '', undefined)
    for (let at = 2; at <= parts.length; at++) result = this.match(parts.slice(0, at).join('/'), result.match)
    return result
  }

  /** Whether a `!` rule may take something back that lies below an ignored folder. */
  mayKeepBelow(folder: string): boolean {
    return this.rules.some(
      (rule) =>
        rule.negated && (rule.prefix.startsWith(`${folder}/`) || `${folder}/`.startsWith(rule.prefix)),
    )
  }
}

function readRules(ignore: IgnoreFile): Rule[] {
  const text = ignore.text.startsWith('\ufeff') ? ignore.text.slice(1) : ignore.text
  return text.split('\n').flatMap((line, at) => {
    if (line.startsWith('#')) return []
    let pattern = line.trim()
    if (pattern === '') return []
    const negated = pattern.startsWith('!')
    if (negated) pattern = pattern.slice(1).trim()
    const fail = (problem: string): never => {
      throw productError('definition-invalid', { file: ignore.file, line: at + 1, problem })
    }
    if (pattern === '') return negated ? fail('"!" needs a pattern') : []
    pattern = posix.normalize(pattern)
    if (pattern.length > 1) pattern = pattern.replace(/^\//, '').replace(/(?<=.)\/$/, '')
    const tokens = globTokens(pattern, true)
    if (!tokens) return fail(`"${pattern}" is not a pattern`)
    return [makeRule(pattern, tokens, negated)]
  })
}

function makeRule(pattern: string, tokens: Token[], negated: boolean): Rule {
  const wildcard = tokens.findIndex((token) => token.kind !== 'char')
  const plain = tokens.slice(0, wildcard < 0 ? undefined : wildcard)
  const prefix = plain.map((token) => (token.kind === 'char' ? token.char : '')).join('')
  if (wildcard < 0) return { negated, prefix, matches: (path) => path === prefix }
  // What moby makes of a `**` that begins a pattern without further wildcards: any path that ends so.
  const suffix = pattern.startsWith('**') ? pattern.slice(2) : ''
  if (suffix !== '' && !/[*?[\\]/.test(suffix)) {
    return {
      negated,
      prefix,
      matches: (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1)),
    }
  }
  return { negated, prefix, matches: (path) => path.startsWith(prefix) && globMatches(tokens, path) }
}
