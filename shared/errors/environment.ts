import { entry } from './entry.ts'
import { absentHint, asItWas, lastOutput, listed, sealedHint } from './wording.ts'

/** What can go wrong while an environment is started and used. */
export const environmentErrors = {
  'not-ready': entry<{
    seconds: number
    check: string
    output: string[]
    sealed?: boolean
    /** Whether it had been ready, and goes on running as it is. */
    wasReady?: true
  }>({
    message: (d) =>
      d.wasReady
        ? `The environment runs, and did not become healthy within ${d.seconds} s: ${d.check}.`
        : `The environment was not ready after ${d.seconds} s: ${d.check}.`,
    why: (d) => lastOutput(d.output, 'Its program printed nothing.'),
    hint: (d) =>
      d.wasReady
        ? 'See "pristine logs". "pristine restart" starts its programs again, "pristine reset" replaces it by a fresh one.'
        : d.sealed
          ? sealedHint(d)
          : `Correct the program or its health command, and run again; ${asItWas(d)}.`,
    exit: 6,
  }),
  'container-exited': entry<{
    service: string
    code: number
    reason: string
    /** Whether it was killed for using too much memory, as far as the engine reports it. */
    memory: boolean
    output: string[]
    sealed?: boolean
    /** Whether another program could keep the container alive. */
    replaceable?: boolean
    /** The restart policy of its Compose file. */
    restart?: string
  }>({
    message: (d) => `${d.service} ended with exit code ${d.code}${d.reason}.`,
    why: (d) => lastOutput(d.output, 'It printed nothing.'),
    hint: (d) =>
      d.sealed
        ? sealedHint(d)
        : d.memory
          ? `Give it more memory ("--memory" in "runArgs", or the engine's own limit), or let it use less; ${asItWas(d)}.`
          : `${d.restart === undefined ? 'Correct' : `Pristine does not restart it, whatever "restart: ${d.restart}" says: if it needs another service, let it wait for that with "condition: service_healthy" in "depends_on". Otherwise correct`} the program or its command${d.replaceable ? ', or set "overrideCommand": true in devcontainer.json, which keeps the container alive without it' : ''}, and run again; ${asItWas(d)}.`,
    exit: 6,
  }),
  'service-without-check': entry<{ service: string }>({
    message: (d) =>
      `Another service waits until ${d.service} is healthy, and ${d.service} has no health check.`,
    why: () => 'Its image has none, and neither has its Compose file.',
    hint: (d) => `Add a "healthcheck" to ${d.service}, or wait for "service_started"; ${asItWas(d)}.`,
    exit: 6,
  }),
  'networks-exhausted': entry<{ names: string[] }>({
    message: () => 'The engine has no addresses left for another network.',
    why: (d) =>
      d.names.length > 0
        ? `${listed(d.names)} are networks of environments that are stopped.`
        : 'Each network takes a part of its address pools, which hold some thirty of them.',
    hint: (d) =>
      d.names.length > 0
        ? `Remove environments that you do not need ("pristine rm" in their folders); ${asItWas(d)}.`
        : `Remove networks that nothing uses ("docker network prune"), or give the engine larger pools ("default-address-pools"); ${asItWas(d)}.`,
    exit: 6,
  }),
  'container-not-started': entry<{ service: string; problem: string }>({
    message: (d) => `${d.service} could not be started.`,
    why: (d) => d.problem,
    hint: (d) =>
      /rlimit/.test(d.problem)
        ? 'The engine may not set a limit that high: take "--ulimit" out of "runArgs", or let it ask for less.'
        : /unable to apply caps/.test(d.problem)
          ? 'The engine itself has fewer rights on its computer than the definition asks for ("privileged", "capAdd", or a feature with them): do without them, or use an engine that has these rights.'
          : /join .{1,40}of a non.running container|container \S+ is not running/i.test(d.problem)
            ? 'The container that the definition joins does not run: start it, or take the option out of the definition.'
            : (absentHint(d.problem) ??
              'Check the command, the entry point and the mounts of the definition.'),
    exit: 6,
  }),
  'mount-source-missing': entry<{ source: string; target?: string }>({
    message: (d) =>
      `The definition mounts ${d.source}${d.target === undefined ? '' : ` at ${d.target}`}, which does not exist.`,
    why: () => 'A folder or file of this computer has to be there before it can be mounted.',
    hint: (d) =>
      `Make ${d.source}, or take the mount out of the definition if this computer has no use for it; ${asItWas(d)}.`,
    exit: 6,
  }),
  'mount-without-place': entry<{ service: string; target: string; problem: string }>({
    message: (d) => `${d.service} could not be started: there is no place for the mount at ${d.target}.`,
    why: (d) => `The folder around it is read-only, so that the engine cannot make it: ${d.problem}`,
    hint: (d) => `Make that folder once where it can be written, or mount elsewhere; ${asItWas(d)}.`,
    exit: 6,
  }),
  'shell-missing': entry<{ service: string; hook?: string; once?: boolean }>({
    message: (d) =>
      d.hook === undefined
        ? `The image of ${d.service} has no /bin/sh, so that its container cannot be kept alive.`
        : `The image of ${d.service} has no /bin/sh, in which ${d.hook} would run.`,
    why: (d) =>
      d.hook === undefined
        ? 'Where the image runs no program of its own, Pristine runs a shell that waits, and hooks run in one.'
        : 'A command that is written as one text runs in a shell.',
    hint: (d) =>
      d.hook !== undefined
        ? 'Write it as a list of words (["program", "argument"]), which needs no shell, or use an image with a shell.'
        : d.once
          ? 'Use an image with a shell; or give the command by "pristine exec" to an environment that runs.'
          : 'Let the image run its own program ("overrideCommand": false, and a CMD in the Dockerfile), or use an image with a shell.',
    exit: 6,
  }),
  'remote-user-missing': entry<{ user: string; service: string; users: string[] }>({
    message: (d) => `${d.service} has no user "${d.user}".`,
    why: (d) =>
      `Its program or its commands are to run as that user ("containerUser", "remoteUser"). The image has ${listed(d.users) || 'none that a person would use'}.`,
    hint: (d) => `Name a user of the image in the definition, or add one in the Dockerfile; ${asItWas(d)}.`,
    exit: 6,
  }),
  'workspace-missing': entry<{ folder: string; service: string }>({
    message: (d) => `${d.service} started, but has no folder ${d.folder}.`,
    why: () =>
      'The definition says that commands run there, and neither its image nor a mount has that folder.',
    hint: () => 'Name a folder that is there in "workspaceFolder", or mount one with "workspaceMount".',
    exit: 6,
  }),
  'programs-unfound': entry<{ service: string; path: string }>({
    message: (d) => `${d.service} started, but its commands find no program: their PATH is ${d.path}.`,
    why: () => 'None of these folders exists, not even those where the image has its own programs.',
    hint: () =>
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this.
      'Keep the folders of the image: set "PATH" in "remoteEnv" ("/opt/tools/bin:${containerEnv:PATH}") and not in "containerEnv", or by ENV in the Dockerfile ("ENV PATH=/opt/tools/bin:$PATH").',
    exit: 6,
  }),
  'output-endless': entry<{ program: string }>({
    message: (d) => `${d.program} in the container printed more than 4 MB, and was ended.`,
    why: () => 'It was run for a short answer.',
    hint: (d) =>
      `See what ${d.program} is in the image, and what the start-up files of its user's shell do; ${asItWas(d)}.`,
    exit: 6,
  }),
  'container-stuck': entry<{ service: string; problem: string }>({
    message: (d) => `The engine cannot start ${d.service} again: it was lost while it started.`,
    why: (d) => d.problem,
    hint: () => 'Run "pristine up": it replaces the container by a fresh one and keeps the data.',
    exit: 6,
  }),
  'content-gone': entry<{ service: string; target: string; problem: string }>({
    message: (d) => `${d.service} could not be started: what its hooks made at ${d.target} was removed.`,
    why: (d) =>
      `It lay in a volume of the container, which somebody removed from the engine's disk: ${d.problem}`,
    hint: () => 'Run "pristine up": it replaces the container by a fresh one, which has it from the image.',
    exit: 6,
  }),
  'not-restored': entry<{
    failed: string
    why: string
    /** Whether a new container still runs on what the old ones need. */
    isBlocked?: boolean
  }>({
    message: (d) => `${d.failed} What ran before could not be started again, and is stopped.`,
    why: (d) =>
      d.isBlocked
        ? `A new container runs on what it needs, and the engine did not remove it: ${d.why}`
        : `Started again: ${d.why}`,
    hint: (d) =>
      d.isBlocked
        ? 'Run "pristine up" again, after a restart of the engine if it still refuses: it first removes the new container; data stays.'
        : 'Both may fail for the same reason, such as data that the new one changed. Correct it and run "pristine up", or ' +
          '"pristine restart" for what ran before; data stays.',
    exit: 6,
  }),
  'port-taken': entry<{
    port: number
    container: number
    holder?: string
    /** Whether the definition says that it must be this port. */
    fixed: boolean
  }>({
    message: (d) => `Port ${d.port} on this computer is taken.`,
    why: (d) => `${d.holder ?? 'Another program'} holds it, and container port ${d.container} needs it.`,
    hint: (d) =>
      d.fixed
        ? 'Stop what holds it (an environment with "pristine stop" in its folder), or use "forwardPorts" without "requireLocalPort" so that another one can be chosen.'
        : 'Run "pristine up": it takes another port.',
    exit: 6,
  }),
  'environment-not-running': entry<{ name: string }>({
    message: (d) => `The environment of ${d.name} is not running.`,
    why: () => 'The command needs a running container.',
    hint: () => 'Run "pristine up" first.',
    exit: 1,
  }),
  'environment-elsewhere': entry<{ name: string; home: string }>({
    message: (d) => `The environment of ${d.name} belongs to another Pristine on this engine.`,
    why: (d) => `It was made with the data folder ${d.home}, whose history has it.`,
    hint: (d) =>
      `Run the command with PRISTINE_HOME=${d.home}; or remove the environment there with "pristine rm" first.`,
    exit: 1,
  }),
  'environment-paused': entry<{ name: string }>({
    message: (d) => `The environment of ${d.name} is paused.`,
    why: () => 'Somebody paused its container, for example with "docker pause": nothing can run in it.',
    hint: () => 'Run "pristine up": it goes on where it was.',
    exit: 1,
  }),
  'removed-meanwhile': entry<{ problem: string }>({
    message: () => 'What the environment needs was removed meanwhile.',
    why: (d) => `${d.problem}, for example by a prune.`,
    hint: () => 'Run "pristine up" again: it builds what is missing. Data stays.',
    exit: 1,
  }),
  'terminal-unknown': entry<{ id: string }>({
    message: (d) => `There is no terminal ${d.id}.`,
    why: () => 'It was closed, or the program that kept it was restarted.',
    hint: () => 'Open another one.',
    exit: 2,
  }),
}
