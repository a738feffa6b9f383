import { entry } from './entry.ts'

/** What can go wrong with what a command was given, with the data folder, and inside. */
export const commandErrors = {
  usage: entry<{ problem: string; hint?: string }>({
    message: (d) => d.problem,
    why: () => 'The command was not understood.',
    hint: (d) => d.hint ?? 'See "pristine --help".',
    exit: 2,
  }),
  'consent-needed': entry<{ what: string; flag: string }>({
    message: (d) => `${d.what} needs your word.`,
    why: () => 'There is nobody to ask: this is no terminal, or --no-input or --json was given.',
    hint: (d) => `Give ${d.flag} to agree.`,
    exit: 2,
  }),
  'storage-failed': entry<{ path: string; problem: string }>({
    message: (d) => `${d.path} could not be written.`,
    why: (d) => d.problem,
    hint: () => 'Make room or permission there, or choose another folder with PRISTINE_HOME.',
    exit: 1,
  }),
  internal: entry<{ problem: string }>({
    message: () => 'Something went wrong inside Pristine.',
    why: (d) => d.problem,
    hint: () => 'Run again with -v and report what it prints.',
    exit: 1,
  }),
}
