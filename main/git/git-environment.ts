import path from 'node:path'

/**
 * Variables that git sets when it runs Pristine, for example from a hook (`git rev-parse --local-env-vars`): they refer
 * to another repository.
 */
const LOCAL = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]

/** In seconds: a server that sends nothing for so long is given up. */
const SILENCE = 120

/** Git's settings, which override the person's own: nothing of a repository runs, and nothing is left running. */
export const HARDENED = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'submodule.recurse=false',
  'advice.detachedHead=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'http.lowSpeedLimit=1',
  `http.lowSpeedTime=${SILENCE}`,
].flatMap((setting) => ['-c', setting])

/**
 * The environment for git: the person's, so that their credentials work, restricted so that only `protocols` are used,
 * also on redirects and for submodules, that large files stay pointers, and that messages are in English. Without
 * `interactive`, a command that would prompt fails instead. `ssh` is the program for ssh, where it is not git's
 * default.
 */
export function gitEnvironment(
  env: Record<string, string | undefined>,
  {
    cwd,
    protocols,
    interactive,
    ssh,
  }: { cwd: string; protocols: string[]; interactive: boolean; ssh?: string },
): Record<string, string | undefined> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !LOCAL.includes(name)))
  return {
    ...own,
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_CEILING_DIRECTORIES: path.dirname(cwd),
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_TEMPLATE_DIR: '',
    ...(!interactive && { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS_REQUIRE: 'never' }),
    ...(ssh !== undefined && { GIT_SSH_COMMAND: ssh }),
  }
}

/** The person's ssh with the option by which it fails instead of asking. */
export const unaskingSsh = (command: string): string =>
  /plink/i.test(command) ? `${command} -batch` : `${command} -o BatchMode=yes`
