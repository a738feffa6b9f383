import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { HOOKS, type Hook, type Mount } from '../../../../shared/definition.ts'
import { type Merged, type MergedFeature, nameOfFeature } from './facts.ts'

const CLI = createRequire(import.meta.url).resolve('@devcontainers/cli/devcontainer.js')
const MOST_OUTPUT = 64 * 1024 * 1024

type RawMount = string | Record<string, string | boolean>
type Option = string | boolean

/** What `devcontainer read-configuration` answers, as far as it is compared. */
interface Answer {
  workspace: { workspaceFolder: string; workspaceMount?: string }
  mergedConfiguration: {
    containerEnv?: Record<string, string>
    remoteEnv?: Record<string, string | null>
    containerUser?: string
    remoteUser?: string
    userEnvProbe?: string
    overrideCommand?: boolean
    init?: boolean
    privileged?: boolean
    capAdd?: string[]
    securityOpt?: string[]
    entrypoints?: string[]
    mounts?: RawMount[]
    forwardPorts?: (number | string)[]
    portsAttributes?: Record<string, PortAttributes>
    otherPortsAttributes?: PortAttributes
    [key: string]: unknown
  }
  featuresConfiguration?: {
    featureSets: { sourceInformation: { userFeatureId: string }; features: AnsweredFeature[] }[]
  }
}

interface PortAttributes {
  label?: string
  requireLocalPort?: boolean
}

interface AnsweredFeature {
  value: Option | Record<string, Option>
  options?: Record<string, { default?: Option }>
  containerEnv?: Record<string, string>
  customizations?: unknown
}

/** Keys of the merged configuration that Pristine does not have. */
const OTHERS = ['waitFor', 'customizations', 'hostRequirements', 'shutdownAction', 'updateRemoteUserUID']

/** How the Dev Containers CLI would run the project in `folder`. `cache` is a folder of the caller's. */
export async function mergedByPeer(
  folder: string,
  cache: string,
  env: Record<string, string | undefined>,
): Promise<Merged> {
  const place = ['--workspace-folder', folder, '--user-data-folder', cache]
  const include = ['--include-merged-configuration', '--include-features-configuration']
  const options = { env, cwd: path.dirname(folder), maxBuffer: MOST_OUTPUT }
  const call = promisify(execFile)(
    process.execPath,
    [CLI, 'read-configuration', ...place, ...include],
    options,
  )
  call.child.stdin?.end()
  const { stdout } = await call
  return mergedOf(JSON.parse(stdout) as Answer)
}

function mergedOf({ workspace, mergedConfiguration: merged, featuresConfiguration }: Answer): Merged {
  const hooks = HOOKS.map((name) => [name, merged[`${name}s`] as Hook[] | undefined])
  return {
    workspaceFolder: workspace.workspaceFolder,
    workspaceMount: workspace.workspaceMount ? mountOf(workspace.workspaceMount) : null,
    containerEnv: merged.containerEnv ?? {},
    remoteEnv: merged.remoteEnv ?? {},
    containerUser: merged.containerUser,
    remoteUser: merged.remoteUser,
    userEnvProbe: merged.userEnvProbe ?? 'loginInteractiveShell',
    overrideCommand: merged.overrideCommand ?? true,
    init: merged.init ?? false,
    privileged: merged.privileged ?? false,
    capAdd: merged.capAdd ?? [],
    // Docker's older way to write it.
    securityOpt: (merged.securityOpt ?? []).map((option) => option.replace(/^(\w+):/, '$1=')),
    entrypoints: merged.entrypoints ?? [],
    mounts: (merged.mounts ?? []).map(mountOf),
    hooks: Object.fromEntries(hooks),
    ports: (merged.forwardPorts ?? []).map((written) => portOf(written, merged)),
    features: (featuresConfiguration?.featureSets ?? []).flatMap(({ sourceInformation, features }) =>
      features.map((feature) => featureOf(sourceInformation.userFeatureId, feature)),
    ),
    others: Object.fromEntries(OTHERS.map((key) => [key, isNothing(merged[key]) ? undefined : merged[key]])),
  }
}

/** Where nobody asks for anything, the CLI takes the maximum of no numbers. */
const isNothing = (value: unknown): boolean => JSON.stringify(value)?.includes('-Infinity') ?? true

/** https://docs.docker.com/reference/cli/docker/container/run/#mount */
function mountOf(raw: RawMount): Mount {
  const entries =
    typeof raw === 'string'
      ? raw.split(',').map((field): [string, string] => splitOnce(field))
      : Object.entries(raw)
  const options = new Map(entries.map(([name, value]) => [MOUNT_OPTIONS[name] ?? name, String(value)]))
  const { type = 'volume', source = '', target = '', readonly = 'false' } = Object.fromEntries(options)
  const readOnly = readonly === 'true' || readonly === ''
  if (type === 'tmpfs') return { kind: 'tmpfs', target }
  return { kind: type === 'bind' ? 'bind' : 'volume', source, target, readOnly }
}

const MOUNT_OPTIONS: Record<string, string> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
}

function splitOnce(field: string): [string, string] {
  const [name = '', ...value] = field.split('=')
  return [name, value.join('=')]
}

/** The specification has attributes by a port, a range, `host:port` or a pattern of a command line. */
function portOf(
  written: number | string,
  { portsAttributes = {}, otherPortsAttributes }: Answer['mergedConfiguration'],
) {
  const port = Number(String(written).replace(/^[^:]*:/, ''))
  const attributes = portsAttributes[String(written)] ?? otherPortsAttributes ?? {}
  return { port, label: attributes.label, fixed: attributes.requireLocalPort ?? false }
}

/** The variables are what the CLI writes for the script: the defaults, and what was chosen over them. */
function featureOf(
  reference: string,
  { value, options = {}, containerEnv = {}, customizations }: AnsweredFeature,
): MergedFeature {
  const defaults = Object.entries(options).flatMap(([name, option]): [string, Option][] =>
    option.default === undefined ? [] : [[name, option.default]],
  )
  const isVersion = typeof value !== 'object' && options['version'] !== undefined
  const chosen =
    typeof value === 'object' ? Object.entries(value) : isVersion ? [['version', value] as const] : []
  const variables = [...defaults, ...chosen].map(([name, chosen]): [string, string] => [
    variableOf(name),
    String(chosen),
  ])
  return {
    name: nameOfFeature(reference),
    variables: Object.fromEntries(variables),
    env: containerEnv,
    customizations,
  }
}

/** https://containers.dev/implementors/features/#option-resolution */
const variableOf = (option: string): string =>
  option
    .replace(/[^\w_]/g, '_')
    .replace(/^[\d_]+/g, '_')
    .toUpperCase()
