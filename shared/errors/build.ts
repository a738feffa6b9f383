import { shellWord } from '../shell-word.ts'
import { entry } from './entry.ts'
import { mendMissingProgram } from './missing-program.ts'
import { asItWas, at, lastOutput, listed, sealedHint } from './wording.ts'

/** The exit code of what SIGKILL ends. */
const KILLED = 137
const OUT_OF_MEMORY =
  'It was killed, most likely because memory ran out: give the engine more memory, or the container with "--memory",'

const NO_SPACE = /no space left on device|disk quota exceeded|ENOSPC/i

/** What helps where an instruction of a build failed; undefined where the text itself is to be corrected. */
const mendBuild = ({ problem }: { problem: string }): string | undefined =>
  /^exit code: 137$/.test(problem)
    ? 'It was killed, most likely because memory ran out: give the engine more memory,'
    : undefined

/** What helps where a hook failed, by its exit code and by what its program or the engine printed. */
function mendHook(failed: { hook: string; code: number; output: string[] }): string {
  if (failed.hook === 'initializeCommand') return mendLocal(failed)
  const { code, output } = failed
  const text = output.join('\n')
  if (code === KILLED) return OUT_OF_MEMORY
  if (/inotify|file watchers/i.test(text) && NO_SPACE.test(text))
    return "Let the engine's computer watch more files (its setting fs.inotify.max_user_watches)"
  if (NO_SPACE.test(text) && text.includes('/dev/shm'))
    return 'Give the container more shared memory ("--shm-size" in "runArgs", "shm_size" in a Compose file)'
  if (NO_SPACE.test(text))
    return 'Free space on the engine\'s disk ("pristine clean" shows which old versions can go)'
  return mendMissingProgram({ code, output }, false) ?? 'Correct the command'
}

/** The same for a command that ran on this computer, outside the engine and its images. */
function mendLocal({ code, output }: { code: number; output: string[] }): string {
  const text = output.join('\n')
  if (code === KILLED)
    return "It was killed, most likely because this computer's memory ran out: close other programs,"
  if (/inotify|file watchers/i.test(text) && NO_SPACE.test(text))
    return 'Let this computer watch more files (its setting fs.inotify.max_user_watches)'
  if (NO_SPACE.test(text)) return 'Free space on this computer'
  return mendMissingProgram({ code, output }, true) ?? 'Correct the command'
}

/** What can go wrong while a version is built. */
export const buildErrors = {
  'build-failed': entry<{
    /** The service of Compose files whose image it is. */
    service?: string
    file: string
    line?: number
    instruction?: string
    problem: string
    output: string[]
  }>({
    message: (d) =>
      `${d.service === undefined ? '' : `${d.service}: `}${at(d)}: ${d.instruction ?? 'the build'} failed (${d.problem}).`,
    why: (d) => lastOutput(d.output, d.problem),
    hint: (d) => `${mendBuild(d) ?? `Correct ${d.file}`} and run again; ${asItWas(d)}.`,
    exit: 5,
  }),
  'feature-failed': entry<{ feature: string; problem: string; output: string[] }>({
    message: (d) => `The feature ${d.feature} could not be installed (${d.problem}).`,
    why: (d) => lastOutput(d.output, d.problem),
    hint: (d) =>
      `${mendBuild(d) ?? 'Check its options and whether it supports the base image,'} and run again; the environment is as it was.`,
    exit: 5,
  }),
  'hook-failed': entry<{
    hook: string
    command: string
    code: number
    output: string[]
    sealed?: boolean
    /** Why its user cannot write where they work, if that is so. */
    cannotWrite?: { problem: string; remedy: string }
  }>({
    message: (d) => `${d.hook} failed with exit code ${d.code}: ${d.command}`,
    why: (d) =>
      [lastOutput(d.output, 'It printed nothing.'), ...(d.cannotWrite ? [d.cannotWrite.problem] : [])].join(
        '\n',
      ),
    hint: (d) =>
      d.sealed ? sealedHint(d) : (d.cannotWrite?.remedy ?? `${mendHook(d)} and run again; ${asItWas(d)}.`),
    exit: 5,
  }),
  'hook-interrupted': entry<{ hook: string; problem: string }>({
    message: (d) => `The container in which ${d.hook} ran was ended.`,
    why: (d) =>
      `${d.problem}: the engine was stopped or restarted, somebody stopped or removed it, or the command did.`,
    hint: (d) => `Run it again; ${asItWas(d)}.`,
    exit: 5,
  }),
  'submodule-missing': entry<{ modules: string[]; hooks: string[] }>({
    message: (d) =>
      `${d.hooks.join(' and ')} made files in ${listed(d.modules)}, where a submodule belongs that is not initialised here.`,
    why: () =>
      'Git initialises no submodule in a folder that has files, so these are not put into your folder, and the environment would lack them.',
    hint: (d) =>
      `Run "git submodule update --init ${d.modules.slice(0, 5).map(shellWord).join(' ')}" and then this again; ${asItWas(d)}.`,
    exit: 5,
  }),
  'input-changed': entry<{ inputs: string[]; hooks: string[] }>({
    message: (d) => `${listed(d.inputs)} changed while the version was built.`,
    why: (d) =>
      `${d.hooks.join(' and ')} would run on other content than the version's, so the version was discarded.`,
    hint: (d) => `Run it again once nothing writes there any more; ${asItWas(d)}.`,
    exit: 5,
  }),
  'agent-missing': entry<{ at: string; socket: string | null }>({
    message: (d) => `${d.at}: the build needs your ssh agent, but there is none.`,
    why: (d) =>
      d.socket === null ? 'SSH_AUTH_SOCK is not set.' : `Nothing answers at ${d.socket} (SSH_AUTH_SOCK).`,
    hint: (d) => `Start one and add your key (eval "$(ssh-agent)"; ssh-add), then run again; ${asItWas(d)}.`,
    exit: 5,
  }),
  'buildkit-missing': entry<{ at: string; address: string }>({
    message: (d) => `${d.at}: secret and ssh mounts need BuildKit, which the engine does not have.`,
    why: (d) => `What answers at ${d.address} uses its own builder, as Podman does.`,
    hint: () =>
      'Choose a Docker engine ("pristine doctor" shows the engines on this computer), or remove the mount.',
    exit: 4,
  }),
}
