import type { OperationId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { findUnneededRecipes, pruneRecipes } from '../build/prune-recipes.ts'
import { survey } from '../doctor/doctor.ts'
import { installEngine } from '../doctor/install-engine.ts'
import { startEngine } from '../doctor/start-engine.ts'
import { streamCommands } from '../doctor/stream-commands.ts'
import { engineOn } from '../engine.ts'
import { openHost } from '../host/host.ts'
import { followLogs } from '../logs/follow-logs.ts'
import { silentRun } from '../operation/silent-run.ts'
import { cancelOperation, startOperation } from '../operation/start-operation.ts'
import { watchOperation } from '../operation/watch-operation.ts'
import { listAllOperations } from '../overview/all-operations.ts'
import { engineStatePoll } from '../overview/engine-state.ts'
import { OpenedEnvironments } from '../overview/opened-environments.ts'
import { Overview } from '../overview/overview.ts'
import { usagePoll } from '../overview/usage.ts'
import { changeSettings, readSettings } from '../store/settings.ts'
import { Terminals } from '../terminals/terminals.ts'
import { Downloads } from '../transfers/downloads.ts'
import { Uploads } from '../transfers/uploads.ts'
import { listCleanup } from '../verbs/cleanup/list-cleanup.ts'
import { removeChosen } from '../verbs/cleanup/remove-chosen.ts'
import { differingTexts } from '../verbs/versions/compared-texts.ts'
import { differingSizes } from '../verbs/versions/size-diff.ts'
import type { AppParts } from './app-parts.ts'
import { environmentMethods } from './environment-methods.ts'
import { fileMethods } from './file-methods.ts'
import { given, implementer, unreported } from './implementer.ts'
import { projectAccess } from './project-access.ts'
import { projectMethods } from './project-methods.ts'
import { snapshotMethods } from './snapshot-methods.ts'

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
  const engineState = engineStatePoll(host)
  const usage = usagePoll(host, () => overview.running())
  const terminals = new Terminals(host)
  const opened = new OpenedEnvironments()
  const [downloads, uploads] = [new Downloads(host.home.root), new Uploads(host.home.root)]
  overview.start()

  const on = implementer(fault)
  const ongoing = new Set<Promise<unknown>>()
  const start = async (verb: (run: Run) => Promise<unknown>): Promise<{ operation: OperationId }> => ({
    operation: await startOperation(host.runningOperations, (run) => {
      const work = verb(run)
      ongoing.add(work)
      return work.finally(() => ongoing.delete(work))
    }),
  })
  const projects = projectAccess(host)
  const { open, openGone, folderOf, recordsOf } = projects
  const app: AppParts = { env, host, engine, overview, opened, downloads, uploads, start, ...projects }

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
      watch: on.engine.watch.handler(({ signal }) => engineState.watch(given(signal))),
      survey: on.engine.survey.handler(() => survey(host, false)),
      install: on.engine.install.handler(({ signal }) =>
        streamCommands(given(signal), (run) => installEngine(host, false, run)),
      ),
      start: on.engine.start.handler(({ signal }) =>
        streamCommands(given(signal), (run) => startEngine(host, run)),
      ),
    },
    settings: {
      get: on.settings.get.handler(() => readSettings(host.home)),
      change: on.settings.change.handler(async ({ input }) => {
        const settings = await changeSettings(host.home, input)
        if (input.engine !== undefined) {
          host.disconnect()
          engineState.poll()
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
    usage: { watch: on.usage.watch.handler(({ signal }) => usage.watch(given(signal))) },
    projects: projectMethods(on.projects, app),
    environment: environmentMethods(on.environment, app),
    versions: {
      list: on.versions.list.handler(async ({ input }) => engine.versions(await folderOf(input.project))),
      compare: on.versions.compare.handler(async ({ input: { project: key, from, to } }) => {
        const project = await open(key)
        const [diff, texts, sizes] = await Promise.all([
          engine.diff(project.path, from, to),
          differingTexts(host, project, from, to),
          differingSizes(host, project, from, to),
        ])
        return { ...diff, texts, sizes }
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
    snapshots: snapshotMethods(on.snapshots, app),
    files: fileMethods(on.files, app),
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
      follow: on.logs.follow.handler(async ({ input: { project, ...options }, signal }) =>
        followLogs(host, await open(project), options, given(signal)),
      ),
    },
    terminals: {
      list: on.terminals.list.handler(({ input }) => terminals.list(input.project)),
      open: on.terminals.open.handler(async ({ input: { project, size, service } }) => ({
        terminal: await terminals.start(await open(project), size, service),
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
    /** What was offered to a page at an address of its own, once. */
    download: (address: string) => downloads.take(address),
    /** Ends watches and terminals, and cancels the operations of this process, as Ctrl-C does. */
    close: async (): Promise<void> => {
      const closed = terminals.closeAll()
      for (const running of host.runningOperations.values()) running.abort()
      await Promise.allSettled([...ongoing, overview.close(), closed, uploads.cancelAll()])
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
