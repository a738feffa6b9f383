import { nameIn } from './mentioned-words.ts'

const ENDINGS = /\.(?:[cm]?[jt]sx?|json|py)$/
const PACKAGE_FILE = /\/(?:index|__init__|__main__)$/

/** The programs that texts name without an ending. */
export class MentionedModules {
  private readonly modules = new Set<string>()
  private readonly stems = new Map<string, Set<string>>()

  /** Adds a module of Python that is run (`python -m tool.main`). */
  addModule(module: string): void {
    this.modules.add(module.split('.')[0] ?? module)
  }

  /** Adds a path, whose ending may be left out. */
  addStem(written: string): void {
    const stem = written.replace(ENDINGS, '')
    const name = nameIn(stem)
    this.stems.set(name, (this.stems.get(name) ?? new Set()).add(stem))
  }

  /** Whether a file is such a program, or belongs to a package that is one. */
  match(file: string): boolean {
    if (this.modules.size + this.stems.size === 0) return false
    const stem = file.replace(ENDINGS, '')
    if (stem === file) return false
    if (file.endsWith('.py') && stem.split('/').some((part) => this.modules.has(part))) return true
    return [stem, stem.replace(PACKAGE_FILE, '')].some((whole) =>
      [...(this.stems.get(nameIn(whole)) ?? [])].some(
        (written) => whole === written || whole.endsWith(`/${written}`),
      ),
    )
  }
}
