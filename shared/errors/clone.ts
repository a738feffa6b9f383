import { entry } from './entry.ts'
import { lastOutput } from './wording.ts'

/** What can go wrong while a repository is cloned, or a worktree of it made or removed. */
export const cloneErrors = {
  'clone-refused': entry<{ address: string; problem: string }>({
    message: (d) => `${d.address} is not cloned.`,
    why: (d) => d.problem,
    hint: () =>
      'Give an address such as https://host/owner/name.git or git@host:owner/name.git, and a branch after "#".',
    exit: 2,
  }),
  'git-missing': entry<{ remedy: string }>({
    message: () => 'Git is missing.',
    why: () => 'Pristine clones with your own git, and there is no program "git" in the PATH.',
    hint: (d) => d.remedy,
    exit: 1,
  }),
  'git-host-unknown': entry<{ host: string }>({
    message: (d) => `There is no host ${d.host}.`,
    why: () => 'Its name could not be resolved.',
    hint: () => 'Check the spelling of the address, the network and the VPN.',
    exit: 1,
  }),
  'git-unreachable': entry<{ host: string; output: string[] }>({
    message: (d) => `${d.host} could not be reached.`,
    why: (d) => lastOutput(d.output, 'The connection failed.'),
    hint: () => "Check the network, the VPN and git's proxy settings, then try again.",
    exit: 1,
  }),
  'git-authentication': entry<{ url: string; remedy: string; output: string[] }>({
    message: (d) => `You may not read ${d.url}, or there is no such repository.`,
    why: (d) => lastOutput(d.output, 'The server refused.'),
    hint: (d) => d.remedy,
    exit: 1,
  }),
  'repository-missing': entry<{ url: string; output: string[] }>({
    message: (d) => `There is no repository ${d.url}.`,
    why: (d) => lastOutput(d.output, 'The server does not have it, or does not show it to you.'),
    hint: () => 'Check the address; for a private repository, check that your account may read it.',
    exit: 1,
  }),
  'branch-missing': entry<{ url: string; reference: string; near: string[] }>({
    message: (d) => `${d.url} has no branch, tag or commit ${d.reference}.`,
    why: (d) => (d.near.length > 0 ? `Similar names: ${d.near.join(', ')}.` : 'There is no similar name.'),
    hint: (d) =>
      d.near[0] === undefined
        ? 'Leave it out to clone the default branch.'
        : `Perhaps you mean "#${d.near[0]}".`,
    exit: 1,
  }),
  'fork-failed': entry<{ branch: string; problem: string }>({
    message: (d) => `The worktree of ${d.branch} could not be made or removed.`,
    why: (d) => d.problem,
    hint: () => 'Fix what git reports ("git worktree list" shows the worktrees), then try again.',
    exit: 1,
  }),
  'destination-taken': entry<{ path: string; problem: string }>({
    message: (d) => `${d.path} is there already.`,
    why: (d) => d.problem,
    hint: () => 'Clone into another folder (--into DIR), or open this one as it is ("pristine up DIR").',
    exit: 1,
  }),
  'destination-unwritable': entry<{ path: string; problem: string }>({
    message: (d) => `${d.path} could not be written.`,
    why: (d) => d.problem,
    hint: () => 'Free space there or fix its permissions, or clone into another folder (--into DIR).',
    exit: 1,
  }),
  'clone-failed': entry<{ url: string; output: string[] }>({
    message: (d) => `${d.url} could not be cloned.`,
    why: (d) => lastOutput(d.output, 'Git gave no reason.'),
    hint: () => 'Try the same with "git clone"; nothing was left behind.',
    exit: 1,
  }),
}
