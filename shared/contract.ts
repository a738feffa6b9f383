import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod/mini'
import { CleanupChoice, CleanupProject, UnneededStore } from './cleanup.ts'
import { DeferredContent } from './clone.ts'
import { ContainerProcess, ServiceDetails } from './container.ts'
import { ProjectData } from './data.ts'
import { DeclaredSecret } from './definition.ts'
import { DriftReport } from './drift.ts'
import { Editor, EditorId } from './editor.ts'
import { EngineState, EngineSurvey, InstallEvent } from './engine-state.ts'
import { Status } from './environment.ts'
import { FileContent, FileName, FolderListing, InsidePath, UPLOAD_CHUNK, Uploaded, UploadId } from './file.ts'
import { OperationId, ProjectKey, Sha256, VersionId } from './ids.ts'
import { LayerState, LayerText, MAX_LAYER } from './layer.ts'
import { LogLines } from './log.ts'
import { ErrorReport, Operation, RecordedEvent } from './operation.ts'
import { ProgramStart } from './program-start.ts'
import { DefinitionText, ProjectSummary, ProjectsEvent } from './project.ts'
import { Proposal, ProposalFingerprint } from './proposal.ts'
import { SecretList } from './secret.ts'
import { Dotfiles, Settings, SettingsChange } from './settings.ts'
import { Snapshot, SnapshotName } from './snapshot.ts'
import { TerminalEvent, TerminalId, TerminalSize } from './terminal.ts'
import { PermissionRequest } from './trust.ts'
import { UsageSample } from './usage.ts'
import { SizeDiff, Verified, Version, VersionDiff } from './version.ts'

/**
 * Every method and stream between the screens and the engine. A project is named by its key, and only a project that was
 * opened has one: no method takes a path of this computer but `projects.open`, `projects.clone` and those that read or write a
 * snapshot's file, and none passes a request on to the container engine.
 *
 * Every failure is `PRODUCT`, with the report that the command line prints. Methods that begin long work return its
 * operation as soon as it is recorded; what comes of it is seen with `operations.watch`.
 */
const method = oc.errors({ PRODUCT: { status: 400, data: ErrorReport } })

const project = z.strictObject({ project: ProjectKey })
const operation = z.extend(project, { operation: OperationId })
/** v11, an id, `known-good` or `current`. */
const versionName = z.string().check(z.minLength(1), z.maxLength(80))
/** One service of those that Compose files define. Errors: `service-unknown`, `service-missing`, `service-not-running`. */
const ofService = z.extend(project, {
  service: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
})
const started = z.strictObject({ operation: OperationId })
const secret = z.extend(project, { name: z.string().check(z.minLength(1), z.maxLength(200)) })
const snapshot = z.extend(project, { name: SnapshotName })
const file = z.string().check(z.minLength(1), z.maxLength(4096), z.regex(/^[^\0]+$/))
const ofPath = z.extend(ofService, { path: InsidePath })
const upload = z.strictObject({ upload: UploadId })
const terminal = z.strictObject({ terminal: TerminalId })
/** A git reference or an image reference. */
const reference = z.string().check(z.minLength(1), z.maxLength(2000))

