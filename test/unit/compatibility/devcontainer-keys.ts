// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

/**
 * What happens to a key. `supported`: it does what the specification says, without a question. `granted`: so it does once a
 * person granted it. `accepted`: it means nothing here. `refused`: an error that names it.
 */
export type State = 'supported' | 'granted' | 'accepted' | 'refused'

/** A key: what happens to it, a definition that has it, and a word for the table. */
export interface Row {
  state: State
  json: object
  note?: string
}

const IMAGE = { image: 'debian:bookworm' }
const DOCKERFILE = { dockerfile: 'Dockerfile' }
const BUILD = { build: DOCKERFILE }
const OF_COMPOSE = 'see [Compose files](definition.md#compose-files)'
const COMPOSE = { image: undefined, dockerComposeFile: 'compose.yaml', service: 'web' }

const supported = (json: object, note?: string): Row => row('supported', { ...IMAGE, ...json }, note)
const granted = (json: object, note?: string): Row => row('granted', { ...IMAGE, ...json }, note)
const accepted = (json: object, note?: string): Row => row('accepted', { ...IMAGE, ...json }, note)
const refused = (json: object, note?: string): Row => row('refused', { ...IMAGE, ...json }, note)
const row = (state: State, json: object, note: string | undefined): Row => ({
  state,
  json,
  ...(note !== undefined && { note }),
})

const port = (attributes: object) => ({
  forwardPorts: [3000],
  portsAttributes: { 3000: attributes },
})
const otherPort = (attributes: object) => ({ forwardPorts: [3000], otherPortsAttributes: attributes })
const mount = (more: object) => ({ mounts: [{ type: 'volume', target: '/data', ...more }] })

const OPENS =
  '[nothing opens automatically](differences.md#no-port-opens-a-browser-automatically): *Open* prefers an `openBrowser` or `openPreview` port and never takes an `ignore` port; a change takes effect with the next container'
const LINK = 'a link to an `https` port begins with https; a change takes effect with the next container'
const ON_LOOPBACK = 'the engine publishes it; no rights are needed'

