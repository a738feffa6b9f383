/**
 * What Pristine does otherwise than the Dev Containers CLI, on purpose. Each has its section in docs/differences.md,
 * under this title.
 */
export const ON_PURPOSE = {
  init: 'Process 1 is an init',
  volumes: 'Volumes belong to a project',
  path: 'A PATH without an existing folder is refused',
  ports: 'Ports are published, on 127.0.0.1',
  opens: 'No port opens a browser automatically',
  baked: 'Hooks that create content are baked into the image',
  content: 'What these hooks create in the workspace belongs to the version',
  secrets: "Secrets are kept in the system's key store, and out of images",
  agent: 'A build gets the ssh agent after consent',
  worktree: 'The repository of a worktree is not mounted',
  untouched: 'Nothing is written into a container',
  lock: 'References are locked',
  above: 'Only the project is mounted from a folder above it',
  services: 'Your environment does not decide what services are',
  replaced: 'A changed definition replaces the environment',
  runs: 'An environment runs until it is stopped',
  failed: 'A failed hook leaves nothing behind',
  attach: 'postAttachCommand runs once per start',
  waitFor: 'Pristine waits for all hooks',
  identity: 'The ids of the user are changed beside the version',
  reach: 'Access beyond the project has to be granted',
  metadata: "An image's own label counts, whatever wrote it",
  unset: 'null in remoteEnv removes a variable',
  colons: 'A default value may contain colons',
  attributes: 'A port that an image forwards has the attributes of the image',
  gpu: 'A GPU is requested with runArgs',
  requirements: 'hostRequirements are compared with the engine',
  tools: 'The definition is in the label of the container, not of the image',
  options: 'A version that is written as a text is always passed on',
  homes: 'An install script knows the home of a user that an earlier feature created',
  older: 'overrideFeatureInstallOrder knows older names of a feature',
  twice: "A feature that is installed twice follows the specification's order",
  health: "The health check of an image counts only with the image's own program",
  later: 'What is not supported yet is refused',
} as const

/** One fact of an observation on both sides; absent where there is none. */
export interface Difference {
  peer?: string
  ours?: string
}

/** Facts that differ on purpose, by name. */
export type Differences = Record<string, Difference & { because: keyof typeof ON_PURPOSE }>

/** Facts that differ by nature, and say nothing about an environment. */
export const BY_NATURE: Record<string, string> = {
  'env _': 'the peer passes on what the shell that it asked had there: the path of its "cat"',
  'env SHLVL': 'the peer passes on how deep that shell was nested',
  'env OLDPWD': "that shell's former folder",
  'env PRISTINE_EXEC_ID': 'each command has another one, by which what it started is found and ended',
}

/** Holds for every definition that does not ask for an init itself. */
export const ALWAYS: Differences = { init: { peer: 'false', ours: 'true', because: 'init' } }
