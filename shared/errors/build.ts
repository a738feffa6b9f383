import { entry } from './entry.ts'
import { at, listed, SEALED, said } from './wording.ts'

/** What can go wrong while a version is built. */
export const buildErrors = {
  'build-failed': entry<{
    file: string
    line?: number
    instruction?: string
    problem: string
    output: string[]
  }>({
    message: (d) => `${at(d)}: ${d.instruction ?? 'the build'} failed (${d.problem}).`,
    why: (d) => said(d.output, d.problem),
    hint: (d) => `Correct ${d.file} and run again; the environment is as it was.`,
    exit: 5,
  }),
  'hook-failed': entry<{ hook: string; command: string; code: number; output: string[]; sealed?: boolean }>({
    message: (d) => `${d.hook} failed with exit code ${d.code}: ${d.command}`,
    why: (d) => said(d.output, 'It printed nothing.'),
    hint: (d) => (d.sealed ? SEALED : 'Correct the command and run again; the environment is as it was.'),
    exit: 5,
  }),
  'input-changed': entry<{ inputs: string[]; hooks: string[] }>({
    message: (d) => `${listed(d.inputs)} changed while ${d.hooks.join(' and ')} ran.`,
    why: () => 'What the version holds may come from either content, so that it was discarded.',
    hint: (d) =>
      `Run it again; if it stays so, ${d.hooks.join(' or ')} changes an input of the version and has to leave it as it is.`,
    exit: 5,
  }),
  'hook-changes-inputs': entry<{ inputs: string[]; hook: string; builds: number }>({
    message: (d) => `${d.hook} changes ${listed(d.inputs)}, which is part of the version.`,
    why: (d) => `It changed while the hook ran, ${d.builds} builds in a row: each one asks for the next.`,
    hint: (d) =>
      `Let ${d.hook} leave it as it is ("npm ci" instead of "npm install", for example); the environment is as it was, and the next change is the next try.`,
    exit: 5,
  }),
  'agent-missing': entry<{ at: string; socket: string | null }>({
    message: (d) => `${d.at}: the build asks for your ssh agent, and there is none.`,
    why: (d) =>
      d.socket === null ? 'SSH_AUTH_SOCK is not set.' : `Nothing answers at ${d.socket} (SSH_AUTH_SOCK).`,
    hint: () =>
      'Start one and give it your key (eval "$(ssh-agent)"; ssh-add), then run again; the environment is as it was.',
    exit: 5,
  }),
  'buildkit-missing': entry<{ at: string; address: string }>({
    message: (d) => `${d.at}: secret and ssh mounts need BuildKit, which the engine does not have.`,
    why: (d) => `What answers at ${d.address} builds by itself, as Podman does.`,
    hint: () =>
      'Choose a Docker engine ("pristine doctor" shows those that are here), or do without the mount.',
    exit: 4,
  }),
}
