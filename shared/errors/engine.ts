import { describeRefusal, type SocketRefusal } from '../engine-state.ts'
import { entry } from './entry.ts'
import { absentHint } from './wording.ts'

/** What can go wrong with the engine: to find, install and ask it. */
export const engineErrors = {
  'engine-missing': entry<{ tried: string[] }>({
    message: () => 'No container engine was found.',
    why: (d) => `Nothing answers at ${d.tried.join(', ')}.`,
    hint: () => 'Start Docker, or set DOCKER_HOST to the engine to use.',
    exit: 4,
  }),
  'engine-forbidden': entry<{ address: string; refusal: SocketRefusal | null }>({
    message: (d) => `You may not use the engine at ${d.address}.`,
    why: (d) =>
      d.refusal ? `${describeRefusal(d.refusal)}.` : 'It refused the connection: permission denied.',
    hint: ({ address, refusal }) => {
      if (address.includes('podman'))
        return 'Start one of your own: "systemctl --user enable --now podman.socket".'
      if (refusal?.kind !== 'group')
        return 'Run "pristine doctor": it shows which engines there are, and what can be done.'
      return refusal.member
        ? `Log in again, or run "newgrp ${refusal.group}" in this terminal.`
        : `Add yourself to the group ("sudo usermod -aG ${refusal.group} $USER"), then log in again.`
    },
    exit: 4,
  }),
  'engine-not-docker': entry<{ address: string; answer: string }>({
    message: (d) => `What answers at ${d.address} is not a Docker engine.`,
    why: (d) => `It said: ${d.answer}.`,
    hint: () => 'Check DOCKER_HOST and the current Docker context ("docker context ls").',
    exit: 4,
  }),
  'engine-unreachable': entry<{ address?: string; problem: string }>({
    message: (d) => `The engine${d.address ? ` at ${d.address}` : ''} does not answer.`,
    why: (d) => d.problem,
    hint: () => 'Start or restart it, then try again.',
    exit: 4,
  }),
  'engine-unsupported': entry<{ address: string; reason: string }>({
    message: (d) => `The engine address ${d.address} is not supported.`,
    why: (d) => d.reason,
    hint: () =>
      'Correct it where it is set (DOCKER_HOST, the settings or a Docker context): a unix:// socket, a tcp:// or ssh:// address, or a Windows pipe.',
    exit: 4,
  }),
  'install-unsupported': entry<Record<string, never>>({
    message: () => 'Pristine cannot install an engine here.',
    why: () => 'It can install one on Debian and Ubuntu, for an administrator, where there is none.',
    hint: () => 'Run "pristine doctor": it shows what you can do instead.',
    exit: 4,
  }),
  'install-failed': entry<{ command: string; problem: string; output: string[] }>({
    message: (d) => `"${d.command}" failed.`,
    why: (d) => [d.problem, ...d.output].join('\n'),
    hint: () => 'Fix what it reports, then try again; what was installed stays.',
    exit: 4,
  }),
  'start-unsupported': entry<Record<string, never>>({
    message: () => 'Pristine cannot start an engine here.',
    why: () => 'It found none that can be started without an administrator.',
    hint: () => 'Run "pristine doctor": it shows what you can do instead.',
    exit: 4,
  }),
  'start-failed': entry<{ command: string; problem: string; output: string[] }>({
    message: (d) => `"${d.command}" failed.`,
    why: (d) => [d.problem, ...d.output].join('\n'),
    hint: () => 'Start the engine as you usually do, then try again.',
    exit: 4,
  }),
  'engine-refused': entry<{ while: string; problem: string }>({
    message: (d) => `The engine refused while ${d.while}.`,
    why: (d) => d.problem,
    hint: (d) => absentHint(d.problem) ?? 'Run again with -v to see the whole answer.',
    exit: 1,
  }),
  'engine-without-init': entry<{ problem: string }>({
    message: () => 'The engine lacks the init program, which is process 1 of a container.',
    why: (d) => d.problem,
    hint: () =>
      'Install it beside Podman ("sudo apt-get install catatonit", "sudo dnf install catatonit"), or set "init": false in the definition.',
    exit: 4,
  }),
  'disk-full': entry<{ while: string; problem: string }>({
    message: (d) => `The engine's disk was full while ${d.while}.`,
    why: (d) => d.problem,
    hint: () =>
      'Free space: "pristine clean" shows which old versions can go, "docker system df" what else is there.',
    exit: 1,
  }),
}
