import { entry } from './entry.ts'

/** What else helps where something cannot be written: Pristine's own data, or a project's lock. */
const OTHERWISE = {
  home: ', or choose another folder with PRISTINE_HOME',
  lock: '; where nobody may write, a complete lock is enough: run "pristine lock" elsewhere and commit the result',
}

/** What helps where something cannot be written, by the system's code that its reason begins with. */
function makeWritable(problem: string): string {
  if (/^EROFS\b/.test(problem)) return 'It is mounted read-only: mount it read-write'
  if (/^(?:ENOSPC|EDQUOT)\b/.test(problem)) return 'Free space there'
  return /^(?:EACCES|EPERM)\b/.test(problem)
    ? 'Give yourself permission to write there'
    : 'Free space there, or give yourself permission to write there'
}

/** What can go wrong with what a command was given, with the data folder, and inside. */
export const commandErrors = {
  usage: entry<{ problem: string; hint?: string }>({
    message: (d) => d.problem,
    why: () => 'The command was not understood.',
    hint: (d) => d.hint ?? 'See "pristine --help".',
    exit: 2,
  }),
  'consent-needed': entry<{ what: string; flag: string }>({
    message: (d) => `${d.what} needs your consent.`,
    why: () => 'Pristine cannot ask you: this is not a terminal, or --no-input or --json was given.',
    hint: (d) => `Give ${d.flag} to agree.`,
    exit: 2,
  }),
  'storage-failed': entry<{ path: string; problem: string; of?: 'home' | 'lock' }>({
    message: (d) => `${d.path} could not be written.`,
    // The system call and its path, which may be a temporary one, add nothing.
    why: (d) => d.problem.replace(/, \w+ '.*'$/s, ''),
    hint: (d) => `${makeWritable(d.problem)}${d.of === undefined ? '' : OTHERWISE[d.of]}.`,
    exit: 1,
  }),
  'output-failed': entry<{ problem: string }>({
    message: () => 'The output could not be written.',
    why: (d) => d.problem,
    hint: () => 'Free space where it is written to, and run again.',
    exit: 1,
  }),
  internal: entry<{ problem: string }>({
    message: () => 'Something went wrong inside Pristine.',
    why: (d) => d.problem,
    hint: () => 'Run again with -v and report what it prints.',
    exit: 1,
  }),
}
