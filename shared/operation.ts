import * as z from 'zod/mini'
import { InputChange } from './change.ts'
import { OperationId } from './ids.ts'

/** What an operation does with its project. */
export const OperationKind = z.enum([
  'up',
  'build',
  'initialize',
  'rebuild',
  'reset',
  'stop',
  'restart',
  'remove',
  'snapshot',
  'lock',
  'clean',
  'repair',
  'clone',
])
export type OperationKind = z.infer<typeof OperationKind>

/** Which part of the work a step is. A step's name is for people; programs go by its phase and subject. */
export const StepPhase = z.enum([
  /** `initializeCommand`, on this computer. */
  'initialize',
  /** Something that git brings: a clone, a submodule, large files, dotfiles. */
  'fetch',
  /** An image; the subject is its reference. */
  'pull',
  /** A remote `ADD` source; the subject is its URL. */
  'download',
  'inputs',
  /** A step of the builder; the subject is its stage, where the Dockerfile has several. */
  'build',
  /** One command of a hook; the subject is the hook. */
  'hook',
  /** The copy on which the hooks that create content work, and their result, which becomes the version's image. */
  'bake',
  /** A container is started; the subject is its service. */
  'start',
  /** The subject is the service. */
  'health',
  'dotfiles',
  /** The subject is the version or the volume that is removed. */
  'clean',
  /** Data is copied; the subject is its volume. */
  'data',
  /** A command that installs an engine. */
  'install',
])
export type StepPhase = z.infer<typeof StepPhase>

/** An error as it is printed, sent and recorded. */
export const ErrorReport = z.strictObject({
  code: z.string(),
  message: z.string(),
  why: z.string(),
  hint: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type ErrorReport = z.infer<typeof ErrorReport>

/** What long work reports while it runs, in BuildKit's vocabulary: steps, their logs, notes. */
export const OperationEvent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('step'),
    id: z.string(),
    /** For people; of a build the instruction as it was written. */
    name: z.string(),
    state: z.enum(['running', 'done', 'cached', 'failed']),
    phase: StepPhase,
    subject: z.optional(z.string()),
    /** Of a step of the builder: which one it is, from 1, of how many of its stage. */
    place: z.optional(z.strictObject({ at: z.int(), of: z.int() })),
    /** Bytes, when the step moves data; with `unit`, so many of those. */
    done: z.optional(z.number()),
    total: z.optional(z.number()),
    unit: z.optional(z.enum(['objects', 'files'])),
  }),
  z.strictObject({ kind: z.literal('log'), step: z.string(), text: z.string() }),
  /** What is about to be made, and why. */
  z.strictObject({ kind: z.literal('plan'), ordinal: z.int(), because: z.array(InputChange) }),
  /** It failed, and what it did to the environment is being undone; the error at the end may say more. */
  z.strictObject({ kind: z.literal('undoing'), error: ErrorReport }),
  z.strictObject({ kind: z.literal('note'), text: z.string() }),
  z.strictObject({ kind: z.literal('warning'), text: z.string() }),
])
export type OperationEvent = z.infer<typeof OperationEvent>
export type StepEvent = Extract<OperationEvent, { kind: 'step' }>

/** How an operation ended; `lost` when its process died in the middle of it. */
export const OperationEnd = z.discriminatedUnion('state', [
  z.strictObject({ kind: z.literal('end'), state: z.literal('done') }),
  z.strictObject({ kind: z.literal('end'), state: z.literal('failed'), error: ErrorReport }),
  z.strictObject({ kind: z.literal('end'), state: z.literal('cancelled') }),
  z.strictObject({ kind: z.literal('end'), state: z.literal('lost') }),
])
export type OperationEnd = z.infer<typeof OperationEnd>

/** One event of a recording. `index` counts from 0 and never changes: a watcher goes on from where it was. */
export const RecordedEvent = z.strictObject({
  index: z.int().check(z.nonnegative()),
  at: z.iso.datetime(),
  event: z.union([OperationEvent, OperationEnd]),
})
export type RecordedEvent = z.infer<typeof RecordedEvent>

/**
 * One piece of long work on a project. `endedAt`: null while it runs, and where its process died.
 * `plan`: the version that it was about, and why; null if it reported none.
 */
export const Operation = z.strictObject({
  id: OperationId,
  kind: OperationKind,
  startedAt: z.iso.datetime(),
  endedAt: z.nullable(z.iso.datetime()),
  plan: z.nullable(z.strictObject({ ordinal: z.int(), because: z.array(InputChange) })),
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'lost']),
})
export type Operation = z.infer<typeof Operation>

/** Takes what must not be shown out of a text that comes in pieces; each call returns what can be shown by now. */
export interface TextFilter {
  push(piece: string): string
  end(): string
}

/** How a verb is run: `signal` cancels it, `report` receives its events. */
export interface Run {
  signal: AbortSignal
  report(event: OperationEvent): void
  /** A filter for one stream of a program's output, to be used before the stream is cut. Absent where nothing is hidden. */
  filter?(): TextFilter
  /** Called with the operation's id once its recording has begun. */
  recorded?(id: OperationId): void
}
