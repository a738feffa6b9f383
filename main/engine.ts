import { isProductError, productError } from '../shared/errors.ts'
import type { OperationId } from '../shared/ids.ts'
import type { Run } from '../shared/operation.ts'
import { type CloneRequest, clone } from './clone/clone.ts'
import { doctor } from './doctor/doctor.ts'
import { installEngine } from './doctor/install-engine.ts'
import { openEditor } from './editor/editors.ts'
import { rebuild } from './environment/rebuild.ts'
import { repair } from './environment/with-writer-lock.ts'
import { readDeferred } from './git/deferred-content.ts'
import { type Host, openHost } from './host/host.ts'
import { logs } from './logs/logs.ts'
import { listOperations } from './operation/list-operations.ts'
import { silentRun } from './operation/silent-run.ts'
import { cancelOperation, startOperation } from './operation/start-operation.ts'
import { watchOperation } from './operation/watch-operation.ts'
import type { DotfilesWanted } from './personal/fetch-dotfiles.ts'
import { openProject, type Project } from './store/open-project.ts'
import { openOrRecorded, rememberProject } from './store/project-records.ts'
import { clean } from './verbs/cleanup/clean.ts'
import { diskUse } from './verbs/cleanup/disk-use.ts'
import { downloadFile, openDownload } from './verbs/container-files/download-file.ts'
import { listFiles } from './verbs/container-files/list-files.ts'
import { readFile } from './verbs/container-files/read-file.ts'
import { searchFiles } from './verbs/container-files/search-files.ts'
import { prepareUpload, uploadFile } from './verbs/container-files/upload-file.ts'
import { readProjectData } from './verbs/data/project-data.ts'
import { exportSnapshot, importSnapshot } from './verbs/data/snapshot-files.ts'
import {
  deleteSnapshotOf,
  listSnapshots,
  renameSnapshotOf,
  restoreSnapshotOf,
  takeSnapshotOf,
} from './verbs/data/snapshots.ts'
import { drift } from './verbs/drift/drift.ts'
import { exec, shell } from './verbs/exec.ts'
import { fork, removeFork } from './verbs/fork.ts'
import {
  clearLayer,
  setCommonLayer,
  setLayer,
  showCommonLayer,
  showLayer,
  switchLayer,
} from './verbs/layer.ts'
import { checkLock, lock, outdated } from './verbs/lock.ts'
import { changePersonal, setDotfiles, showPersonal } from './verbs/personal-settings.ts'
import { isPortListening } from './verbs/port-listening.ts'
import { listProjects } from './verbs/projects.ts'
import { reset } from './verbs/reset.ts'
import { runOnce } from './verbs/run.ts'
import {
  leaveOutSecret,
  listSecrets,
  provideSecret,
  removeSecret,
  secretsToAskFor,
  setSecret,
} from './verbs/secrets.ts'
import { ports, status } from './verbs/status.ts'
import { remove, restart, stop } from './verbs/stop.ts'
import { suggestStartCommand } from './verbs/suggest-start-command.ts'
import { serviceDetails, top } from './verbs/top.ts'
import { grantTrust, revokeTrust, showTrust } from './verbs/trust.ts'
import { planUp, up } from './verbs/up.ts'
import { verify } from './verbs/verify.ts'
import { diffVersions } from './verbs/versions/diff.ts'
import { mark, unmark } from './verbs/versions/mark-known-good.ts'
import { listVersions } from './verbs/versions/versions.ts'
import { watch } from './watch/watch.ts'

/**
 * The engine of Pristine: every verb, for the desktop app, the command line and the web mode alike. `env` is the
 * person's environment (`DOCKER_HOST`, `PRISTINE_HOME`, `HOME` …). Each verb documents its own errors; a folder that
 * is not there is `project-missing`, but for what removes.
 */
export const createEngine = (env: Record<string, string | undefined>) => engineOn(openHost(env))

