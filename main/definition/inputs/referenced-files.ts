import path from 'node:path'
import { TAKES_FOLDERS, TAKES_LAST, TAKES_MODULES, takesAll } from './folder-commands.ts'
import { installedBy, installsVariable } from './installed-folders.ts'
import { maskRedirections, withoutTargets } from './mask-redirections.ts'
import { maskSubstitutions } from './mask-substitutions.ts'
import { maskVariables } from './mask-variables.ts'
import { MentionedModules } from './mentioned-modules.ts'
import { canBe, goesInto, importsIn, nameIn, plain, wordsOf } from './mentioned-words.ts'
import { NamePatterns } from './name-patterns.ts'
import { readsWholeFolder } from './reads-whole-folder.ts'
import { manifestPaths, requiredPaths } from './requirement-lists.ts'
import { ToolFiles } from './tool-files.ts'

/** What stands for the folder that commands run in. */
const HERE = /\$PWD\b|\$\{PWD\}|\$\(pwd\)|\$\{(?:container|local)WorkspaceFolder\}/g
const SETS = /\[[^\][\s]+\]/g
/** What sets a variable that a command takes later. */
const LATER = /^\s*(?:for\s|(?:export\s+|local\s+|readonly\s+|declare\s+)?\w+=)/
const CONTINUED = /\\\r?\n/g
const COMMANDS = /[;|&\n]+/
/** Between names of scripts: these can hold what ends a word (`db:seed`). */
const SCRIPTS = /[\s"'`;|&()<>{}=,!#\\^$[\]]+/
/** What a runner of scripts puts before a name (`concurrently npm:watch`). */
const RUNNER = /^(?:npm|pnpm|yarn|bun|node):/
/** What the name of a file can hold, and a word cannot. */
const UNUSUAL = /[\s"'`;|&()<>{}=,:!#\\^$[\]@%+*?]/
const GIT = /\bgit\b/
const SUBMODULES = /\bsubmodules?\b/
const FINDS = /\bfind\b/
/** Paths that a variable can be. */
const pathsIn = (command: string): string[] =>
  wordsOf(command).filter((word) => word.includes('/') && /[^./*?]/.test(word))

/**
 * Which files texts mention. No text is understood as a program: what counts is that a name stands there, so that a file
 * that is used and named is always found, and one that is only named is found, too.
 *
 * A file is mentioned by its name, with as many of the folders above it as are written (`x.sh`, `tools/x.sh`,
 * `/workspaces/shop/tools/x.sh`); by a pattern (`tools/*.sh`, `tools/$name.sh`); by a folder that is given to a program
 * such as `cp`; as a module (`python -m tool`, `import tool`, `require('./tool')`); as a file that a named tool reads.
 */
export class Mentions {
  /** The words of programs, such as the names of tools and of the scripts of a package.json. */
  readonly words = new Set<string>()
  /** Texts as they were added, and these and others as they are searched. */
  private readonly added = new Set<string>()
  private readonly texts = new Set<string>()
  /** The words of programs as they stand there. */
  private readonly given = new Set<string>()
  private readonly written = new Map<string, Set<string>>()
  /** The same words by each folder in them. */
  private readonly through = new Map<string, Set<string>>()
  /** Those that only texts mention that are no programs. */
  private readonly inData = new Set<string>()
  private readonly patterns = new NamePatterns()
  private readonly toolFiles = new ToolFiles()
  /** The names of what may be lists of packages. */
  private readonly lists = new NamePatterns()
  /** What installers and lists of packages are given, as it is written. */
  private readonly installed = new Set<string>()
  private readonly folders = new Set<string>()
  private readonly folderPatterns = new NamePatterns()
  private readonly programs = new MentionedModules()
  private namedFolders = new Map<string, boolean>()
  private all = false
  /** Whether a command asks git for submodules. */
  private updatesModules = false
  private readonly workspaces: readonly RegExp[]

  /** `workspaces`: where texts can say that the folder is in which commands run. */
  constructor(workspaces: readonly RegExp[] = []) {
    this.workspaces = workspaces
  }

  /** How much was added: it grows as long as there may be more files. */
  get size(): number {
    return this.texts.size + this.installed.size
  }

  /** `shell`: what looks like a variable is one, and stands for any text in a name. */
  add(text: string, { shell }: { shell: boolean }): void {
    if (this.added.has(text)) return
    this.added.add(text)
    this.addText(text, shell)
    for (const workspace of this.workspaces) this.addText(text.replace(workspace, '.'), shell)
  }

  private addText(text: string, shell: boolean): void {
    if (this.texts.has(text)) return
    this.texts.add(text)
    this.namedFolders = new Map()
    const whole = text.replace(CONTINUED, ' ').replace(HERE, '.')
    for (const name of whole.split(SCRIPTS))
      if (/[:@%+/]/.test(name)) this.words.add(name.replace(RUNNER, ''))
    const here = shell ? maskRedirections(whole) : whole
    if (readsWholeFolder(here)) this.all = true
    const commands = here.split(COMMANDS)
    // What is given to it may stand anywhere: `for d in conf; do cp -r $d /etc; done`.
    const anywhere = commands.some((command) => command.includes('$') && TAKES_FOLDERS.test(command))
    for (const written of commands) {
      if (GIT.test(written) && SUBMODULES.test(written)) this.updatesModules = true
      const command = shell ? withoutTargets(written) : written
      this.addCommand(written, command, anywhere || TAKES_FOLDERS.test(written))
    }
    if (shell) this.addFilled(here, anywhere)
    if (shell && commands.some(installsVariable))
      for (const command of commands)
        if (LATER.test(command)) this.takeInstalled(pathsIn(command), pathsIn(command))
    for (const [, module = ''] of text.matchAll(/(?:^|[\s"'])-m["',\s]+([A-Za-z_][\w.]*)/g))
      this.programs.addModule(module)
    for (const stem of importsIn(text)) this.programs.addStem(stem)
  }

  /**
   * Adds a text that is no program, such as a list of packages or a configuration. It mentions files only by names with an
   * ending or a folder: its patterns, and words that could be commands, mean something else.
   */
  addData(text: string): void {
    if (this.texts.has(text)) return
    this.texts.add(text)
    for (const given of wordsOf(text)) {
      const word = plain(given)
      if (!/[./]/.test(given) || /[*?]/.test(word) || !/[^./]/.test(word)) continue
      if (!this.written.get(nameIn(word))?.has(word)) this.inData.add(word)
      this.addWritten(word)
    }
  }

  /** Adds the paths of a text that names packages: a list of them, or the manifest of a project. */
  addPackages(text: string, kind: 'list' | 'manifest'): void {
    const { folders, lists } = kind === 'list' ? requiredPaths(text, this.workspaces) : manifestPaths(text)
    this.takeInstalled(folders, lists)
  }

  private takeInstalled(folders: string[], lists: string[]): void {
    for (const folder of folders) this.takeFolder(folder)
    for (const given of lists) {
      const word = plain(given)
      if (!/[^*?./]/.test(word)) continue
      this.lists.add(nameIn(word))
      if (!/[*?]/.test(word)) this.addWritten(word)
    }
    for (const path of [...folders, ...lists]) this.installed.add(path)
  }

  /** Adds a folder of which everything is read, as it is written. */
  private takeFolder(given: string): void {
    const folder = plain(given).replace(/^\/+/, '')
    if (/^(?:\.\/?)*$/.test(folder)) this.all = true
    else this.addFolder(given, '')
    this.namedFolders = new Map()
  }

  /** Wherever a word goes through a link, it goes to the link's target as well. Both count from the root. */
  addLink(link: string, target: string): void {
    const name = path.posix.basename(link)
    for (const word of [...(this.through.get(name) ?? [])]) {
      const parts = word.split('/')
      this.addWord(path.posix.join(target, ...parts.slice(parts.indexOf(name) + 1)))
    }
    if (!this.isFolderNamed(link)) return
    this.folders.add(target)
    this.namedFolders = new Map()
  }

  /** Whether a text mentions a file (its path from the root). */
  file(file: string): boolean {
    if (this.all || this.isNamed(file)) return true
    return this.isFolderNamed(file.slice(0, Math.max(0, file.lastIndexOf('/')))) || this.programs.match(file)
  }

  /** Whether a text mentions a file by its name or a pattern, and not only a folder or a module that it belongs to. */
  isNamed(file: string): boolean {
    const name = nameIn(file)
    const written = this.written.get(name)
    if (written && [...written].some((word) => canBe(word, file, name))) return true
    return (UNUSUAL.test(name) && this.holds(name)) || this.patterns.match(file)
  }

  /** Whether commands take a submodule, get it from git, or name something in it. */
  usesModule(folder: string): boolean {
    if (this.all || this.updatesModules || this.isFolderNamed(folder)) return true
    const name = nameIn(folder)
    return [...(this.through.get(name) ?? [])].some((word) => goesInto(word, folder, name))
  }

  /** Whether a file is a list of packages that an installer or another list is given. */
  isList(file: string): boolean {
    return this.lists.match(nameIn(file))
  }

  /** As of `ToolFiles`, for the tools that texts name. */
  toolFile(file: string): string | undefined {
    return this.toolFiles.besideTool(file)
  }

  /** What may be a relative path, in the order in which it was found; those of programs first. */
  *paths(): Generator<string> {
    for (const words of this.written.values())
      for (const word of words) if (!word.startsWith('/') && !this.inData.has(word)) yield word
    for (const word of this.inData) if (!word.startsWith('/')) yield word
  }

  /** `written` is the whole command, `command` what is left of it without its targets. */
  private addCommand(written: string, command: string, takesFolders: boolean): void {
    const all = takesAll(written) ? wordsOf(written) : []
    const takesModules = TAKES_MODULES.test(command)
    const last = all.length - (TAKES_LAST.test(written) ? 0 : 1)
    // The last word is where a copy is put.
    if (
      all.slice(0, Math.max(0, last)).some((word) => /^(?:\.(?:\/\.?)?|(?:\.\/)?\*+(?:\/\*+)*)$/.test(word))
    )
      this.all = true
    const { folders, lists } = installedBy(command)
    this.takeInstalled(folders, lists)
    for (const word of wordsOf(command)) {
      this.addWord(word)
      if (takesModules) this.programs.addStem(plain(word).replace(/^\/+/, ''))
      if (takesFolders) this.addFolder(word, written)
    }
  }

  /** Adds the names into which a shell puts values: these can be any text. */
  private addFilled(text: string, takesFolders: boolean): void {
    // First commands, because they hold what separates commands: `setup-$(uname -s | tr A-Z a-z).sh`.
    for (const command of maskSubstitutions(text).split(COMMANDS)) {
      const filled = maskVariables(withoutTargets(command).replace(SETS, '?'))
      if (!/[*?]/.test(filled)) continue
      const takes = TAKES_FOLDERS.test(command) || (takesFolders && LATER.test(command))
      const { folders, lists } = installedBy(filled)
      this.takeInstalled(folders, lists)
      for (const word of wordsOf(filled)) {
        if (!/[*?]/.test(word)) continue
        this.addWord(word)
        if (takes) this.addFolder(word, command)
      }
    }
  }

  /** Adds what may be a folder that a command takes. */
  private addFolder(given: string, command: string): void {
    const word = plain(given).replace(/^\/+/, '')
    if (!/[*?]/.test(word)) this.folders.add(word)
    // A bare pattern of `find` chooses names, and takes no folder.
    else if (/[^*?./]/.test(word) && (word.includes('/') || !FINDS.test(command)))
      this.folderPatterns.add(`**/${word}`)
  }

  private addWord(given: string): void {
    // Texts consist of the same words for the most part.
    if (this.given.has(given)) return
    this.given.add(given)
    const word = plain(given)
    if (!/[^*?./]/.test(word)) return
    if (/[*?]/.test(word)) this.patterns.add(`**/${word.replace(/^\/+/, '')}`)
    else this.addName(word)
    if (given.includes('/')) this.programs.addStem(word.replace(/^\/+/, ''))
  }

  private addName(word: string): void {
    const name = nameIn(word)
    this.words.add(name)
    this.inData.delete(word)
    this.addWritten(word)
    this.toolFiles.add(name)
  }

  private addWritten(word: string): void {
    const [name = '', ...folders] = word.split('/').reverse()
    this.written.set(name, (this.written.get(name) ?? new Set()).add(word))
    for (const folder of folders) this.through.set(folder, (this.through.get(folder) ?? new Set()).add(word))
  }

  /** Whether a folder, or one above it, is one that a command takes: by its whole path or the end of it. */
  private isFolderNamed(folder: string): boolean {
    if (folder === '') return false
    const known = this.namedFolders.get(folder)
    if (known !== undefined) return known
    const parts = folder.split('/')
    const named =
      this.isFolderNamed(parts.slice(0, -1).join('/')) ||
      parts.some((_, at) => this.folders.has(parts.slice(at).join('/'))) ||
      this.folderPatterns.match(folder)
    this.namedFolders.set(folder, named)
    return named
  }

  private holds(name: string): boolean {
    for (const text of this.texts)
      if (text.includes(name) || text.replaceAll('\\', '').includes(name)) return true
    return false
  }
}
