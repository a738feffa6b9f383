import { globMatches, globTokens, hasWildcards, type Token } from '../../files/glob.ts'

/** Patterns that very many names are held against: most are sorted out by how they end. */
export class NamePatterns {
  private readonly names = new Set<string>()
  private readonly patterns = new Map<string, { tokens: Token[]; end: string }>()

  constructor(patterns: Iterable<string> = []) {
    for (const pattern of patterns) this.add(pattern)
  }

  /** Adds a name, or a pattern (`**` for any folders); one that is malformed matches nothing. */
  add(pattern: string): void {
    if (!hasWildcards(pattern)) {
      this.names.add(pattern)
      return
    }
    const tokens = globTokens(pattern, true)
    // Without the slash after `**`, which stands for no folder as well.
    const end =
      pattern
        .split(/[*?[\]\\]/)
        .at(-1)
        ?.replace(/^\//, '') ?? ''
    if (tokens) this.patterns.set(pattern, { tokens, end })
  }

  match(name: string): boolean {
    if (this.names.has(name)) return true
    for (const { tokens, end } of this.patterns.values())
      if (name.endsWith(end) && globMatches(tokens, name)) return true
    return false
  }
}
