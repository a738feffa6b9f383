import { entry } from './entry.ts'
import { asItWas, at, listed } from './wording.ts'

/** The remedy for a problem in a definition's file, in an image's label, or in a feature that is not in the repository. */
function mend(d: { file: string; image?: string; feature?: string }, doing: string): string {
  const ofOthers =
    d.image !== undefined
      ? 'Use another image, or fix the label where it is set'
      : d.feature !== undefined
        ? 'Use another version of the feature, or report it to its authors'
        : undefined
  return `${ofOthers ?? doing}; ${asItWas(d)}.`
}

/** What helps where something cannot be an input. */
function makeReadable(problem: string): string {
  if (/chang/.test(problem)) return 'Run it again once nothing writes there any more.'
  const kind = /\bname\b/.test(problem)
    ? 'Rename it'
    : /permission|^E(?:ACCES|PERM)\b/i.test(problem)
      ? 'Give yourself permission to read it'
      : 'Make it a readable regular file'
  return `${kind}, or exclude it (from a build: in .dockerignore).`
}

/** What can go wrong with a definition, its inputs, and one that is proposed. */
export const definitionErrors = {
  'definition-missing': entry<{ path: string }>({
    message: (d) => `${d.path} has no definition.`,
    why: () => 'It has no devcontainer.json, no Dockerfile and no Containerfile.',
    hint: () =>
      'Run "pristine init": it looks at the files, proposes a definition, and writes it if you agree.',
    exit: 2,
  }),
  'definition-exists': entry<{ file: string }>({
    message: (d) => `${d.file} is there already.`,
    why: () => 'A definition is only proposed for a project that has none, and no file is ever replaced.',
    hint: (d) => `Use it as it is with "pristine up", or move ${d.file} away first.`,
    exit: 2,
  }),
  'proposal-changed': entry<{ path: string }>({
    message: () => 'The proposal is no longer the one that was shown.',
    why: (d) => `Files in ${d.path} changed meanwhile; nothing was written.`,
    hint: () => 'Look at the new one, and decide again.',
    exit: 1,
  }),
  'definition-ambiguous': entry<{ files: string[] }>({
    message: () => 'There are several definitions.',
    why: (d) => d.files.join(', '),
    hint: (d) => `Choose one with --definition ${d.files[0]}; "pristine up" remembers it.`,
    exit: 2,
  }),
  'definition-unknown': entry<{ choice: string; problem: string; others: string[] }>({
    message: (d) => `There is no definition ${d.choice}.`,
    why: (d) => d.problem,
    hint: (d) =>
      d.others.length > 0
        ? `Choose another one with --definition: ${listed(d.others)}.`
        : 'Run "pristine init": it looks at the files and proposes one.',
    exit: 2,
  }),
  'definition-invalid': entry<{
    file: string
    line?: number
    column?: number
    problem: string
    image?: string
    feature?: string
  }>({
    message: (d) => `${at(d)} cannot be used.`,
    why: (d) => d.problem,
    hint: (d) => mend(d, `Correct ${d.file}`),
    exit: 2,
  }),
  'definition-unsupported': entry<{
    file: string
    line?: number
    column?: number
    key: string
    reason?: string
    image?: string
    feature?: string
  }>({
    message: (d) => `${at(d)}: "${d.key}" is not supported yet.`,
    why: (d) => d.reason ?? 'Pristine does not silently ignore what it does not support.',
    hint: (d) => mend(d, `Remove it from ${d.file} for now`),
    exit: 2,
  }),
  'variable-missing': entry<{
    file: string
    line?: number
    column?: number
    name: string
    words: string
    /** The env files of the project that could give it a value. */
    files: string[]
    /** Whether only these files count, and not the environment. */
    fixed?: boolean
  }>({
    message: (d) => `${at(d)} needs a value for ${d.name}.`,
    why: (d) => d.words || 'It has no value, and no default.',
    hint: (d) =>
      d.fixed
        ? `Set ${d.name} in ${d.files.length > 0 ? listed(d.files) : 'the file .env'}: a value of your environment does not count where it decides what is built; ${asItWas(d)}.`
        : `Set ${d.name}, in the environment of this command${d.files.length > 0 ? ` or in ${listed(d.files)}` : ''}; ${asItWas(d)}.`,
    exit: 2,
  }),
  'env-file-unusable': entry<{ file: string; line?: number; problem: string }>({
    message: (d) => `${at(d)}, which "--env-file" names, cannot be used.`,
    why: (d) => d.problem,
    hint: () =>
      'Make it (often from an example beside it), with NAME=value in each line, in the folder of the project; or take "--env-file" out of "runArgs".',
    exit: 2,
  }),
  'input-unreadable': entry<{ path: string; problem: string }>({
    message: (d) => `${d.path} cannot be part of the version.`,
    why: (d) => d.problem,
    hint: (d) => makeReadable(d.problem),
    exit: 2,
  }),
}
