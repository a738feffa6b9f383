import { describeLeftOut, type LeftOut } from './clone.ts'
import { SECRET_NAME } from './definition.ts'
import { describeRefusal, type SocketRefusal } from './engine-state.ts'
import type { ErrorReport } from './operation.ts'
import { type Capability, describeCapability, describeOther, type OtherSheet } from './trust.ts'

/**
 * Every failure that a person may meet: what happened (`message`), why, what to do next (`hint`), and the command
 * line's exit code.
 * `exit`: 1 failed, 2 usage, 3 lock, 4 engine, 5 build, 6 not ready, 7 not trusted, 8 mismatch, 130 interrupted.
 */
const at = (d: { file: string; line?: number; column?: number }): string =>
  d.line === undefined ? d.file : `${d.file}:${d.line}${d.column === undefined ? '' : `:${d.column}`}`

/** The last lines that a program printed, the rest in short. */
const said = (output: string[], otherwise: string): string =>
  output.length > 0 ? output.join('\n') : otherwise

const SEALED =
  'The environment is sealed: only the workspace, volumes and tmpfs can be written. Mount one there, or write in ' +
  'onCreateCommand, which is part of the image; the environment is as it was.'

/** The first of a list of names, and how many more there are. */
const listed = (names: string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')

/** What to do about what an image says of itself. */
const otherLabel = (image: string): string =>
  `Use another image than ${image}, or mend the label where that is built`

interface Entry<D> {
  message(data: D): string
  why(data: D): string
  hint(data: D): string
  exit: number
}
const entry = <D>(e: Entry<D>): Entry<D> => e

const ERRORS = {
  // The project and its definition
  'project-missing': entry<{ path: string; meant?: string }>({
    message: (d) => `There is no folder ${d.path}.`,
    why: () => 'The path does not exist, or is a file.',
    hint: (d) =>
      d.meant === undefined
        ? 'Give the folder of a project, or run the command inside one.'
        : `If you mean the repository, give its whole address: ${d.meant}`,
    exit: 2,
  }),
  'project-unknown': entry<{ key: string }>({
    message: (d) => `There is no project ${d.key}.`,
    why: () => 'It was never opened on this computer, or it was taken off the list.',
    hint: () => 'Open its folder first.',
    exit: 2,
  }),
  'clone-refused': entry<{ address: string; problem: string }>({
    message: (d) => `${d.address} is not cloned.`,
    why: (d) => d.problem,
    hint: () =>
      'Give an address such as https://host/owner/name.git or git@host:owner/name.git, and a branch after "#".',
    exit: 2,
  }),
  'git-missing': entry<{ remedy: string }>({
    message: () => 'Git is missing.',
    why: () => 'Cloning is done by your own git, and there is no program "git" in the PATH.',
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
    why: (d) => said(d.output, 'The connection failed.'),
    hint: () => "Check the network, the VPN and git's proxy settings, then try again.",
    exit: 1,
  }),
  'git-authentication': entry<{ url: string; remedy: string; output: string[] }>({
    message: (d) => `You may not read ${d.url}, or there is no such repository.`,
    why: (d) => said(d.output, 'The server refused.'),
    hint: (d) => d.remedy,
    exit: 1,
  }),
  'repository-missing': entry<{ url: string; output: string[] }>({
    message: (d) => `There is no repository ${d.url}.`,
    why: (d) => said(d.output, 'The server does not have it, or does not show it to you.'),
    hint: () => 'Check the address; for a private repository, check that your account may read it.',
    exit: 1,
  }),
  'branch-missing': entry<{ url: string; reference: string; near: string[] }>({
    message: (d) => `${d.url} has no branch, tag or commit ${d.reference}.`,
    why: (d) => (d.near.length > 0 ? `Names near to it: ${d.near.join(', ')}.` : 'No name is near to it.'),
    hint: (d) =>
      d.near[0] === undefined ? 'Leave it out for the usual branch.' : `Perhaps you mean "#${d.near[0]}".`,
    exit: 1,
  }),
  'fork-failed': entry<{ branch: string; problem: string }>({
    message: (d) => `The worktree of ${d.branch} could not be made or removed.`,
    why: (d) => d.problem,
    hint: () => 'Mend what git says ("git worktree list" shows those that there are), then try again.',
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
    hint: () => 'Make room or permission there, or clone into another folder (--into DIR).',
    exit: 1,
  }),
  'clone-failed': entry<{ url: string; output: string[] }>({
    message: (d) => `${d.url} could not be cloned.`,
    why: (d) => said(d.output, 'Git ended without a reason.'),
    hint: () => 'Try the same with "git clone"; nothing was left behind.',
    exit: 1,
  }),
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
  'not-trusted': entry<{
    name: string
    fingerprint: string
    asked: Capability[]
    origin: 'folder' | 'clone'
    leftOut: LeftOut | null
    other: OtherSheet | null
  }>({
    message: (d) =>
      d.origin === 'clone'
        ? `${d.name} is a clone that nobody trusted yet, or it asks for more than it was granted.`
        : `${d.name} asks for more than its own folder, volumes and ports.`,
    why: (d) =>
      [
        'It asks for:',
        ...d.asked.map(describeCapability),
        ...(d.leftOut ? [`Fetched once it is trusted: ${describeLeftOut(d.leftOut)}`] : []),
        ...(d.other ? describeOther(d.other) : []),
      ].join('\n'),
    hint: (d) =>
      `Nothing was changed. To grant exactly this, give --trust ${d.fingerprint} to up, watch, run or reset.`,
    exit: 7,
  }),
  'trust-outdated': entry<{ name: string }>({
    message: (d) => `What ${d.name} asks for is no longer what was shown.`,
    why: () => 'The definition or the remote changed after the sheet was made; nothing was granted.',
    hint: () => 'Look at it again with "pristine trust".',
    exit: 7,
  }),
  'input-unreadable': entry<{ path: string; problem: string }>({
    message: (d) => `${d.path} cannot be part of the version.`,
    why: (d) => d.problem,
    hint: () => 'Make it a readable regular file, or leave it out with .dockerignore.',
    exit: 2,
  }),

  // The lock
  'lock-outdated': entry<{ file: string; reference: string; problem: 'missing' | 'unused' }>({
    message: (d) => `${d.file} does not match the definition.`,
    why: (d) =>
      d.problem === 'missing'
        ? `It does not pin ${d.reference}.`
        : `It pins ${d.reference}, which the definition no longer uses.`,
    hint: () => 'Run "pristine lock" and commit the result.',
    exit: 3,
  }),
  'lock-invalid': entry<{ file: string; problem: string }>({
    message: (d) => `${d.file} is not a lock that can be read.`,
    why: (d) => d.problem,
    hint: (d) => `Take ${d.file} back from version control, or delete it and run "pristine lock".`,
    exit: 3,
  }),
  'reference-unknown': entry<{ reference: string; registry: string; at?: string }>({
    message: (d) => `${d.at ? `${d.at}: the` : 'The'} image ${d.reference} was not found.`,
    why: (d) => `${d.registry} does not have it, or does not show it to you.`,
    hint: (d) => `Check the spelling; for a private image, log in with "docker login ${d.registry}".`,
    exit: 1,
  }),
  'registry-unreachable': entry<{ reference: string; problem: string }>({
    message: (d) => `The registry of ${d.reference} could not be asked.`,
    why: (d) => d.problem,
    hint: () =>
      "Check the network and the engine's proxy settings; what is already locked starts without it.",
    exit: 1,
  }),
  'registry-busy': entry<{ registry: string; problem: string }>({
    message: (d) => `${d.registry} asks to wait: too many requests.`,
    why: (d) => d.problem,
    hint: (d) => `Try again in some minutes, or log in with "docker login ${d.registry}" for a higher limit.`,
    exit: 1,
  }),
  'registry-content': entry<{ reference: string; problem: string }>({
    message: (d) => `The registry gave other content for ${d.reference} than the lock pins.`,
    why: (d) => d.problem,
    hint: () =>
      'Try again; if it stays so, the registry or a proxy before it is damaged. Nothing was changed.',
    exit: 1,
  }),
  'download-failed': entry<{ url: string; problem: string }>({
    message: (d) => `${d.url} could not be downloaded.`,
    why: (d) => d.problem,
    hint: () => 'Check the address in the Dockerfile and the network.',
    exit: 1,
  }),
  'download-changed': entry<{ url: string; from: string; to: string }>({
    message: (d) => `${d.url} no longer has the locked content.`,
    why: (d) => `Locked was ${d.from}; it is ${d.to} now.`,
    hint: (d) => `If the change is wanted, run "pristine lock --update ${d.url}".`,
    exit: 3,
  }),

  // The engine
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
      'Correct it where it stands (DOCKER_HOST, the settings or a Docker context): a unix:// socket, a tcp:// or ssh:// address, or a Windows pipe.',
    exit: 4,
  }),
  'editor-missing': entry<{ names: string[]; commands: string[] }>({
    message: (d) =>
      d.names.length === 1
        ? `${d.names[0]} was not found on this computer.`
        : 'No editor was found on this computer.',
    why: (d) =>
      d.commands.length === 1
        ? `Its command "${d.commands[0]}" is not on the PATH.`
        : `None of the commands ${listed(d.commands)} is on the PATH.`,
    hint: (d) =>
      d.names.length === 1
        ? 'Install it, or its shell command, or open the environment with another one.'
        : `Install ${d.names.join(' or ')}, or its shell command; "pristine shell" works without one.`,
    exit: 1,
  }),
  'editor-failed': entry<{ name: string; problem: string }>({
    message: (d) => `${d.name} could not be opened.`,
    why: (d) => d.problem,
    hint: () => 'Start it by itself once, and see that its extension for containers is installed.',
    exit: 1,
  }),
  'install-unsupported': entry<Record<string, never>>({
    message: () => 'Pristine cannot install an engine here.',
    why: () => 'It knows Debian and Ubuntu, for an administrator, where none is installed.',
    hint: () => 'Run "pristine doctor": it names what can be done instead.',
    exit: 4,
  }),
  'install-failed': entry<{ command: string; problem: string; output: string[] }>({
    message: (d) => `"${d.command}" failed.`,
    why: (d) => [d.problem, ...d.output].join('\n'),
    hint: () => 'Mend what it says, then try again; what was installed stays.',
    exit: 4,
  }),
  'engine-refused': entry<{ while: string; problem: string }>({
    message: (d) => `The engine refused while ${d.while}.`,
    why: (d) => d.problem,
    hint: () => 'Run again with -v to see the whole answer.',
    exit: 1,
  }),

  'disk-full': entry<{ while: string; problem: string }>({
    message: (d) => `The engine's disk was full while ${d.while}.`,
    why: (d) => d.problem,
    hint: () =>
      'Make room: "pristine clean" shows which old versions can go, "docker system df" what else is there.',
    exit: 1,
  }),

  // The build
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

  // The environment
  'not-ready': entry<{ seconds: number; check: string; output: string[]; sealed?: boolean }>({
    message: (d) => `The environment was not ready after ${d.seconds} s: ${d.check}.`,
    why: (d) => said(d.output, 'Its program printed nothing.'),
    hint: (d) =>
      d.sealed
        ? SEALED
        : 'Correct the program or its health command, and run again; the environment is as it was.',
    exit: 6,
  }),
  'container-exited': entry<{
    service: string
    code: number
    reason: string
    output: string[]
    sealed?: boolean
  }>({
    message: (d) => `${d.service} ended with exit code ${d.code}${d.reason}.`,
    why: (d) => said(d.output, 'It printed nothing.'),
    hint: (d) =>
      d.sealed ? SEALED : 'Correct the program or its command, and run again; the environment is as it was.',
    exit: 6,
  }),
  'container-not-started': entry<{ service: string; problem: string }>({
    message: (d) => `${d.service} could not be started.`,
    why: (d) => d.problem,
    hint: () => 'Check the command, the entry point and the mounts of the definition.',
    exit: 6,
  }),
  'remote-user-missing': entry<{ user: string; service: string }>({
    message: (d) => `${d.service} started, and has no user "${d.user}".`,
    why: () => 'The definition says that commands run as that user, and its image does not know it.',
    hint: () => 'Name a user of the image in "remoteUser", or add one in the Dockerfile.',
    exit: 6,
  }),
  'workspace-missing': entry<{ folder: string; service: string }>({
    message: (d) => `${d.service} started, and has no folder ${d.folder}.`,
    why: () =>
      'The definition says that commands run there, and neither its image nor a mount brings that folder.',
    hint: () => 'Name a folder that is there in "workspaceFolder", or mount one with "workspaceMount".',
    exit: 6,
  }),
  'container-stuck': entry<{ service: string; problem: string }>({
    message: (d) => `The engine cannot start ${d.service} again: it was lost while it started.`,
    why: (d) => d.problem,
    hint: () => 'Run "pristine up": it replaces the container by a fresh one and keeps the data.',
    exit: 6,
  }),
  'not-restored': entry<{ failed: string; why: string }>({
    message: (d) => `${d.failed} What ran before could not be started again, and is stopped.`,
    why: (d) => `Started again: ${d.why}`,
    hint: () =>
      'Both may fail for the same reason, such as data that the new one changed. Correct it and run "pristine up", or ' +
      '"pristine restart" for what ran before; data stays.',
    exit: 6,
  }),
  'port-taken': entry<{ port: number; container: number; holder?: string }>({
    message: (d) => `Port ${d.port} on this computer is taken.`,
    why: (d) => `${d.holder ?? 'Another program'} holds it, and container port ${d.container} needs it.`,
    hint: () =>
      'Stop what holds it (an environment with "pristine stop" in its folder), or use "forwardPorts" without "requireLocalPort" so that another one can be chosen.',
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
      `Run the command with PRISTINE_HOME=${d.home}; or give the environment up there with "pristine rm" first.`,
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
    why: (d) => `${d.problem}: for example a prune does that.`,
    hint: () => 'Run "pristine up" again: it builds what is missing. Data stays.',
    exit: 1,
  }),
  'secret-undeclared': entry<{ name: string; declared: string[]; at?: string }>({
    message: (d) =>
      d.at === undefined
        ? `The definition declares no secret ${d.name}.`
        : `${d.at}: the build needs a secret ${d.name}, which the definition does not declare.`,
    why: (d) =>
      d.declared.length > 0
        ? `It declares ${listed(d.declared)}.`
        : 'It declares none: only those that it does are given.',
    hint: (d) =>
      SECRET_NAME.test(d.name)
        ? `Add "${d.name}": {} to "secrets" in devcontainer.json first.`
        : 'Give it a name of letters, digits and "_", and add that to "secrets" in devcontainer.json.',
    exit: 2,
  }),
  'secret-missing': entry<{ name: string; at: string; problem: string | null }>({
    message: (d) => `${d.at}: the build needs the secret ${d.name}, which has no value.`,
    why: (d) => d.problem ?? 'You were not asked for it here, or left it out.',
    hint: (d) =>
      `Run "pristine secrets set ${d.name}", or set PRISTINE_SECRET_${d.name} in your environment; then "pristine up". The environment is as it was.`,
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
  'secret-invalid': entry<{ name: string; problem: string }>({
    message: (d) => `The value of ${d.name} is not kept.`,
    why: (d) => d.problem,
    hint: () =>
      'Give another value. One that is not plain text can be given as base64, a large one by its file.',
    exit: 2,
  }),
  'key-store-unusable': entry<{ store: string | null; problem: string }>({
    message: (d) => `A secret cannot be kept in ${d.store ?? 'a key store'}.`,
    why: (d) => d.problem,
    hint: () =>
      'Give the value in the variable PRISTINE_SECRET_<name> of your environment: Pristine writes no secret to the disk.',
    exit: 1,
  }),
  'terminal-unknown': entry<{ id: string }>({
    message: (d) => `There is no terminal ${d.id}.`,
    why: () => 'It was closed, or the program that kept it was started anew.',
    hint: () => 'Open another one.',
    exit: 2,
  }),
  'volume-foreign': entry<{ volume: string }>({
    message: (d) => `The volume ${d.volume} belongs to somebody else.`,
    why: () => 'It exists already and was not made by Pristine for this project.',
    hint: (d) =>
      `Look at it with "docker volume inspect ${d.volume}"; rename or remove it yourself if it is not needed.`,
    exit: 1,
  }),
  'volume-in-use': entry<{ volume: string }>({
    message: (d) => `The volume ${d.volume} is not removed.`,
    why: () => 'A container uses it, perhaps one that is stopped.',
    hint: () => 'Remove the environment first ("pristine rm"); nothing was removed.',
    exit: 1,
  }),

  // Versions
  'version-unknown': entry<{ wanted: string; known: string }>({
    message: (d) => `There is no version ${d.wanted}.`,
    why: (d) => `There are ${d.known}.`,
    hint: () => 'Run "pristine versions" to see them.',
    exit: 2,
  }),
  'version-none': entry<{ name: string }>({
    message: (d) => `${d.name} has no version to go back to yet.`,
    why: () => 'No version of it became ready so far.',
    hint: () => 'Run "pristine up" first.',
    exit: 1,
  }),
  'version-gone': entry<{ ordinal: number | null; missing?: string[] }>({
    message: (d) =>
      d.missing
        ? `v${d.ordinal} cannot be built again: its image is gone, and its recipe is not whole.`
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
    why: () => 'No environment of it is known to have become ready, so nobody could go back to it.',
    hint: (d) => `Run "pristine reset --to v${d.ordinal}" first; when it becomes ready, it can be marked.`,
    exit: 1,
  }),
  'rebuild-failed': entry<{ ordinal: number; problem: string; output: string[] }>({
    message: (d) => `v${d.ordinal} could not be built again from its recipe: ${d.problem}`,
    why: (d) => said(d.output, 'What it fetches may no longer be what it was.'),
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

  // The command
  busy: entry<{ what: string; pid: number; operation?: string }>({
    message: (d) => `Busy: ${d.what}.`,
    why: (d) =>
      `${d.pid ? `Process ${d.pid}` : 'Another process'} is at it; one at a time may change a project.`,
    hint: () => 'Wait until it is done, or stop that process.',
    exit: 1,
  }),
  'operation-unknown': entry<{ id: string }>({
    message: (d) => `There is no operation ${d.id}.`,
    why: () => 'It was never recorded, or it is so old that its recording was removed.',
    hint: () => 'Look at the operations that the project has.',
    exit: 2,
  }),
  'request-invalid': entry<{ problem: string }>({
    message: () => 'The request was not understood.',
    why: (d) => d.problem,
    hint: () => 'Reload the window; if it stays so, it and the program are of different versions.',
    exit: 2,
  }),
  'address-refused': entry<{ address: string }>({
    message: (d) => `${d.address.slice(0, 200)} is not opened.`,
    why: () => 'Only https addresses, and ports of this computer that an environment publishes, are.',
    hint: () => 'If you trust it, copy it into your browser.',
    exit: 2,
  }),
  cancelled: entry<{ left?: string }>({
    message: () => 'Cancelled.',
    why: () => 'You asked for it.',
    hint: (d) => d.left ?? 'The environment was not replaced.',
    exit: 130,
  }),
  usage: entry<{ problem: string; hint?: string }>({
    message: (d) => d.problem,
    why: () => 'The command was not understood.',
    hint: (d) => d.hint ?? 'See "pristine --help".',
    exit: 2,
  }),
  'page-not-built': entry<{ looked: string[] }>({
    message: () => 'The page with the screens is not built.',
    why: (d) => `There is no index.html in ${d.looked.join(' or ')}.`,
    hint: () =>
      'Run "npm run build:renderer" in the checkout, then this again; "npm start" builds it by itself.',
    exit: 1,
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

export type ErrorCode = keyof typeof ERRORS
export type ErrorData<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0]

/** A failure with a code, a sentence and a next step. */
export class ProductError extends Error {
  readonly code: ErrorCode
  readonly data: Record<string, unknown>
  readonly why: string
  readonly hint: string
  readonly exit: number

  constructor(code: ErrorCode, data: Record<string, unknown>, options?: ErrorOptions) {
    const { message, why, hint, exit } = ERRORS[code] as Entry<Record<string, unknown>>
    super(message(data), options)
    this.name = 'ProductError'
    this.code = code
    this.data = data
    this.why = why(data)
    this.hint = hint(data)
    this.exit = exit
  }
}

/** Makes a product error; `cause` keeps what went wrong underneath. */
export function productError<C extends ErrorCode>(
  code: C,
  data: ErrorData<C>,
  options?: ErrorOptions,
): ProductError {
  return new ProductError(code, data, options)
}

/** Narrows an unknown failure to a product error, of one code if given. */
export function isProductError(error: unknown, code?: ErrorCode): error is ProductError {
  return error instanceof ProductError && (code === undefined || error.code === code)
}

/** Any failure in the form that is printed, sent and recorded; what is no product error is `internal`. */
export function reportOf(error: unknown): ErrorReport {
  const { code, message, why, hint, data } = toProductError(error)
  return { code, message, why, hint, data }
}

/** A failure as a product error; what is none is a fault of ours: `internal`. */
export function toProductError(error: unknown): ProductError {
  if (isProductError(error)) return error
  const problem = error instanceof Error ? error.message : String(error)
  return productError('internal', { problem }, { cause: error })
}

/** A failure of Node's system calls; with codes (`ENOENT`, `EACCES` …), one of those. */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error)) return false
  return codes.length === 0 ? 'syscall' in error : codes.includes(String(error.code))
}