/** The same for callers that use the host for more than verbs. */
export function engineOn(host: Host) {
  const on = <Rest extends unknown[], Result>(
    verb: (host: Host, project: Project, ...rest: Rest) => Promise<Result>,
    { remember = false, repairs = false, gone = false, cancelled = '' } = {},
  ) => {
    return async (folder: string, ...rest: Rest): Promise<Result> => {
      const project = await (gone ? openOrRecorded(host, folder) : openProject(folder, host.home))
      if (repairs) await repair(host, project, silentRun())
      const result = await verb(host, project, ...rest).catch((error: unknown) => {
        throw cancelled === '' ? error : asCancelled(error, cancelled)
      })
      if (remember) await rememberProject(host, project)
      return result
    }
  }
  const folderOf = async (folder: string) => host.home.project((await openProject(folder, host.home)).key)
  return {
    up: on(up),
    planUp: on(planUp, { repairs: true, cancelled: NOTHING }),
    status: on(status, { repairs: true, cancelled: NOTHING }),
    drift: on(drift, { repairs: true, cancelled: NOTHING }),
    stop: on(stop, { cancelled: PART }),
    restart: on(restart, { cancelled: PART }),
    remove: on(remove, { gone: true, cancelled: PART }),
    reset: on(reset, { remember: true }),
    data: on(readProjectData, { repairs: true, cancelled: NOTHING }),
    snapshots: on(listSnapshots, { repairs: true, cancelled: NOTHING }),
    takeSnapshot: on(takeSnapshotOf),
    restoreSnapshot: on(restoreSnapshotOf),
    renameSnapshot: on(renameSnapshotOf),
    deleteSnapshot: on(deleteSnapshotOf),
    exportSnapshot: on(exportSnapshot, { cancelled: NOTHING }),
    importSnapshot: on(importSnapshot, { cancelled: NOTHING }),
    rebuild: on(rebuild),
    exec: on(exec, { repairs: true, cancelled: NOTHING }),
    shell: on(shell, { repairs: true, cancelled: NOTHING }),
    logs: on(logs, { repairs: true, cancelled: NOTHING }),
    top: on(top, { repairs: true, cancelled: NOTHING }),
    serviceDetails: on(serviceDetails, { repairs: true, cancelled: NOTHING }),
    files: on(listFiles, { repairs: true, cancelled: NOTHING }),
    searchFiles: on(searchFiles, { repairs: true, cancelled: NOTHING }),
    readFile: on(readFile, { repairs: true, cancelled: NOTHING }),
    openDownload: on(openDownload, { repairs: true, cancelled: NOTHING }),
    downloadFile: on(downloadFile, { repairs: true, cancelled: NOTHING }),
    prepareUpload: on(prepareUpload, { repairs: true, cancelled: NOTHING }),
    uploadFile: on(uploadFile, { repairs: true, cancelled: NOTHING }),
    ports: on(ports, { repairs: true, cancelled: NOTHING }),
    listens: on(isPortListening),
    programStart: on(suggestStartCommand, { repairs: true, cancelled: NOTHING }),
    run: on(runOnce, { cancelled: OWN_CONTAINER }),
    watch: on(watch, { repairs: true }),
    versions: on(listVersions, { repairs: true, cancelled: NOTHING }),
    disk: on(diskUse, { repairs: true, cancelled: NOTHING }),
    diff: on(diffVersions, { repairs: true, cancelled: NOTHING }),
    clean: on(clean, { gone: true, cancelled: PART }),
    mark: on(mark, { repairs: true }),
    unmark: on(unmark, { repairs: true }),
    lock: on(lock, { repairs: true, cancelled: NOTHING }),
    checkLock: on(checkLock, { repairs: true, cancelled: NOTHING }),
    outdated: on(outdated, { repairs: true, cancelled: NOTHING }),
    verify: on(verify, { repairs: true, cancelled: NOTHING }),
    // Loaded when it is wanted: no other verb has to wait for its parsers.
    propose: async (folder: string) => {
      const { propose } = await import('./proposal/propose.ts')
      return propose(await openProject(folder, host.home))
    },
    writeProposal: async (folder: string, fingerprint: string) => {
      const { writeProposal } = await import('./proposal/write-proposal.ts')
      return writeProposal(await openProject(folder, host.home), fingerprint)
    },
    openEditor: on(openEditor, { repairs: true }),
    trust: on(showTrust),
    /** What a project's clone left out, as long as it was not fetched. */
    deferredContent: on((host, project) => readDeferred(host.home, project.key)),
    secrets: on(listSecrets),
    secretsToAskFor: on(secretsToAskFor),
    leaveOutSecret: on(leaveOutSecret),
    setSecret: on(setSecret),
    provideSecret: on(provideSecret),
    removeSecret: on(removeSecret),
    personal: on(showPersonal),
    changePersonal: on(changePersonal),
    layer: on(showLayer),
    setLayer: on(setLayer),
    clearLayer: on(clearLayer),
    switchLayer: on(switchLayer),
    commonLayer: () => showCommonLayer(host),
    setCommonLayer: (text: string | null) => setCommonLayer(host, text),
    setDotfiles: (wanted: DotfilesWanted | null, run: Run) => setDotfiles(host, wanted, run),
    grantTrust: on(grantTrust),
    revokeTrust: on(revokeTrust),
    fork: on(fork, { cancelled: PART }),
    removeFork: on(removeFork, { cancelled: PART }),
    /** Clones a repository, and puts it on the list. */
    clone: (request: CloneRequest, run: Run) => clone(host, request, run),
    doctor: () => doctor(host),
    /** Installs a container engine on this computer. */
    install: (run: Run) => installEngine(host, true, run),
    list: () => listProjects(host),
    /** Starts a verb as an operation of this process and returns its id; what comes of it is in its recording. */
    start: (verb: (run: Run) => Promise<unknown>) => startOperation(host.runningOperations, verb),
    operations: async (folder: string) => listOperations(await folderOf(folder)),
    /** The events of an operation, of any process, from an index on. Errors: `operation-unknown`. */
    watchOperation: async function* (folder: string, id: OperationId, from: number, signal: AbortSignal) {
      yield* watchOperation(await folderOf(folder), id, from, signal)
    },
    /** Cancels an operation; false when it has ended. */
    cancel: async (folder: string, id: OperationId) =>
      cancelOperation(host.runningOperations, await folderOf(folder), id),
    /** Waits for what results did not wait for: the removal of replaced containers. */
    settled: host.backgroundDone,
  }
}

/** What is left of a verb that was cancelled, where it does not replace the environment. */
const NOTHING = 'Nothing was changed.'
const PART = 'What was done until then stays; run it again to go on.'
const OWN_CONTAINER = 'The container of the command is gone; the environment was left alone.'

/** A cancelled verb states what it left, unless the error already does. */
function asCancelled(error: unknown, left: string): unknown {
  if (!isProductError(error, 'cancelled') || error.data['left'] !== undefined) return error
  return productError('cancelled', { left }, { cause: error })
}

export type PristineEngine = ReturnType<typeof createEngine>
