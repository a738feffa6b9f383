import { stat } from 'node:fs/promises'
import path from 'node:path'
import { implement } from '@orpc/server'
import { contract } from '../shared/contract.ts'
import { productError } from '../shared/errors.ts'
import type { OperationId, ProjectKey } from '../shared/ids.ts'
import type { Run } from '../shared/operation.ts'
import type { ProjectSummary } from '../shared/project.ts'
import { sanitize } from '../shared/sanitize.ts'
import { isAddress } from '../shared/source.ts'
import { findUnneededRecipes, pruneRecipes } from './build/prune-recipes.ts'
import { type CloneRequest, findClone } from './clone/clone.ts'
import { contractError } from './contract-errors.ts'
import { findDefinition } from './definition/devcontainer/find-definition.ts'
import { survey } from './doctor/doctor.ts'
import { streamInstall } from './doctor/stream-install.ts'
import { listEditors, openEditor } from './editor/editors.ts'
import { engineOn } from './engine.ts'
import { openHost } from './host/host.ts'
import { followLogs } from './logs/follow-logs.ts'
import { silentRun } from './operation/quiet-run.ts'
import { cancelOperation, startOperation } from './operation/start-operation.ts'
import { watchOperation } from './operation/watch-operation.ts'
import { listAllOperations } from './overview/all-operations.ts'
import { EngineWatch } from './overview/engine-state.ts'
import { OpenedEnvironments } from './overview/opened-environments.ts'
import { Overview } from './overview/overview.ts'
import { putSample } from './overview/sample-project.ts'
import { projectAt } from './store/clone-destination.ts'
import { openProject, projectMissing } from './store/open-project.ts'
import { parseSource } from './store/parse-source.ts'
import {
  forgetProject,
  openOrRecorded,
  openRecorded,
  recordedFolder,
  rememberProject,
} from './store/project-records.ts'
import { changeSettings, readSettings } from './store/settings.ts'
import { countSessions } from './terminals/count-sessions.ts'
import { Terminals } from './terminals/terminals.ts'
import { listCleanup, removeChosen } from './verbs/cleanup.ts'
import { differingTexts } from './verbs/definition-diff.ts'
import { definitionTexts } from './verbs/definition-texts.ts'

export interface AppOptions {
  /** The person's environment. */
  env: Record<string, string | undefined>
  /** The program's version. */
  version: string
  /** Receives unexpected errors, which are not sent to the client. */
  fault(error: unknown): void
}

/**
 * The one implementation of the contract, over the engine's verbs, for the desktop app and the web mode alike. It follows
 * the definitions of running environments until `close`.
 */
