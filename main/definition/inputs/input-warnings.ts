import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Definition, Warning } from '../../../shared/definition.ts'
import { listed } from '../../../shared/errors/wording.ts'
import type { InputFile, PlanFeature } from '../../../shared/plan.ts'
import type { ReadProject } from '../read-project.ts'
import type { Checkout } from './checkout.ts'
import { inContext } from './context-path.ts'
import { attributesOf } from './gitattributes.ts'
import { hiddenChangeWarnings } from './hidden-changes.ts'
import { incompleteWarnings } from './incomplete-inputs.ts'
import { missingInputs, type Wanted } from './missing-inputs.ts'
import { fromRoot, LOCK_NAME, type ProjectInputs } from './project-inputs.ts'
import { untrackedWarnings } from './untracked-inputs.ts'

/**
 * What is worth saying of inputs: above all those by which two clones of one commit can have two versions. `files` are
 * those of each service's build, `features` those of its features, `beside` the others; `wanted` asks for what builds and
 * features can read.
 */
export async function inputWarnings(
  checkout: Checkout,
  { definition, services, features: stored }: ReadProject,
  files: InputFile[][],
  features: PlanFeature[][],
  beside: ProjectInputs,
  wanted: Wanted[],
): Promise<Warning[]> {
  const namings = services.map(({ service }) =>
    inContext(service.source.kind === 'build' ? service.source.context : '.'),
  )
  const copied = namings.flatMap((named, at) => (files[at] ?? []).map(([name]) => named(name)))
  const ofFeatures = features
    .flat()
    .filter(({ id }) => !Object.hasOwn(stored, id))
    .flatMap(({ id, files }) => files.map(([name]) => path.posix.join(id, name)))
  const others = beside.inputs.flatMap(([name, , content]) => (content.startsWith('commit ') ? [] : [name]))
  const names = [...new Set([...copied, ...ofFeatures, ...others])]
  const all = [...names, ...textsOf(definition)]
  const attributes = await attributesOf(checkout, all)
  const missing = missingInputs(checkout, [...wanted, beside.wanted, wantedTexts(checkout, definition)])
  return [
    ...untrackedWarnings(beside.untracked),
    ...decidingWarnings(checkout, definition),
    ...incompleteWarnings(checkout, names, missing, attributes),
    ...hiddenChangeWarnings(checkout, all, attributes),
    ...ofTheirOwn(checkout, names),
    ...ofGitItself(names),
    ...textsOfTheirOwn(checkout, definition),
    ...onlyByCase(names),
    ...checkoutWarnings(checkout, beside),
  ]
}

/** The definition's texts, those included that would be read if they were there. */
function wantedTexts(checkout: Checkout, definition: Definition): Wanted {
  const texts = [...textsOf(definition), ...(definition.stack?.absent ?? [])]
  const wanted = new Set(texts.map((name) => fromRoot(checkout, name)))
  return (at) => wanted.has(at)
}

/** Variables that decide the version, in files that another clone has otherwise or not at all. */
function decidingWarnings({ tree, ...checkout }: Checkout, { stack }: Definition): Warning[] {
  const own = (stack?.deciding ?? []).filter(({ file }) => tree && !tree.has(fromRoot(checkout, file)))
  return [...Map.groupBy(own, ({ file }) => file)].map(([file, variables]) => {
    const names = listed(variables.map(({ variable }) => variable).sort())
    const message =
      `${names} in ${file} ${variables.length > 1 ? 'decide' : 'decides'} what the version is, and git does not track that ` +
      'file: a clone without it, or with other values, has another version. Set the value in the Compose file, or let git ' +
      'track the file.'
    return { code: 'variable-of-this-clone', message }
  })
}

/** The files whose texts are part of the plan, of which some may not be there. */
const textsOf = ({ file, services, stack }: Definition): string[] => [
  file,
  ...(stack?.files ?? []),
  path.posix.join(path.posix.dirname(file), LOCK_NAME),
  ...services.flatMap(({ source }) =>
    source.kind === 'build'
      ? [
          source.dockerfile,
          `${source.dockerfile}.dockerignore`,
          path.posix.join(source.context, '.dockerignore'),
        ]
      : [],
  ),
]

