import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { ImageBuildOptions } from 'dockerode'
import { productError } from '../../../shared/errors.ts'
import type { Run, TextFilter } from '../../../shared/operation.ts'
import type { Engine } from '../connection/connect.ts'
import { engineFailure, isBroken, reasonOf } from '../connection/engine-call.ts'
import { withHeartbeat } from '../connection/heartbeat.ts'
import { LABEL } from '../labels.ts'
import { followProgress, type ProgressMessage } from '../progress-stream.ts'
import { LastLines } from '../streams/last-lines.ts'
import { WholeLines } from '../streams/whole-lines.ts'
import { type SessionAttachables, withBuildSession } from './build-session.ts'
import { type BuildStatus, decodeBuildStatus } from './buildkit-trace.ts'
import { readVertexName } from './vertex-name.ts'

const TRACE = 'moby.buildkit.trace'
const IMAGE_ID = 'moby.image.id'
/** Completes "The engine refused while …". */
const DOING = 'building the image'

/** A build that failed: the step as the builder names it, the builder's words, the step's last lines. */
export class BuildFailure extends Error {
  readonly step: string | undefined
  readonly output: string[]
  constructor(problem: string, step: string | undefined, output: string[], options?: ErrorOptions) {
    super(problem, options)
    this.name = 'BuildFailure'
    this.step = step
    this.output = output
  }
}

/** The last stage of the Dockerfile is the one that is built. */
export interface BuildRequest {
  context: Readable
  dockerfile: string
  args: Record<string, string>
  /** The image's name, `repository:tag`. */
  tag?: string
  /** Labels beside those of the Dockerfile. */
  labels?: Record<string, string>
  /** Whose cache mounts it has: only builds with the same name share theirs. */
  caches?: string
  /** What mounts of the build are given; needs BuildKit. */
  attachables?: SessionAttachables | undefined
}

/**
 * Builds an image and returns its id; every step and its output is reported. BuildKit where the engine has it, else
 * the classic builder. Base images must be on the engine already, so no credentials are needed here.
 * Errors: `BuildFailure` for the person's own build, `engine-refused`, `engine-unreachable`, `cancelled`.
 */
export function buildImage(engine: Engine, request: BuildRequest, run: Run): Promise<string> {
  const { attachables } = request
  return withHeartbeat(engine, DOING, run.signal, (signal) => {
    const within = (session?: string) => build(engine, request, session, { ...run, signal })
    return attachables ? withBuildSession(engine, attachables, DOING, signal, within) : within()
  })
}

async function build(
  engine: Engine,
  request: BuildRequest,
  session: string | undefined,
  run: Run,
): Promise<string> {
  // dockerode would open a session that hands one credential to any registry that asks: the number avoids it.
  const version = engine.buildkit ? (2 as unknown as '2') : '1'
  const options: ImageBuildOptions & { abortSignal: AbortSignal; session?: string } = {
    version,
    ...(session !== undefined && { session }),
    dockerfile: request.dockerfile,
    ...(request.tag !== undefined && { t: request.tag }),
    ...(request.labels && { labels: request.labels }),
    buildargs: {
      ...request.args,
      // https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args
      ...(engine.buildkit && request.caches !== undefined && { BUILDKIT_CACHE_MOUNT_NS: request.caches }),
    },
    rm: true,
    forcerm: true,
    abortSignal: run.signal,
  }
  const steps = engine.buildkit ? new BuildKitSteps(run) : new ClassicSteps(run)
  let stream: NodeJS.ReadableStream
  try {
    stream = await engine.docker.buildImage(request.context, options)
  } catch (error) {
    if (run.signal.aborted) throw productError('cancelled', {}, { cause: error })
    // A Dockerfile that the builder cannot read is refused before the first step.
    if ((error as { statusCode?: number }).statusCode === 400) {
      throw new BuildFailure(reasonOf(error), undefined, [], { cause: error })
    }
    throw engineFailure(DOING, error)
  }
  const pending: Promise<void>[] = []
  try {
    await followProgress(stream, run.signal, (message) => {
      pending.push(Promise.resolve(steps.onMessage(message)))
    })
    await Promise.all(pending)
    steps.end()
  } catch (error) {
    if (run.signal.aborted) throw error
    if (isBroken(error)) throw engineFailure(DOING, error)
    await Promise.allSettled(pending)
    const { step, output } = steps.failed()
    throw new BuildFailure(reasonOf(error), step, output, { cause: error })
  }
  if (!steps.image) throw engineFailure(DOING, new Error('the build ended without an image'))
  return steps.image
}

class StepOutput {
  private readonly kept = new Map<string, LastLines>()
  add(step: string, text: string): void {
    const last = this.kept.get(step) ?? new LastLines()
    last.add(text)
    this.kept.set(step, last)
  }
  of(step: string): string[] {
    return this.kept.get(step)?.lines ?? []
  }
}

/** Lines of one stream, of bytes that are cut anywhere. */
class PrintedLines {
  private readonly decoder = new StringDecoder('utf8')
  private readonly lines: WholeLines

  constructor(onText: (text: string) => void, filter?: TextFilter) {
    this.lines = new WholeLines(onText, filter)
  }

