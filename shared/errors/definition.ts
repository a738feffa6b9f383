import { entry } from './entry.ts'
import { at } from './wording.ts'

/** What to do about what an image says of itself. */
const otherLabel = (image: string): string =>
  `Use another image than ${image}, or mend the label where that is built`

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
    hint: (d) => `Choose one with --definition ${d.files[0]}.`,
    exit: 2,
  }),
  'definition-invalid': entry<{
    file: string
    line?: number
    column?: number
    problem: string
    image?: string
  }>({
    message: (d) => `${at(d)} cannot be used.`,
    why: (d) => d.problem,
    hint: (d) =>
      d.image === undefined
        ? `Correct ${d.file}; nothing was changed.`
        : `${otherLabel(d.image)}; nothing was changed.`,
    exit: 2,
  }),
  'definition-unsupported': entry<{
    file: string
    line?: number
    column?: number
    key: string
    reason?: string
    image?: string
  }>({
    message: (d) => `${at(d)}: "${d.key}" is not supported yet.`,
    why: (d) => d.reason ?? 'Pristine does not ignore silently what it cannot do.',
    hint: (d) =>
      d.image === undefined
        ? `Do without it in ${d.file} for now; nothing was changed.`
        : `${otherLabel(d.image)}; nothing was changed.`,
    exit: 2,
  }),
  'input-unreadable': entry<{ path: string; problem: string }>({
    message: (d) => `${d.path} cannot be part of the version.`,
    why: (d) => d.problem,
    hint: () => 'Make it a readable regular file, or leave it out with .dockerignore.',
    exit: 2,
  }),
}