/** Inputs that no other clone has. */
function ofTheirOwn(checkout: Checkout, names: string[]): Warning[] {
  const { tree, folder } = checkout
  const at = (name: string): string => (folder === '' ? name : fromRoot(checkout, name))
  const own = tree ? names.filter((name) => !tree.has(at(name)) && !isGits(name)) : []
  if (own.length === 0) return []
  const message =
    `${listed(own)}: part of the version, and not tracked by git. A clone that has ${own.length > 1 ? 'them' : 'it'} ` +
    'otherwise, or not at all, has another version; a .dockerignore leaves out what no build needs.'
  return [{ code: 'input-of-this-clone', message }]
}

/** Further texts of a tracked definition that no other clone has: a Compose file that overrides, an ignore file. */
function textsOfTheirOwn({ root, tree, folder }: Checkout, definition: Definition): Warning[] {
  if (!tree?.has(fromRoot({ folder }, definition.file))) return []
  const own = textsOf(definition).filter((name) => {
    const at = fromRoot({ folder }, name)
    return path.posix.basename(name) !== LOCK_NAME && !tree.has(at) && existsSync(path.join(root, at))
  })
  if (own.length === 0) return []
  const message =
    `${listed(own)}: decides what the version is, and is not tracked by git. A clone that has ${own.length > 1 ? 'them' : 'it'} ` +
    'otherwise, or not at all, has another version.'
  return [{ code: 'text-of-this-clone', message }]
}

/** Git's own folder, or a file that leads to it: an input where something names it. */
function ofGitItself(names: string[]): Warning[] {
  const own = new Set(names.filter(isGits).map((name) => name.replace(/(^|\/)\.git\/.*$/s, '$1.git')))
  if (own.size === 0) return []
  const message =
    `${listed([...own])}: git's own folder is part of the version, and so every clone has another version, and each commit, ` +
    'fetch or checkout makes one. Name single values as build arguments instead of letting the build ask git.'
  return [{ code: 'input-of-git', message }]
}

const isGits = (name: string): boolean => name.split('/').includes('.git')

function onlyByCase(names: string[]): Warning[] {
  const seen = new Map<string, string>()
  const alike: string[] = []
  for (const name of names) {
    const folded = name.normalize('NFC').toLowerCase()
    const other = seen.get(folded)
    if (other !== undefined) alike.push(`${other} and ${name}`)
    seen.set(folded, name)
  }
  if (alike.length === 0) return []
  const message =
    `${listed(alike)} differ in case alone: where a file system does not tell them apart, as on macOS and Windows, only ` +
    'one of them exists, and the version is another one.'
  return [{ code: 'names-alike', message }]
}

function checkoutWarnings(
  { undecided, unanswered, unreadable }: Checkout,
  { cut }: ProjectInputs,
): Warning[] {
  const warnings: Warning[] = []
  if (unanswered.size > 0) {
    const message =
      `${listed([...unanswered])}: not part of the version, because git does not say whether it ignores ` +
      `${unanswered.size > 1 ? 'them' : 'it'}: it is missing, or took too long.`
    warnings.push({ code: 'git-silent', message })
  }
  if (undecided.size > 0) {
    const message =
      `${listed([...undecided])}: modified, with CRLF line ends. Git does not say how it would add them, so ` +
      'they are part of the version as they are; once they are committed it may be another one.'
    warnings.push({ code: 'line-ends-undecided', message })
  }
  if (unreadable) {
    const message =
      'Which files git tracks cannot be read here: ".git", or that of a submodule, leads nowhere or may not be read, or its ' +
      'index is split or sparse, or broken, and git does not answer. All files count as they are on this computer, so that ' +
      'another clone may have another version. "git status" says more.'
    warnings.push({ code: 'index-unreadable', message })
  }
  if (cut) {
    const message =
      'The search for the files that hooks can read was cut short: name what decides the version in ' +
      '"customizations.pristine.inputs".'
    warnings.push({ code: 'inputs-cut', message })
  }
  return warnings
}