export function createApp({ env, version, fault }: AppOptions) {
  const host = openHost(env)
  const engine = engineOn(host)
  const overview = new Overview(host, fault)
  const engineWatch = new EngineWatch(host)
  const terminals = new Terminals(host)
  const opened = new OpenedEnvironments()
  overview.start()

  // Validation is innermost, so that its failures are translated, too.
  const checked = { initialInputValidationIndex: Number.POSITIVE_INFINITY }
  const inner = { ...checked, initialOutputValidationIndex: Number.POSITIVE_INFINITY }
  const base = implement(contract, inner)
  const on = base.use(async ({ next, procedure }, input) => {
    try {
      // A method that takes nothing is given nothing.
      if (!procedure['~orpc'].inputSchema && input !== undefined) {
        throw productError('request-invalid', { problem: 'It takes no input.' })
      }
      const result = await next()
      return isStream(result.output) ? { ...result, output: translated(result.output, fault) } : result
    } catch (error) {
      throw contractError(error, fault)
    }
  })

  const open = (key: ProjectKey) => openRecorded(host, key)
  /** The same of one whose folder is gone, for what removes. */
  const openGone = async (key: ProjectKey) => {
    const folder = await recordedFolder(host, key)
    if (folder === undefined) return open(key)
    const project = await openOrRecorded(host, folder)
    // A folder that became a link leads to an unintended project.
    if (project.key !== key) throw productError('project-missing', { path: folder })
    return project
  }
  const folderOf = async (key: ProjectKey) => (await open(key)).path
  const ongoing = new Set<Promise<unknown>>()
  const start = async (verb: (run: Run) => Promise<unknown>): Promise<{ operation: OperationId }> => ({
    operation: await startOperation(host.runningOperations, (run) => {
      const work = verb(run)
      ongoing.add(work)
      return work.finally(() => ongoing.delete(work))
    }),
  })
  const list = async (folder: string): Promise<ProjectSummary> => {
    const project = await openProject(folder, host.home)
    await rememberProject(host, project)
    const summary = await overview.summary(project.key)
    if (!summary) throw productError('project-unknown', { key: project.key })
    return summary
  }
  /** What is recorded of a project is there although its folder is gone, or never came: its clone failed. */
  const recordsOf = async (key: ProjectKey) => {
    const folder = host.home.project(key)
    if (!(await stat(folder).catch(() => undefined))) throw productError('project-unknown', { key })
    return folder
  }

  const router = on.router({
    app: {
      about: on.app.about.handler(() => ({
        version,
        platform: `${process.platform} ${process.arch}`,
        node: process.version,
        home: host.home.root,
      })),
    },
    engine: {
      watch: on.engine.watch.handler(({ signal }) => engineWatch.watch(given(signal))),
      survey: on.engine.survey.handler(() => survey(host, false)),
      install: on.engine.install.handler(({ signal }) => streamInstall(host, given(signal))),
    },
    settings: {
      get: on.settings.get.handler(() => readSettings(host.home)),
      change: on.settings.change.handler(async ({ input }) => {
        const settings = await changeSettings(host.home, input)
        if (input.engine !== undefined) {
          host.disconnect()
          engineWatch.poll()
          overview.changeEngine()
        }
        return settings
      }),
      dotfiles: on.settings.dotfiles.handler(({ input: { dotfiles }, signal }) =>
        engine.setDotfiles(dotfiles && { ...dotfiles, interactive: false }, {
          signal: given(signal),
          report: () => {},
        }),
      ),
      layer: on.settings.layer.handler(() => engine.commonLayer()),
      setLayer: on.settings.setLayer.handler(({ input }) => engine.setCommonLayer(input.text)),
    },
    projects: {
      open: on.projects.open.handler(({ input }) => list(absolute(input.folder, env))),
      clone: on.projects.clone.handler(async ({ input: { source, reference, destination }, signal }) => {
        const request = cloneRequest(source, reference, wholePath(destination, env))
        const existing = await findClone(host, request, unreported(signal))
        const { key, path } = await projectAt(request.destination, host.home)
        if (existing) {
          await list(path)
          return { project: key, operation: null }
        }
        return { project: key, ...(await start((run) => engine.clone(request, run))) }
      }),
      openSample: on.projects.openSample.handler(async () => list(await putSample(host))),
      forget: on.projects.forget.handler(async ({ input }) => {
        if ((await recordedFolder(host, input.project)) === undefined) {
          throw productError('project-unknown', { key: input.project })
        }
        await forgetProject(host, input.project)
        overview.invalidate(input.project)
      }),
      watch: on.projects.watch.handler(({ signal }) => overview.watch(given(signal))),
      leftOut: on.projects.leftOut.handler(async ({ input }) =>
        engine.deferredContent(await folderOf(input.project)),
      ),
      definition: on.projects.definition.handler(async ({ input }) =>
        definitionTexts(await open(input.project), env),
      ),
      propose: on.projects.propose.handler(async ({ input }) =>
        engine.propose(await folderOf(input.project)),
      ),
      writeProposal: on.projects.writeProposal.handler(async ({ input: { project, fingerprint } }) => {
        await engine.writeProposal(await folderOf(project), fingerprint)
        overview.invalidate(project)
      }),
    },
    environment: {
      layer: on.environment.layer.handler(async ({ input }) => engine.layer(await folderOf(input.project))),
      switchLayer: on.environment.switchLayer.handler(async ({ input: { project, on } }) =>
        engine.switchLayer(await folderOf(project), on),
      ),
      status: on.environment.status.handler(async ({ input, signal }) =>
        engine.status(await folderOf(input.project), undefined, unreported(signal)),
      ),
      up: on.environment.up.handler(async ({ input }) => {
        const project = await open(input.project)
        // What cannot be started is rejected at once, and is not a failed operation.
        await findDefinition(project)
        return start((run) => opened.starting(input.project, engine.up(project.path, { frozen: false }, run)))
      }),
      stop: on.environment.stop.handler(async ({ input }) => {
        const folder = await folderOf(input.project)
        return start((run) => opened.stopping(input.project, engine.stop(folder, run)))
      }),
      restart: on.environment.restart.handler(async ({ input }) => {
        const folder = await folderOf(input.project)
        return start((run) => opened.starting(input.project, engine.restart(folder, run)))
      }),
      reset: on.environment.reset.handler(async ({ input }) => {
        const folder = await folderOf(input.project)
        const trust = input.trust === undefined ? [] : [input.trust]
        return start((run) =>
          opened.starting(
            input.project,
            engine.reset(folder, { to: input.to, data: input.snapshot, trust }, run),
          ),
        )
      }),
      remove: on.environment.remove.handler(async ({ input: { project, data, versions } }) => {
        const { path: folder } = await openGone(project)
        return start((run) => opened.stopping(project, engine.remove(folder, { data, versions }, run)))
      }),
      drift: on.environment.drift.handler(async ({ input: { project }, signal }) => {
        const report = await engine.drift(await folderOf(project), { signal })
        overview.setDrift(project, report.drift.changes)
        return report
      }),
      listens: on.environment.listens.handler(async ({ input: { project, port } }) =>
        engine.listens(await folderOf(project), port),
      ),
      programStart: on.environment.programStart.handler(async ({ input }) =>
        engine.programStart(await folderOf(input.project), undefined),
      ),
      verify: on.environment.verify.handler(async ({ input, signal }) =>
        engine.verify(await folderOf(input.project), undefined, unreported(signal)),
      ),
      sessions: on.environment.sessions.handler(async ({ input }) =>
        countSessions(host, await open(input.project)),
      ),
      editors: on.environment.editors.handler(() => listEditors(env)),
      openEditor: on.environment.openEditor.handler(async ({ input: { project, editor } }) => {
        await openEditor(host, await open(project), editor)
      }),
    },
    versions: {
      list: on.versions.list.handler(async ({ input }) => engine.versions(await folderOf(input.project))),
      compare: on.versions.compare.handler(async ({ input: { project: key, from, to } }) => {
        const project = await open(key)
        const [diff, texts] = await Promise.all([
          engine.diff(project.path, from, to),
          differingTexts(host, project, from, to),
        ])
        return { ...diff, texts }
      }),
      mark: on.versions.mark.handler(async ({ input }) => {
        await engine.mark(await folderOf(input.project), input.version)
      }),
      unmark: on.versions.unmark.handler(async ({ input }) => {
        await engine.unmark(await folderOf(input.project))
      }),
      rebuild: on.versions.rebuild.handler(async ({ input: { project, version } }) => {
        const folder = await folderOf(project)
        return start((run) => engine.rebuild(folder, version, run))
      }),
    },
    snapshots: {
      list: on.snapshots.list.handler(async ({ input }) => engine.snapshots(await folderOf(input.project))),
      take: on.snapshots.take.handler(async ({ input: { project, name } }) => {
        const folder = await folderOf(project)
        return start((run) => engine.takeSnapshot(folder, { name }, run))
      }),
      restore: on.snapshots.restore.handler(async ({ input: { project, name } }) => {
        const folder = await folderOf(project)
        return start((run) => engine.restoreSnapshot(folder, { name }, run))
      }),
      rename: on.snapshots.rename.handler(async ({ input: { project, name, to }, signal }) =>
        engine.renameSnapshot(await folderOf(project), name, to, unreported(signal)),
      ),
      delete: on.snapshots.delete.handler(async ({ input: { project, name }, signal }) => {
        await engine.deleteSnapshot(await folderOf(project), name, unreported(signal))
      }),
    },
    trust: {
      request: on.trust.request.handler(async ({ input, signal }) =>
        engine.trust(await folderOf(input.project), undefined, unreported(signal)),
      ),
      grant: on.trust.grant.handler(async ({ input: { project, fingerprint }, signal }) =>
        engine.grantTrust(await folderOf(project), fingerprint, undefined, unreported(signal)),
      ),
      revoke: on.trust.revoke.handler(async ({ input, signal }) =>
        engine.revokeTrust(await folderOf(input.project), undefined, unreported(signal)),
      ),
    },
    secrets: {
      list: on.secrets.list.handler(async ({ input }) =>
        engine.secrets(await folderOf(input.project), undefined),
      ),
      wanted: on.secrets.wanted.handler(async ({ input, signal }) =>
        engine.secretsToAskFor(await folderOf(input.project), {}, unreported(signal)),
      ),
      give: on.secrets.give.handler(async ({ input: { project, name, value } }) => {
        const secret = { name, value, definition: undefined }
        return { problem: await engine.provideSecret(await folderOf(project), secret) }
      }),
      leaveOut: on.secrets.leaveOut.handler(async ({ input: { project, name } }) =>
        engine.leaveOutSecret(await folderOf(project), name),
      ),
      remove: on.secrets.remove.handler(async ({ input: { project, name } }) =>
        engine.removeSecret(await folderOf(project), name),
      ),
    },
    lock: {
      outdated: on.lock.outdated.handler(async ({ input, signal }) => {
        const run = unreported(signal)
        const pins = await engine.outdated(await folderOf(input.project), undefined, run)
        // Of the others the definition itself holds the digest, and no verb moves them.
        return pins.flatMap(({ by, reference, locked, latest, outdated }) =>
          by === 'lock' && outdated ? [{ reference, locked, latest }] : [],
        )
      }),
      update: on.lock.update.handler(async ({ input: { project, references } }) => {
        const folder = await folderOf(project)
        return start((run) => engine.lock(folder, { update: references ?? true }, run))
      }),
    },
    operations: {
      list: on.operations.list.handler(({ input }) => listAllOperations(host, input.project)),
      watch: on.operations.watch.handler(async ({ input: { project, operation, from }, signal }) =>
        watchOperation(await recordsOf(project), operation, from, given(signal)),
      ),
      cancel: on.operations.cancel.handler(async ({ input: { project, operation } }) =>
        cancelOperation(host.runningOperations, await recordsOf(project), operation),
      ),
    },
    logs: {
      follow: on.logs.follow.handler(async ({ input: { project, tail }, signal }) =>
        followLogs(host, await open(project), tail, given(signal)),
      ),
    },
    terminals: {
      list: on.terminals.list.handler(({ input }) =>
        terminals.list(input.project).map((terminal) => ({ terminal })),
      ),
      open: on.terminals.open.handler(async ({ input: { project, size } }) => ({
        terminal: await terminals.start(await open(project), size),
      })),
      watch: on.terminals.watch.handler(({ input: { terminal, from }, signal }) =>
        terminals.watch(terminal, from, given(signal)),
      ),
      write: on.terminals.write.handler(({ input: { terminal, text } }) => terminals.write(terminal, text)),
      resize: on.terminals.resize.handler(({ input: { terminal, size } }) =>
        terminals.resize(terminal, size),
      ),
      close: on.terminals.close.handler(({ input: { terminal } }) => terminals.close(terminal)),
    },
    cleanup: {
      list: on.cleanup.list.handler(() => listCleanup(host)),
      remove: on.cleanup.remove.handler(async ({ input: { project: key, versions, volumes } }) => {
        const project = await openGone(key)
        return start((run) => removeChosen(host, project, { versions, volumes }, run))
      }),
      store: on.cleanup.store.handler(() => findUnneededRecipes(host)),
      prune: on.cleanup.prune.handler(() => pruneRecipes(host)),
    },
  })

  return {
    router,
    /** Ends watches and terminals, and cancels the operations of this process, as Ctrl-C does. */
    close: async (): Promise<void> => {
      const closed = terminals.closeAll()
      for (const running of host.runningOperations.values()) running.abort()
      await Promise.allSettled([...ongoing, overview.close(), closed])
      await host.backgroundDone()
    },
    /**
     * Stops the environments that were started here and end with the app, by their definitions. After `close`: what it
     * cancels puts back an environment first.
     */
    stopOpened: (): Promise<void> => opened.stopAll(host, silentRun(), fault),
  }
}

