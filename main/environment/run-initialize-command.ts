import type { Hook } from '../../shared/definition.ts'
import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { Permission } from '../../shared/trust.ts'
import { fetchDeferred } from '../clone/fetch-deferred.ts'
import { secretVariables } from '../container/launch/secret-variables.ts'
import { hiding, redactRun, valuesOfVariables } from '../container/redact-secrets.ts'
import { runCommands } from '../container/start/run-hooks.ts'
import { localVariables } from '../definition/devcontainer/document/local-variables.ts'
import { substituteAll } from '../definition/devcontainer/document/substitute.ts'
import { resolvePart } from '../definition/devcontainer/resolve-run.ts'
import type { ReadProject } from '../definition/read-project.ts'
import { gitRootOf } from '../files/project-paths.ts'
import { readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import type { FetchOptions } from '../lock/read-project-online.ts'
import type { Project } from '../store/open-project.ts'
import { wasExposed } from '../trust/container-writable-folders.ts'
import { withFiles } from '../trust/decide-trust.ts'
import {
  changedSinceGrant,
  filesOfCommands,
  type HostCommandFiles,
  projectFiles,
  rememberGranted,
  touchedFiles,
} from '../trust/host-command-files.ts'
import { isTrusted, requireTrust } from '../trust/require-trust.ts'
import { permissionsOfLayer, permissionsOfProject } from './computer/project-permissions.ts'
import { runOnHost } from './computer/run-host-command.ts'
import { readProjectWithTrust } from './read-project-with-trust.ts'

/**
 * Reads a project's definition, and requires trust for its requests before anything else uses it. The content of the
 * project's files, which its commands on this computer may run, needs a grant only if something else needs one, because
 * no command runs.
 * Errors: those of the definition, `not-trusted`, `input-unreadable`, `cancelled`.
 */
export async function readTrusted(
  host: Host,
  project: Project,
  options: FetchOptions,
  run: Run,
): Promise<ReadProject> {
  const read = await readProjectWithTrust(host, project, options, run)
  const requested = await permissionsOfProject(host, project, read)
  const layer = await permissionsOfLayer(host, project, read, requested)
  if (!(await isTrusted(host, project, requested, layer)))
    await requireFiles(host, project, requested, layer, run)
  return read
}

/**
 * Requires trust for commands with the current content of the project's files; returns these files if there is a command.
 */
async function requireFiles(
  host: Host,
  project: Project,
  requested: readonly Permission[],
  layer: Permission[],
  { signal }: Pick<Run, 'signal'>,
): Promise<HostCommandFiles | undefined> {
  const files = await filesOfCommands(host, project, requested, signal)
  if (!files) {
    await requireTrust(host, project, requested, { layer })
    return undefined
  }
  const changed = await changedSinceGrant(host.home, project, files)
  await requireTrust(host, project, withFiles(requested, files.sha256), { changedFiles: changed, layer })
  await rememberGranted(host.home, project, files)
  return files
}

/**
 * The same after running `initializeCommand` on this computer, in the project's folder. It runs before anything else is
 * read, because it may create what the definition needs (containers.dev, "Lifecycle scripts"). For a clone, its deferred
 * content is fetched first. What it prints of the values of variables that the definition names is hidden. What is read after
 * either is checked once more.
 * Errors: those of `readTrusted`, `hook-failed`.
 */
export async function runInitializeCommand(
  host: Host,
  project: Project,
  options: FetchOptions,
  run: Run,
): Promise<ReadProject> {
  let { read, hooks, files } = await readToRun(host, project, options, run)
  const hasRun =
    (await readLedger(host.home.project(project.key))).events.length > 0 ||
    (await wasExposed(host.home, gitRootOf(project)))
  if (await fetchDeferred(host, project, { hasRun }, run))
    ({ read, hooks, files } = await readToRun(host, project, options, run))
  if (hooks.length === 0) return read
  const { localEnv } = localVariables(project, read.definition.file, host.env)
  const names = read.services.flatMap(({ merged, service: { variables, compose }, compose: composed }) =>
    secretVariables({ ...merged, compose }, [...variables, ...(composed?.variables ?? [])]),
  )
  const own = redactRun(run, hiding(valuesOfVariables(names, host.env)))
  await runCommands(
    'initializeCommand',
    hooks,
    // The values of the person's environment are filled in last, so that nothing reveals them.
    (command, write) =>
      runOnHost(
        substituteAll(command, { ...(localEnv && { localEnv }) }),
        project.path,
        host.env,
        write,
        own,
      ),
    own,
  )
  if (files) await warnOfTouched(host, project, files, run)
  return readTrusted(host, project, options, run)
}

/**
 * Reads a definition whose `initializeCommand` is about to run. `files` are the files with which it was granted;
 * undefined if it may run with any content.
 */
async function readToRun(
  host: Host,
  project: Project,
  options: FetchOptions,
  run: Run,
): Promise<{ read: ReadProject; hooks: Hook[]; files: HostCommandFiles | undefined }> {
  const read = await readProjectWithTrust(host, project, options, run)
  const requested = await permissionsOfProject(host, project, read)
  const layer = await permissionsOfLayer(host, project, read, requested)
  const { localEnv: _, ...plain } = localVariables(project, read.definition.file, host.env)
  const hooks = read.services.flatMap(({ service: { run: config } }) =>
    config.initializeCommand === undefined ? [] : [resolvePart(config.initializeCommand, config, plain)],
  )
  const whatever = () => isTrusted(host, project, withFiles(requested, 'any'), layer)
  if (await whatever()) return { read, hooks, files: undefined }
  const files = await requireFiles(host, project, requested, layer, run)
  return { read, hooks, files: (await whatever()) ? undefined : files }
}

/**
 * Code in an environment can change a file between the check and the command's reading, and then change it back. This
 * cannot be prevented without stopping what runs, so it is reported. A command's own changes look the same; such a
 * command should be granted for any content of the files.
 */
async function warnOfTouched(
  host: Host,
  project: Project,
  before: HostCommandFiles,
  run: Run,
): Promise<void> {
  const after = await projectFiles(host, project, run.signal)
  const names = touchedFiles(before, after)
  if (names.length === 0) return
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  run.report({
    kind: 'warning',
    text: `${sanitize(names.slice(0, 3).join(', '))}${more} changed while initializeCommand ran: by the command itself, or by code in an environment, and then it may have run what you did not grant.`,
  })
}
