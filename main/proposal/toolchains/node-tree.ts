import type { Because } from '../draft/draft.ts'
import { keysAt, textAt, valueAt } from '../draft/parsed-values.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import type { Packages } from './node-packages.ts'

/** Programs that look for packages in the project's own folder only, or serve files from there only. */
const FOLDER_ONLY = [
  ...['next', 'nuxt', 'vite', 'astro', 'gatsby', 'expo', 'react-native', 'react-scripts', 'parcel'],
  ...[
    '@angular/cli',
    '@remix-run/dev',
    '@sveltejs/kit',
    '@vue/cli-service',
    'vitepress',
    'storybook',
    'electron',
  ],
]
/** Scripts that the installation itself runs, in a folder that has all the sources. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare']
/** Sets up git, and does nothing where there is none. */
const HARMLESS = /^husky(?: install)?(?: \|\| true)?$/
const LOCAL = /^(?:file|link|portal|workspace|patch):|^\.{0,2}\//

/** Why packages are in the project's folder, and whether what is installed there is decided by files that tools read. */
export interface InFolder extends Because {
  isDecided: boolean
}

/**
 * Why the packages of a project have to be in its folder; undefined if they need not. What is installed from the
 * project's own sources, or by its own scripts, changes with them.
 */
export function whyInFolder(
  look: ProjectReader,
  manifest: unknown,
  names: string[],
  packages: Packages,
): InFolder | undefined {
  const from = look.path('package.json')
  if (!packages.locked) {
    const reason = 'There is no lockfile yet, and the installation writes it.'
    return { reason, from, isDecided: false }
  }
  const ofSources = takesSources(look, manifest)
  const because = ofSources ?? whyNowhereElse(look, manifest, names, packages)
  return because && { ...because, isDecided: ofSources === undefined }
}

function whyNowhereElse(
  look: ProjectReader,
  manifest: unknown,
  names: string[],
  { manager }: Packages,
): Because | undefined {
  const from = look.path('package.json')
  if (valueAt(manifest, 'workspaces') !== undefined || look.has('pnpm-workspace.yaml')) {
    return { reason: 'The packages of its workspaces are linked to each other.', from }
  }
  if (manager === 'berry') return { reason: 'Yarn looks for what it installed in the folder.', from }
  const program = FOLDER_ONLY.find((name) => names.includes(name))
  if (program !== undefined)
    return { reason: `${program} looks for packages in the project's own folder.`, from }
  if (look.first('.npmrc', '.yarnrc', 'bunfig.toml') !== undefined) {
    return {
      reason: 'The settings of the installation lie in the folder, and may hold what no image should.',
      from,
    }
  }
  return undefined
}

function takesSources(look: ProjectReader, manifest: unknown): Because | undefined {
  const from = look.path('package.json')
  const script = INSTALL_SCRIPTS.find((name) => {
    const text = textAt(manifest, 'scripts', name)
    return text !== undefined && !HARMLESS.test(text.trim())
  })
  if (script !== undefined)
    return { reason: `The installation runs the project's own "${script}" script.`, from }
  const local = ['dependencies', 'devDependencies', 'optionalDependencies'].find((group) =>
    keysAt(manifest, group).some((name) => LOCAL.test(textAt(manifest, group, name) ?? '')),
  )
  if (local !== undefined) return { reason: `Some of its ${local} are folders of the project.`, from }
  if (look.matching(/^patches\//).length > 0)
    return { reason: 'Packages are patched from the folder "patches".', from }
  return undefined
}
