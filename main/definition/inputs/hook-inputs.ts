import path from 'node:path'
import type { Hook, HookName } from '../../../shared/definition.ts'
import { LASTING_HOOKS } from '../devcontainer/content-hooks.ts'
import { KNOWN_LOCKFILES } from '../devcontainer/known-lockfiles.ts'
import { NamePatterns } from './name-patterns.ts'
import { PackageScripts, scriptsIn, tasksIn } from './package-scripts.ts'
import { Mentions } from './referenced-files.ts'

/** So many texts are searched for names, and so many times for those that they name: more are no setup of an environment. */
const MAX_TEXTS = 500
const MAX_ROUNDS = 30

/** Files that are searched for the names of further ones, however they were found. */
const SHELL =
  /(?:\.(?:sh|bash|zsh|fish|mk)|(?:^|\/)(?:GNUm|[Mm])akefile|(?:^|\/)\.?[Jj]ustfile|(?:^|\/)\.envrc)$/
const TEXT =
  /(?:\.(?:py|rb|pl|php|lua|[cm]?js|[cm]?ts|ps1)|(?:^|\/)(?:Gemfile|Rakefile|Taskfile(?:\.dist)?\.ya?ml|tox\.ini|composer\.json|\.npmrc|\.yarnrc(?:\.yml)?|\.gitmodules|[^/]*requirements[^/]*\.txt))$/
/** Lists of packages by their names. */
const LISTS = /(?:^|\/)(?:[^/]*requirements[^/]*\.txt|environment\.ya?ml)$/
/** Manifests whose dependencies can be folders. */
const MANIFESTS = /(?:^|\/)(?:pyproject\.toml|pixi\.toml|Pipfile)$/
/** Files with tasks beside what their tools install. */
const TASKS = /(?:^|\/)(?:\.?mise(?:\.[\w-]+)?|\.?mise\/(?:config|conf\.d\/)[^/]*|pyproject|pixi)\.toml$/
const PACKAGE_JSON = /(?:^|\/)package\.json$/
/** Files of JSON with scripts. */
const SCRIPTS = /(?:^|\/)(?:package\.json|deno\.jsonc?|devbox\.json)$/
/** Another text without an ending is taken for a shell's (`sh tools/setup`), unless a tool has it, such as a Dockerfile. */
const NO_ENDING = /(?:^|\/)(?![A-Z]\w*file$)[^/.]+$/
/** What people read: it mentions files, and no program reads them for that. */
const PROSE =
  /(?:\.(?:md|mdx|markdown|rst|adoc)|(?:^|\/)(?:README|LICEN[CS]E|COPYING|NOTICE|AUTHORS|CHANGELOG|CHANGES)[^/]*)$/i

/** Folders that hold what was installed or made, and those that are hidden: nothing in them is an input unless it is named. */
const OTHERS = /(?:^|\/)(?:node_modules|bower_components|vendor|venv|site-packages|target|\.[^/]+)\//
/** Scripts of a package.json that installing runs (npm-scripts(7)). */
const INSTALL_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'preprepare',
  'prepare',
  'postprepare',
  'prepublish',
  'dependencies',
]

/** The texts of the hooks whose work lasts, each as a shell would be given it; empty where there are none. */
export function contentHookTexts(hooks: Partial<Record<HookName, Hook[]>>): string[] {
  return LASTING_HOOKS.flatMap((name) => (hooks[name] ?? []).flatMap(hookTexts))
}

/** The texts of a command, each as a shell would be given it. */
export function hookTexts(hook: Hook): string[] {
  if (typeof hook === 'string') return [hook]
  return Array.isArray(hook) ? [hook.join(' ')] : Object.values(hook).flatMap(hookTexts)
}

/** A project in its repository. Paths count from the repository's root, with forward slashes. */
export interface HookScope {
  /** The project's folder; empty when it is the root. */
  folder: string
  /** Where texts can say that the project's folder is, such as its place in a container. */
  workspaces: readonly RegExp[]
  /** Every file that may be an input, links included. */
  files: Iterable<string>
  /** The submodules of the repository. */
  modules: readonly string[]
  /** The links among them, and where they lead. */
  links: ReadonlyMap<string, string>
  /** A file's text, of a file that is not `named` only if it `isSearched`; undefined for what is none. */
  read(file: string, named: boolean): string | undefined
}

/** What hooks can read. */
export interface HookInputs {
  files: string[]
  /** The submodules whose commit decides what hooks find. */
  modules: string[]
  mentions: Mentions
  /** Whether there were more texts than are searched. */
  cut: boolean
}

