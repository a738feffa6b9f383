import { maskVariables } from './mask-variables.ts'
import { nameIn, optionsAndWords } from './mentioned-words.ts'

/** What a command gives to an installer, as it is written. */
export interface Installed {
  /** Folders of which everything is installed. */
  folders: string[]
  /** What may be a list of packages. */
  lists: string[]
}

interface Installer {
  /** The words up to which a command is this one, options aside. */
  begin: RegExp[]
  /** Only where it installs for all (`-g`). */
  global?: true
  /** Whether it takes a word for a folder that is no path. */
  bare?: true
}

const CONDA = /^(?:conda|(?:micro)?mamba)$/
/** Those that are given folders whose content they copy, and those that are given lists of packages. */
const INSTALLERS: Installer[] = [
  { begin: [/^pip[\d.]*$/, /^(?:install|wheel|download)$/] },
  { begin: [/^pip-(?:sync|compile)$/] },
  { begin: [/^pipx$/, /^(?:install|inject)$/] },
  { begin: [/^uv$/, /^pip$/, /^(?:install|sync|compile)$/] },
  { begin: [/^uv$/, /^tool$/, /^install$/] },
  { begin: [/^uv$/, /^(?:add|build)$/] },
  { begin: [/^python[\d.]*$/, /^build$/] },
  { begin: [CONDA, /^(?:create|install|update)$/] },
  { begin: [CONDA, /^env$/, /^(?:create|update)$/] },
  { begin: [/^(?:npm|pnpm)$/, /^pack$/] },
  { begin: [/^(?:npm|pnpm|bun)$/, /^(?:i|install|add)$/], global: true },
  { begin: [/^yarn$/, /^global$/, /^add$/], global: true },
  { begin: [/^cpanm$/] },
  { begin: [/^opam$/, /^(?:install|pin)$/] },
  { begin: [/^nix$/, /^profile$/, /^(?:install|add)$/] },
  { begin: [/^R$/, /^CMD$/, /^INSTALL$/], bare: true },
  { begin: [/^helm$/, /^(?:install|upgrade|template|package)$/] },
  { begin: [/^ansible-galaxy$/, /^collection$/, /^(?:install|build)$/] },
]
/** A command without one of these words is none of them. */
const ANY = /pip|npm|mamba|\b(?:uv|python|conda|bun|yarn|CMD|helm|cpanm|opam|nix|chezmoi)|galaxy/

const GLOBAL = /^(?:-g|--global|global)$/
/** What follows is not copied: it is linked to, or is where something is put. */
const NOT_COPIED = /^(?:-e|--editable|-t|--target|--prefix|--root)$/
/** Only what others need is installed, and not what is in the folder. */
const ONLY_OTHERS = /^--(?:deps-only|installdeps|only-deps)$/
/** The folder is the value of an option, if it is a path, and in any case. */
const IS_PATH = /^--(?:from|with|spec)$/
const IS_FOLDER = /^(?:-S|--source|--find-links)$/
const OF_OPTIONS = /^(?:uvx?|pipx|chezmoi|pip[\d.]*)$/
/** Variables that name lists for pip and uv. */
const LIST_VARIABLES = /\b(?:PIP|UV)_(?:BUILD_)?(?:CONSTRAINT|REQUIREMENT|OVERRIDE)S?=/

const isPath = (word: string): boolean => word.includes('/') || /^\.{1,2}$/.test(word)

/**
 * What one command gives to an installer that copies it, such as `pip install libs/common`. What is linked to (`-e`) is not
 * among the folders.
 */
export function installedBy(command: string): Installed {
  const lists = LIST_VARIABLES.test(command) ? optionsAndWords(command) : []
  if (!ANY.test(command)) return { folders: [], lists }
  const folders: string[] = []
  // `@scope/name` is the name of a package.
  const words = optionsAndWords(command.replaceAll(/(?<=[\s"'])@[\w.-]+\/[\w.-]+/g, ' '))
  const isGlobal = words.some((word) => GLOBAL.test(word))
  const installers = INSTALLERS.filter(({ global }) => !global || isGlobal)
  const others = words.some((word) => ONLY_OTHERS.test(word))
  /** Those that the words before can be, and how many of their words these are. */
  let open: { installer: Installer; at: number }[] = []
  let begun: Installer | undefined
  let ofOptions = false
  let option = ''
  for (const word of words) {
    const name = nameIn(word)
    ofOptions ||= OF_OPTIONS.test(name)
    if (word.startsWith('-')) {
      // `-rlist.txt`
      if (begun && !word.startsWith('--')) lists.push(word.slice(2))
      option = word
      continue
    }
    if (ofOptions && (IS_FOLDER.test(option) || (IS_PATH.test(option) && isPath(word)))) folders.push(word)
    else if (begun) {
      lists.push(word)
      if (!others && !NOT_COPIED.test(option) && (begun.bare || isPath(word))) folders.push(word)
    } else {
      open = [...open, ...installers.map((installer) => ({ installer, at: 0 }))]
        .filter(({ installer, at }) => installer.begin[at]?.test(name))
        .map(({ installer, at }) => ({ installer, at: at + 1 }))
      begun = open.find(({ installer, at }) => at === installer.begin.length)?.installer
    }
    option = ''
  }
  return { folders, lists }
}

/** Whether an installer is given a variable, and not one in the name or the version of a package. */
export const installsVariable = (command: string): boolean => {
  if (!command.includes('$') || !ANY.test(command)) return false
  const masked = maskVariables(command)
  return installedBy(masked).lists.includes('*') && /[\s"']\*(?=[\s"']|$)/.test(masked)
}