export type AppRouter = ReturnType<typeof createApp>['router']

/** A transport that gives no signal never goes away. */
const given = (signal: AbortSignal | undefined): AbortSignal => signal ?? new AbortController().signal

/** For a call whose progress nobody is shown: whoever made it can cancel it. */
const unreported = (signal: AbortSignal | undefined): Run => ({ signal: given(signal), report: () => {} })

const isStream = (output: unknown): output is AsyncIterable<unknown> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output

async function* translated(stream: AsyncIterable<unknown>, fault: (error: unknown) => void) {
  try {
    yield* stream
  } catch (error) {
    throw contractError(error, fault)
  }
}

/** A path as a person writes it; relative ones are no folder of a window. Errors: `project-missing`. */
function absolute(folder: string, env: Record<string, string | undefined>): string {
  const full = withHome(folder, env)
  if (path.isAbsolute(full) || isAddress(full)) return full
  throw projectMissing(folder)
}

/** The same of a folder that may not be there yet. Errors: `usage`. */
function wholePath(folder: string, env: Record<string, string | undefined>): string {
  const full = withHome(folder.trim(), env)
  if (path.isAbsolute(full)) return full
  const problem = `"${sanitize(folder)}" is not the whole path of a folder.`
  throw productError('usage', { problem, hint: 'Begin it with / or with ~/.' })
}

function withHome(folder: string, env: Record<string, string | undefined>): string {
  const home = env['HOME'] ?? env['USERPROFILE']
  return home && /^~(?=$|[\\/])/.test(folder) ? path.join(home, folder.slice(1)) : folder
}

/** What a window asks to be cloned. Errors: `clone-refused`, `usage` for what is no address. */
function cloneRequest(text: string, reference: string | null, destination: string): CloneRequest {
  const source = parseSource(reference === null ? text : `${text.split('#')[0]}#${reference}`)
  if (source.kind === 'folder')
    throw productError('usage', { problem: `${sanitize(text)} is not a git URL.` })
  return { source, destination, interactive: false }
}