export const contract = {
  app: {
    /** The program's version, and what a report of a problem should hold; without names of people or secrets. */
    about: method.output(
      z.strictObject({ version: z.string(), platform: z.string(), node: z.string(), home: z.string() }),
    ),
  },
  engine: {
    /** Whether an engine answers, and each time that changes. */
    watch: method.output(eventIterator(EngineState)),
    /** Where an engine may be, what is there, and what can be done. */
    survey: method.output(EngineSurvey),
    /** Installs one with the system's packages: only the commands that `survey` lists. */
    install: method.output(eventIterator(InstallEvent)),
  },
  usage: {
    /** What the running services of all projects on the list use, every few seconds while it is watched. */
    watch: method.output(eventIterator(UsageSample)),
  },
  settings: {
    get: method.output(Settings),
    change: method.input(SettingsChange).output(Settings),
    /** Fetches the person's dotfiles, as `Dotfiles` has them, for new containers; null gives none any more. */
    dotfiles: method
      .input(
        z.strictObject({
          dotfiles: z.nullable(
            z.strictObject({ source: Dotfiles.shape.source, install: Dotfiles.shape.install }),
          ),
        }),
      )
      .output(Settings),
    /** The person's layer for all projects; null where there is none. */
    layer: method.output(z.nullable(LayerText)),
    /** Saves it, or with null removes it. Environments get it when they are brought up. */
    setLayer: method
      .input(z.strictObject({ text: z.nullable(z.string().check(z.maxLength(MAX_LAYER))) }))
      .output(z.nullable(LayerText)),
  },
  projects: {
    /** Opens a folder, which only reads, and puts it on the list. */
    open: method
      .input(z.strictObject({ folder: z.string().check(z.minLength(1), z.maxLength(4096)) }))
      .output(ProjectSummary),
    /**
     * Clones a git URL (`url#branch`) into a folder, by its whole path, and opens it. A folder that is a clone of it
     * already is opened as it is, without an operation. A project whose clone failed or was cancelled leaves the list.
     */
    clone: method
      .input(
        z.strictObject({
          source: z.string().check(z.minLength(1), z.maxLength(2000)),
          /** A branch, tag or commit; else what the URL names, else what the repository chooses. */
          reference: z.nullable(z.string().check(z.minLength(1), z.maxLength(200))),
          destination: z.string().check(z.maxLength(4096), z.regex(/^[^\0]+$/)),
        }),
      )
      .output(z.strictObject({ project: ProjectKey, operation: z.nullable(OperationId) })),
    /** Puts the sample project into a new folder of the person's and opens it. */
    openSample: method.output(ProjectSummary),
    /** Takes a project off the list; its environment, versions and data stay. */
    forget: method.input(project),
    watch: method.output(eventIterator(ProjectsEvent)),
    /** What its clone has not fetched yet, which its first start fetches; null when that is nothing. */
    leftOut: method.input(project).output(z.nullable(DeferredContent)),
    definition: method.input(project).output(DefinitionText),
    /** A definition for a project that has none; only reads. */
    propose: method.input(project).output(Proposal),
    /** Writes a proposal that was shown; refused when it would be another one by now. */
    writeProposal: method.input(z.extend(project, { fingerprint: ProposalFingerprint })),
  },
  environment: {
    /** The person's layers, as they count for it. */
    layer: method.input(project).output(LayerState),
    /** Sets whether it is run with the layer that is for it. It changes when it is brought up. */
    switchLayer: method.input(z.extend(project, { on: z.boolean() })).output(LayerState),
    status: method.input(project).output(Status),
    /** Fails with `not-trusted` if permissions are requested that are not granted (`trust.request`). */
    up: method.input(project).output(started),
    stop: method.input(project).output(started),
    /** All of it, or one service with those that depend on it with `restart: true`. */
    restart: method.input(ofService).output(started),
    /** `trust`: the fingerprint of an older version that was refused as `not-trusted`, which grants it. */
    reset: method
      .input(
        z.extend(project, {
          to: z.optional(versionName),
          /** The snapshot that the data is to be, or null for empty volumes; without it the data stays. */
          snapshot: z.optional(z.nullable(SnapshotName)),
          /** Whether the data that is replaced goes without being captured. */
          discard: z.optional(z.boolean()),
          trust: z.optional(Sha256),
        }),
      )
      .output(started),
    /** The data as it is: its volumes, and how the engine captures them. Measures them. */
    data: method.input(project).output(ProjectData),
    remove: method.input(z.extend(project, { data: z.boolean(), versions: z.boolean() })).output(started),
    /** Of all services where none is named. */
    drift: method.input(ofService).output(
      z.extend(DriftReport, {
        /** The change as a patch of the definition's files; null where it is none of them that would have to change. */
        patch: z.nullable(z.string()),
      }),
    ),
    /** What the container of a service was created with; without a name, of the one that a person works in. */
    details: method.input(ofService).output(ServiceDetails),
    /** The processes of that container, every few seconds. Ends with it. */
    processes: method.input(ofService).output(eventIterator(z.array(ContainerProcess))),
    /**
     * Whether a program inside listens on a port that the environment publishes as this one of this computer; null where
     * that cannot be known.
     */
    listens: method
      .input(z.extend(project, { port: z.int().check(z.gte(1), z.lte(65535)) }))
      .output(z.nullable(z.boolean())),
    /** How the program of the project is started. */
    programStart: method.input(project).output(ProgramStart),
    /** Whether lock, image and environment match the folder. Fails as `lock-outdated` or `version-mismatch`. */
    verify: method.input(project).output(Verified),
    /** What a reset would take away, beside changed files: how many terminals and commands are open. */
    sessions: method.input(project).output(z.int()),
    /** The editors of this computer that can open a running environment. */
    editors: method.output(z.array(Editor)),
    openEditor: method.input(z.extend(project, { editor: EditorId })),
  },
  versions: {
    list: method.input(project).output(z.array(Version)),
    compare: method.input(z.extend(project, { from: versionName, to: versionName })).output(
      z.extend(VersionDiff, {
        /** The definition's texts that differ, whole; null where a version has none of that name. */
        texts: z.array(
          z.strictObject({ file: z.string(), from: z.nullable(z.string()), to: z.nullable(z.string()) }),
        ),
        /** Null where one of the images is not on the engine, or none answers. */
        sizes: z.nullable(SizeDiff),
      }),
    ),
    mark: method.input(z.extend(project, { version: VersionId })),
    unmark: method.input(project),
    /** Builds the image of a version again that was cleaned up; what runs stays as it is. */
    rebuild: method.input(z.extend(project, { version: VersionId })).output(started),
  },
  snapshots: {
    /** Newest first. */
    list: method.input(project).output(z.array(Snapshot)),
    /** Captures the data, under a name of its own where none is given. The environment is replaced by a fresh one. */
    take: method
      .input(z.extend(project, { name: z.optional(SnapshotName), trust: z.optional(Sha256) }))
      .output(started),
    /** Gives the data the content of a snapshot. What it was is captured first. */
    restore: method.input(z.extend(snapshot, { trust: z.optional(Sha256) })).output(started),
    /** Writes a snapshot into a new file, by its whole path, which ends with `.tar`. */
    export: method.input(z.extend(snapshot, { file })).output(started),
    /** Adds a snapshot from a file, by its whole path, under its own name where none is given. */
    import: method.input(z.extend(project, { file, name: z.optional(SnapshotName) })).output(started),
    rename: method.input(z.extend(snapshot, { to: SnapshotName })).output(Snapshot),
    delete: method.input(snapshot),
  },
  trust: {
    /** What the definition reaches today, and what of it was granted. Only reads. */
    request: method.input(project).output(PermissionRequest),
    /** Grants a request that was shown; `trust-outdated` when today's is another one. Starts nothing. */
    grant: method.input(z.extend(project, { fingerprint: Sha256 })).output(PermissionRequest),
    /** Takes back everything that was granted; what runs goes on. */
    revoke: method.input(project).output(z.nullable(PermissionRequest)),
  },
  secrets: {
    /** The secrets that the definition declares, and their state; never their values. Only reads. */
    list: method.input(project).output(SecretList),
    /**
     * Those that a person who starts the environment is to be asked for: without a value, and not left out before.
     * Fails as `not-trusted` where a start would.
     */
    wanted: method.input(project).output(z.array(DeclaredSecret)),
    /**
     * Stores the value of a declared secret in the system's key store; if that cannot be used, in memory until Pristine
     * ends, and `problem` explains why.
     */
    give: method
      .input(z.extend(secret, { value: z.string().check(z.maxLength(64 * 1024)) }))
      .output(z.strictObject({ problem: z.nullable(z.string()) })),
    /** It is not asked for again before a start. */
    leaveOut: method.input(secret),
    /** Forgets its value. */
    remove: method.input(secret),
  },
  lock: {
    /** The pins whose reference points elsewhere today. Asks the registries. */
    outdated: method
      .input(project)
      .output(z.array(z.strictObject({ reference: z.string(), locked: z.string(), latest: z.string() }))),
    /** Moves pins to what they point at today; all of them where none is named. */
    update: method.input(z.extend(project, { references: z.optional(z.array(reference)) })).output(started),
  },
  operations: {
    /** Newest first; of all projects where none is named. */
    list: method
      .input(z.strictObject({ project: z.optional(ProjectKey) }))
      .output(z.array(z.extend(Operation, { project: ProjectKey, name: z.string() }))),
    watch: method
      .input(z.extend(operation, { from: z.int().check(z.nonnegative()) }))
      .output(eventIterator(RecordedEvent)),
    /** False when it has ended already. */
    cancel: method.input(operation).output(z.boolean()),
  },
  logs: {
    /**
     * The last `tail` lines of a service, or of each where none is named, and what comes, in batches and in the order of
     * their times. Ends when the environment is replaced.
     */
    follow: method
      .input(z.extend(ofService, { tail: z.int().check(z.gte(0), z.lte(1_000_000)) }))
      .output(eventIterator(LogLines)),
  },
  files: {
    /** What a folder of a running service holds; without a service, of the one that a person works in. */
    list: method.input(ofPath).output(FolderListing),
    /** The text of a file, and how it differs from the image's. */
    read: method.input(ofPath).output(FileContent),
    /** Offers a file to the browser, at an address that is good for one request within a minute. */
    offer: method.input(ofPath).output(z.strictObject({ address: z.string() })),
    /** Begins to write a file into a folder. It is there, under its name, when `finish` has returned. */
    upload: method
      .input(
        z.extend(ofPath, {
          name: FileName,
          /** In bytes. */
          size: z.int().check(z.nonnegative()),
          replace: z.boolean(),
        }),
      )
      .output(upload),
    /** Its next bytes, in base64. Returns when they were taken. */
    send: method.input(
      z.extend(upload, {
        bytes: z.string().check(z.maxLength(Math.ceil(UPLOAD_CHUNK / 3) * 4), z.regex(/^[\w+/]*={0,2}$/)),
      }),
    ),
    finish: method.input(upload).output(Uploaded),
    /** Nothing is left of it. */
    cancel: method.input(upload),
  },
  terminals: {
    /** `service`: in which it was opened, if one was named. */
    list: method.input(project).output(z.array(z.extend(terminal, { service: z.nullable(z.string()) }))),
    /** Without a service in the one that a person works in. */
    open: method.input(z.extend(ofService, { size: TerminalSize })).output(terminal),
    /** What it shows from an offset on; what is older than the kept scroll-back is left out. */
    watch: method
      .input(z.extend(terminal, { from: z.int().check(z.nonnegative()) }))
      .output(eventIterator(TerminalEvent)),
    write: method.input(z.extend(terminal, { text: z.string().check(z.maxLength(1024 * 1024)) })),
    resize: method.input(z.extend(terminal, { size: TerminalSize })),
    close: method.input(terminal),
  },
  cleanup: {
    list: method.output(z.array(CleanupProject)),
    remove: method.input(CleanupChoice).output(started),
    /** What of the data folder can go without loss; `prune` removes it. */
    store: method.output(UnneededStore),
    prune: method.output(UnneededStore),
  },
}