  push(bytes: Buffer): void {
    this.lines.push(this.decoder.write(bytes))
  }

  end(): void {
    this.lines.push(this.decoder.end())
    this.lines.end()
  }
}

/** Turns BuildKit's status messages into steps. */
class BuildKitSteps {
  image: string | undefined
  private readonly names = new Map<string, string>()
  private readonly output = new StepOutput()
  /** By step and stream. */
  private readonly lines = new Map<string, PrintedLines>()
  private failing: string | undefined
  private readonly run: Run

  constructor(run: Run) {
    this.run = run
  }

  async onMessage(message: ProgressMessage): Promise<void> {
    if (message.id === IMAGE_ID) this.image = (message.aux as { ID?: string }).ID
    if (message.id === TRACE && typeof message.aux === 'string')
      this.onStatus(await decodeBuildStatus(message.aux))
  }

  private onStatus(status: BuildStatus): void {
    for (const vertex of status.vertexes) {
      // BuildKit's own housekeeping is no news to a person.
      if (!vertex.name.startsWith('[') || vertex.name.startsWith('[internal]')) continue
      this.names.set(vertex.digest, vertex.name)
      if (vertex.error && !/cancell?ed/.test(vertex.error)) this.failing = vertex.digest
      if (!vertex.started && !vertex.completed) continue
      const state = vertex.error
        ? 'failed'
        : !vertex.completed
          ? 'running'
          : vertex.cached
            ? 'cached'
            : 'done'
      this.run.report({ kind: 'step', id: vertex.digest, ...readVertexName(vertex.name), state })
    }
    for (const { vertex, stream = '0', msg } of status.logs)
      this.printed(vertex, stream).push(Buffer.from(msg))
    for (const warning of status.warnings) {
      this.run.report({ kind: 'warning', text: Buffer.from(warning.short).toString('utf8') })
    }
  }

  private printed(vertex: string, stream: string): PrintedLines {
    const key = `${vertex} ${stream}`
    const known = this.lines.get(key)
    if (known) return known
    const lines = new PrintedLines((text) => {
      this.output.add(vertex, text)
      this.run.report({ kind: 'log', step: vertex, text })
    }, this.run.filter?.())
    this.lines.set(key, lines)
    return lines
  }

  /** Reports what was printed last without a line end. */
  end(): void {
    for (const lines of this.lines.values()) lines.end()
  }

  failed(): { step: string | undefined; output: string[] } {
    this.end()
    if (!this.failing) return { step: undefined, output: [] }
    return { step: this.names.get(this.failing), output: this.output.of(this.failing) }
  }
}

/** How a step begins: `Step 2/5 : RUN …`; for Podman `STEP 2/5: RUN …`, `[2/3] STEP 2/5: RUN …` in one of several stages. */
const STEP = /^(?:\[(\d+)\/\d+\] )?step (\d+\/\d+) ?: ([\s\S]*?)\n?$/i
/** What the builder reports about itself. */
const OWN_WORDS =
  /^ ---> |^Removing intermediate container|^Successfully tagged|^--> |^(\[\d+\/\d+\] )?COMMIT |^[0-9a-f]{64}\n$/

/** Labels that identify a version's image are not the person's steps. */
const OWN_LABELS = new RegExp(`^LABEL "?(?:${LABEL.role}|${LABEL.version})\\b`)

/** Turns the classic builder's text (` ---> Using cache`) into steps. */
class ClassicSteps {
  image: string | undefined
  private step: { id: string; name: string; cached: boolean; lines: WholeLines } | undefined
  private readonly output = new StepOutput()
  private readonly run: Run

  constructor(run: Run) {
    this.run = run
  }

  onMessage(message: ProgressMessage): void {
    const id = (message.aux as { ID?: string } | undefined)?.ID
    if (id) this.image = id
    if (message.errorDetail || message.error) this.end('failed')
    const text = message.stream
    if (!text) return
    const start = STEP.exec(text)
    if (start) {
      this.end()
      const [, stage, number = '', instruction = ''] = start
      if (OWN_LABELS.test(instruction)) return
      const id = stage === undefined ? number : `stage-${Number(stage) - 1} ${number}`
      const lines = new WholeLines((text) => {
        this.output.add(id, text)
        this.run.report({ kind: 'log', step: id, text })
      }, this.run.filter?.())
      this.step = { id, name: `[${id}] ${instruction}`, cached: false, lines }
      this.run.report({ kind: 'step', id, ...readVertexName(this.step.name), state: 'running' })
    } else if (/^ ---> Using cache|^--> Using cache/.test(text)) {
      if (this.step) this.step.cached = true
    } else if (/^Successfully built /.test(text)) {
      this.end()
    } else if (!OWN_WORDS.test(text) && this.step) {
      this.step.lines.push(text)
    }
  }

  end(state?: 'failed'): void {
    if (!this.step) return
    const { id, name, cached, lines } = this.step
    lines.end()
    this.run.report({
      kind: 'step',
      id,
      ...readVertexName(name),
      state: state ?? (cached ? 'cached' : 'done'),
    })
    if (!state) this.step = undefined
  }

  failed(): { step: string | undefined; output: string[] } {
    return { step: this.step?.name, output: this.step ? this.output.of(this.step.id) : [] }
  }
}