/** Every key of the schema of devcontainer.json, and those of older files. */
export const DEVCONTAINER_KEYS: Record<string, Row> = {
  $schema: accepted({ $schema: 'https://example.org/schema.json' }),
  appPort: supported({ appPort: [3000, '8080:80'] }, 'on 127.0.0.1; another address has to be granted'),
  build: supported({ image: undefined, ...BUILD }),
  'build.args': supported({ image: undefined, build: { ...DOCKERFILE, args: { A: '1' } } }),
  'build.cacheFrom': accepted(
    { image: undefined, build: { ...DOCKERFILE, cacheFrom: 'shop:dev' } },
    'the engine keeps the cache of its own builds',
  ),
  'build.context': supported({ image: undefined, build: { ...DOCKERFILE, context: '..' } }),
  'build.dockerfile': supported({ image: undefined, ...BUILD }),
  'build.options': supported(
    { image: undefined, build: { ...DOCKERFILE, options: ['--build-arg', 'A=1'] } },
    'see [its options](#options-of-buildoptions)',
  ),
  'build.target': supported({ image: undefined, build: { ...DOCKERFILE, target: 'dev' } }),
  capAdd: granted({ capAdd: ['SYS_PTRACE'] }),
  containerEnv: supported({ containerEnv: { A: '1' } }, 'a variable of your environment has to be granted'),
  containerUser: supported({ containerUser: 'node' }),
  context: supported({ image: undefined, dockerFile: 'Dockerfile', context: '..' }, 'in older files'),
  customizations: supported(
    { customizations: { vscode: { extensions: ['a.b'] } } },
    'Pristine uses `pristine`; editors find the rest in [a label of the container](differences.md#the-definition-is-in-the-label-of-the-container-not-of-the-image)',
  ),
  dockerComposeFile: supported(COMPOSE, OF_COMPOSE),
  dockerFile: supported({ image: undefined, dockerFile: 'Dockerfile' }, 'in older files'),
  extends: refused({ extends: './base.json' }, 'not in the schema; a definition is one file'),
  extensions: supported(
    { extensions: ['a.b'] },
    'in older files; the same as `customizations.vscode.extensions`',
  ),
  features: supported({ features: { './tool': {} } }, 'see [features](definition.md#features)'),
  forwardPorts: supported(
    { forwardPorts: [3000, 'localhost:8080'] },
    'a port of another host is refused; [listening at 127.0.0.1 inside](differences.md#ports-are-published-on-127001) is enough',
  ),
  hostRequirements: supported(
    { hostRequirements: { cpus: 1 } },
    'Pristine warns about what the engine lacks',
  ),
  'hostRequirements.cpus': supported({ hostRequirements: { cpus: 4 } }),
  'hostRequirements.gpu': supported(
    { hostRequirements: { gpu: true } },
    'only a warning; `--gpus` in `runArgs` requests a GPU',
  ),
  'hostRequirements.gpu.cores': accepted({ hostRequirements: { gpu: { cores: 100 } } }, 'cannot be checked'),
  'hostRequirements.gpu.memory': accepted(
    { hostRequirements: { gpu: { memory: '8gb' } } },
    'cannot be checked',
  ),
  'hostRequirements.memory': supported({ hostRequirements: { memory: '8gb' } }),
  'hostRequirements.storage': supported({ hostRequirements: { storage: '32gb' } }),
  image: supported({}),
  init: supported({ init: false }, 'on unless it is `false`'),
  initializeCommand: granted({ initializeCommand: 'echo hello' }),
  mounts: supported(
    { mounts: ['source=data,target=/data,type=volume'] },
    'a folder outside the project has to be granted',
  ),
  'mounts[].source': supported(mount({ source: 'data' })),
  'mounts[].target': supported(mount({})),
  'mounts[].type': supported(mount({ type: 'tmpfs' }), 'also `tmpfs`; `volume` by default'),
  name: supported({ name: 'Shop' }),
  onCreateCommand: supported({ onCreateCommand: 'true' }),
  otherPortsAttributes: supported(otherPort({ label: 'Web' })),
  'otherPortsAttributes.elevateIfNeeded': accepted(otherPort({ elevateIfNeeded: true }), ON_LOOPBACK),
  'otherPortsAttributes.label': supported(otherPort({ label: 'Web' })),
  'otherPortsAttributes.onAutoForward': supported(otherPort({ onAutoForward: 'silent' }), OPENS),
  'otherPortsAttributes.protocol': supported(otherPort({ protocol: 'http' }), LINK),
  'otherPortsAttributes.requireLocalPort': supported(
    otherPort({ requireLocalPort: true }),
    'a port that is in use is an error',
  ),
  overrideCommand: supported({ overrideCommand: false }),
  overrideFeatureInstallOrder: supported({
    features: { './tool': {}, './zig': {} },
    overrideFeatureInstallOrder: ['./zig'],
  }),
  portsAttributes: supported(
    port({ label: 'Web' }),
    'by port, `localhost:port` or range; a pattern for command lines is ignored, with a warning',
  ),
  'portsAttributes.*.elevateIfNeeded': accepted(port({ elevateIfNeeded: true }), ON_LOOPBACK),
  'portsAttributes.*.label': supported(port({ label: 'Web' })),
  'portsAttributes.*.onAutoForward': supported(port({ onAutoForward: 'openBrowser' }), OPENS),
  'portsAttributes.*.protocol': supported(port({ protocol: 'https' }), LINK),
  'portsAttributes.*.requireLocalPort': supported(
    port({ requireLocalPort: true }),
    'a port that is in use is an error',
  ),
  postAttachCommand: supported({ postAttachCommand: 'true' }, 'once for each start'),
  postCreateCommand: supported({ postCreateCommand: 'true' }),
  postStartCommand: supported({ postStartCommand: ['true'] }),
  privileged: granted({ privileged: true }),
  remoteEnv: supported({ remoteEnv: { A: '${containerEnv:PATH}', B: null } }),
  remoteUser: supported({ remoteUser: 'node:node' }, 'a name or a number, with or without a group'),
  runArgs: supported({ runArgs: ['--shm-size=1g'] }, 'see [its options](#options-of-runargs)'),
  runServices: supported({ ...COMPOSE, runServices: ['web'] }, OF_COMPOSE),
  secrets: supported({ secrets: { TOKEN: {} } }, 'see [secrets](secrets.md)'),
  'secrets.*.description': supported({ secrets: { TOKEN: { description: 'A token' } } }),
  'secrets.*.documentationUrl': supported({
    secrets: { TOKEN: { documentationUrl: 'https://example.org' } },
  }),
  securityOpt: granted({ securityOpt: ['seccomp=unconfined'] }),
  service: supported(COMPOSE, OF_COMPOSE),
  settings: supported(
    { settings: { 'a.b': 1 } },
    'in older files; the same as `customizations.vscode.settings`',
  ),
  shutdownAction: supported(
    { shutdownAction: 'stopContainer' },
    '`stopContainer`: the app that started the environment stops it when it quits; without it an environment [runs until you stop it](differences.md#an-environment-runs-until-it-is-stopped)',
  ),
  updateContentCommand: supported({ updateContentCommand: { a: 'true', b: ['true'] } }),
  updateRemoteUserUID: supported(
    { updateRemoteUserUID: true },
    'in [an image beside the version](differences.md#the-ids-of-the-user-are-changed-beside-the-version)',
  ),
  userEnvProbe: supported({ userEnvProbe: 'loginShell' }),
  waitFor: accepted(
    { waitFor: 'postCreateCommand' },
    '[Pristine waits for all hooks](differences.md#pristine-waits-for-all-hooks)',
  ),
  workspaceFolder: supported({ workspaceFolder: '/srv' }),
  workspaceMount: supported({
    workspaceMount: 'type=bind,source=${localWorkspaceFolder},target=/srv',
    workspaceFolder: '/srv',
  }),
}
