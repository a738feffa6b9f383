import { queryGit } from './query-git.ts'

/**
 * Which files of a working tree git ignores, whether they exist or not. What is asked while git answers is asked together
 * after that, so that few processes answer for many files.
 */
export class IgnoredFiles {
  private readonly root: string
  private readonly env: Readonly<Record<string, string | undefined>>
  private readonly known = new Map<string, boolean | undefined>()
  private readonly waiting = new Set<string>()
  private asking = Promise.resolve()

  constructor(root: string, env: Readonly<Record<string, string | undefined>>) {
    this.root = root
    this.env = env
  }

  /** Whether git ignores each of these files (from the root), by their names; undefined where it does not answer. */
  async among(files: readonly string[]): Promise<ReadonlyMap<string, boolean | undefined>> {
    for (const file of files) if (!this.known.has(file)) this.waiting.add(file)
    this.asking = this.asking.then(() => this.askWaiting())
    await this.asking
    return this.known
  }

  private async askWaiting(): Promise<void> {
    let left = [...this.waiting]
    this.waiting.clear()
    while (left.length > 0) {
      const answered = await this.ask(left)
      for (const [at, file] of left.entries()) if (at <= answered.length) this.known.set(file, answered[at])
      // Git ends at a file that it refuses, as one in a submodule, and says nothing of those behind it.
      left = left.slice(answered.length + 1)
    }
  }

  /** What git says of files, in their order, until it ends. */
  private async ask(files: readonly string[]): Promise<(boolean | undefined)[]> {
    // It takes names and no patterns anyway, and refuses to be told so. It ends with 1 where it ignores none, and with 128
    // at one that it refuses.
    const args = ['--no-literal-pathspecs', 'check-ignore', '--verbose', '--non-matching', '-z', '--stdin']
    const input = files.map((file) => `./${file}\0`).join('')
    const printed = await queryGit(this.root, args, this.env, { codes: [0, 1, 128], input })
    // It is missing, or too slow: so it would be for each.
    if (printed === undefined) return files.map(() => undefined)
    const fields = printed.split('\0')
    // As in git-check-ignore(1): source, line, pattern and path of each, all empty but the path where no pattern matches.
    return Array.from({ length: Math.floor(fields.length / 4) }, (_, at) => {
      const pattern = fields[at * 4 + 2] ?? ''
      return pattern !== '' && !pattern.startsWith('!')
    })
  }
}