/**
 * The files that hooks can name: those that their texts mention, those that the scripts so found mention, and so on; of
 * the tools that they call the usual files, and all known lockfiles, in the project's folder or above it. Whether a file
 * is really read is not asked: one too many costs a build, one too few would give one version two contents.
 */
export function hookInputs(
  texts: string[],
  { folder, workspaces, files, modules, links, read }: HookScope,
): HookInputs {
  const mentions = new Mentions(workspaces)
  for (const text of texts) mentions.add(text, { shell: true })
  const rest = new Set(files)
  const found: string[] = []
  /** Of JSON and of TOML files. */
  const scripts = new PackageScripts()
  const tasks = new PackageScripts()
  const take = (file: string): void => {
    if (!rest.delete(file)) return
    found.push(file)
    const target = links.get(file)
    if (target !== undefined) take(target)
  }
  /** What links lead to that are named themselves. */
  const targets = new Set<string>()
  const isNamed = (file: string): boolean =>
    !PROSE.test(file) && !LOCKFILES.match(nameOf(file)) && (mentions.isNamed(file) || targets.has(file))
  /** Found by their folders or for a tool, and not named yet. */
  const unnamed = new Set<string>()
  let searched = 0
  /** The texts that were searched, and are no lists of packages so far. */
  const unlisted = new Map<string, string>()
  /** Whether it was one to be searched. */
  const search = (file: string, named: boolean): boolean => {
    const text = links.has(file) || searched === MAX_TEXTS ? undefined : read(file, named)
    if (text === undefined) return false
    searched++
    if (SCRIPTS.test(file)) scripts.add(scriptsIn(file, text))
    if (TASKS.test(file)) tasks.add(tasksIn(text))
    if (MANIFESTS.test(file)) mentions.addPackages(text, 'manifest')
    if (PACKAGE_JSON.test(file)) return true
    unlisted.set(file, text)
    if (SHELL.test(file) || /^#!.*sh\b/.test(text)) mentions.add(text, { shell: true })
    else if (text.startsWith('#!') || TEXT.test(file)) mentions.add(text, { shell: false })
    else if (NO_ENDING.test(file)) mentions.add(text, { shell: true })
    else if (named) mentions.addData(text)
    // All that is in it is searched once it is named.
    else return false
    return true
  }
  let known = 0
  for (let round = 0; ; round++) {
    for (const [link, target] of links) mentions.addLink(link, target)
    for (const text of INSTALL_SCRIPTS.flatMap((name) => scripts.named(name)))
      mentions.add(text, { shell: true })
    // A script may call another one, whose name is then one of these words.
    for (const name of mentions.words)
      for (const text of [...scripts.runBy(name), ...tasks.named(name)]) mentions.add(text, { shell: true })
    for (const [file, text] of unlisted)
      if (LISTS.test(file) || mentions.isList(file)) {
        unlisted.delete(file)
        mentions.addPackages(text, 'list')
      }
    if (mentions.size === known || round === MAX_ROUNDS)
      return {
        files: found,
        modules: modules.filter((module) => mentions.usesModule(module)),
        mentions,
        cut: round === MAX_ROUNDS || searched === MAX_TEXTS,
      }
    known = mentions.size
    const next = found.length
    for (const file of rest) {
      const unasked = LOCKFILES.match(nameOf(file)) ? file : mentions.toolFile(file)
      if ((unasked !== undefined && isNear(unasked, folder)) || mentions.file(file)) take(file)
    }
    for (const [link, target] of links) if (mentions.isNamed(link) || targets.has(link)) targets.add(target)
    for (const file of [...unnamed, ...found.slice(next)]) {
      const named = isNamed(file)
      if (!named && unnamed.has(file)) continue
      unnamed.delete(file)
      if (!search(file, named) && !named) unnamed.add(file)
    }
  }
}

/** Whether a file is searched for names even if none names it, by its name and its first characters. */
export const isSearched = (file: string, head: string): boolean =>
  head.startsWith('#!') || [SHELL, TEXT, SCRIPTS, TASKS, LISTS, MANIFESTS].some((kind) => kind.test(file))

/** Whether a file is where a tool finds it that runs in the project's folder or below: there, or right in one above. */
function isNear(file: string, folder: string): boolean {
  if (folder !== '' && !file.startsWith(`${folder}/`)) {
    const above = path.posix.dirname(file)
    return above === '.' || folder.startsWith(`${above}/`)
  }
  return !OTHERS.test(folder === '' ? file : file.slice(folder.length + 1))
}

const LOCKFILES = new NamePatterns(KNOWN_LOCKFILES)
const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1)
