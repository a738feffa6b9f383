import { entry } from './entry.ts'
import { lastOutput, listed } from './wording.ts'

/** What can go wrong with versions and their history. */
export const versionErrors = {
  'version-unknown': entry<{ wanted: string; known: string }>({
    message: (d) => `There is no version ${d.wanted}.`,
    why: (d) => `There are ${d.known}.`,
    hint: () => 'Run "pristine versions" to see them.',
    exit: 2,
  }),
  'version-none': entry<{ name: string }>({
    message: (d) => `${d.name} has no version to go back to yet.`,
    why: () => 'None of the versions that are kept has become ready.',
    hint: () => 'Run "pristine up" first.',
    exit: 1,
  }),
  'version-gone': entry<{ ordinal: number | null; missing?: string[] }>({
    message: (d) =>
      d.missing
        ? `v${d.ordinal} cannot be built again: its recipe is incomplete.`
        : `The image of ${d.ordinal === null ? 'the environment' : `v${d.ordinal}`} is no longer on the engine.`,
    why: (d) =>
      d.missing
        ? `Missing: ${listed(d.missing)}.`
        : 'It was removed from the engine, for example by a prune.',
    hint: (d) =>
      d.missing
        ? `Check out the commit of v${d.ordinal} and run "pristine up"; the lock gives the same base images.`
        : d.ordinal === null
          ? 'Run "pristine up": it builds what the checkout says.'
          : `Run "pristine reset --to v${d.ordinal}": it builds the image again from its recipe.`,
    exit: 1,
  }),
  'version-unproven': entry<{ ordinal: number }>({
    message: (d) => `v${d.ordinal} cannot be marked as known-good.`,
    why: () =>
      'No environment of it is known to have become ready, so there is nothing proven to go back to.',
    hint: (d) => `Run "pristine reset --to v${d.ordinal}" first; when it becomes ready, it can be marked.`,
    exit: 1,
  }),
  'rebuild-failed': entry<{ ordinal: number; problem: string; output: string[] }>({
    message: (d) => `v${d.ordinal} could not be built again from its recipe: ${d.problem}`,
    why: (d) => lastOutput(d.output, 'What it fetches may no longer be what it was.'),
    hint: (d) =>
      `Check out the commit of v${d.ordinal}, correct its definition there and run "pristine up"; the environment is as it was.`,
    exit: 5,
  }),
  'version-in-use': entry<{ ordinal: number; reason: string }>({
    message: (d) => `v${d.ordinal} is not removed.`,
    why: (d) => `It is ${d.reason}.`,
    hint: () => 'Leave it out; nothing was removed.',
    exit: 1,
  }),
  'plan-lost': entry<{ version: string }>({
    message: (d) => `The plan of ${d.version} is not on this computer.`,
    why: () =>
      'Plans are kept in the data folder. It was cleaned up ("pristine rm --versions", "pristine clean"), removed or damaged; without its plan a version can be neither compared nor started.',
    hint: () =>
      'Run "pristine up": what the checkout says is planned again. For an older version, check out its commit first.',
    exit: 1,
  }),
  'version-mismatch': entry<{ problem: string }>({
    message: () => 'What is here is not what the checkout says.',
    why: (d) => d.problem,
    hint: () => 'Run "pristine up" to build and run what the checkout says.',
    exit: 8,
  }),
  'ledger-unreadable': entry<{ file: string; problem: string }>({
    message: (d) => `The history ${d.file} cannot be read.`,
    why: (d) => d.problem,
    hint: (d) => `Make ${d.file} readable, or move it away: the versions are then taken from the engine.`,
    exit: 1,
  }),
}
