import type { ProjectKey } from '../../shared/ids.ts'
import type { Host } from '../host/host.ts'
import { readPinCheck } from '../lock/pin-check.ts'
import type { Project } from '../store/open-project.ts'
import { readSettings } from '../store/settings.ts'
import { type AskDigest, askRegistry, checkPins } from '../verbs/check-pins.ts'

const MINUTE = 60_000
/** How often a project is checked, also after a failed check. */
const CHECK_INTERVAL = 24 * 60 * MINUTE
const RETRY_INTERVAL = 60 * MINUTE
/** A start contacts no registry, so none is contacted before an environment has run for this long. */
const SETTLED = 10 * MINUTE
/** A longer check is given up, because the checks of other projects wait for it. */
const LONGEST_CHECK = 5 * MINUTE

/** The times that decide whether a project is checked now, in milliseconds since 1970. */
export interface CheckTimes {
  now: number
  /** When its environment was first seen running. */
  runsSince: number
  /** When it was last checked; undefined if it never was. */
  checked: number | undefined
  /** When it was last tried. */
  tried: number | undefined
}

type Seen = Pick<CheckTimes, 'runsSince' | 'tried'>

/** Whether a project is due for a check. A clock that was turned back does not delay the check. */
export function isDue({ now, runsSince, checked, tried }: CheckTimes): boolean {
  const past = (time: number | undefined, long: number) =>
    time === undefined || now - time >= long || time > now
  return now - runsSince >= SETTLED && past(checked, CHECK_INTERVAL) && past(tried, RETRY_INTERVAL)
}

/**
 * Checks once a day whether the pinned images of running environments have moved, one project after the other, unless
 * disabled in the settings. A failed check is retried later without a report: nothing waits for it.
 */
export class DailyPinChecks {
  private readonly host: Host
  private readonly projects = new Map<ProjectKey, Seen>()
  /** The registries' answers: projects share images, and registries limit requests. */
  private readonly answers = new Map<string, { at: number; digest: Promise<string> }>()
  private readonly end = new AbortController()
  private working: Promise<unknown> = Promise.resolve()

  constructor(host: Host) {
    this.host = host
  }

  /** Notes that a project's environment runs. */
  onRunning(project: Project): void {
    const now = Date.now()
    const seen: Seen = this.projects.get(project.key) ?? { runsSince: now, tried: undefined }
    this.projects.set(project.key, seen)
    // The time of the last check is read from the disk only if a check may be due.
    if (!isDue({ now, ...seen, checked: undefined })) return
    seen.tried = now
    this.working = this.working.then(() => this.check(project, now, seen.runsSince)).catch(() => {})
  }

  /** Notes that a project's environment does not run. */
  onStopped(key: ProjectKey): void {
    this.projects.delete(key)
  }

  /** Waits until everything that was due has been checked. */
  async idle(): Promise<void> {
    await this.working
  }

  async close(): Promise<void> {
    this.end.abort()
    await this.idle()
  }

  private async check(project: Project, now: number, runsSince: number): Promise<void> {
    const { signal } = this.end
    const last = await readPinCheck(this.host.home, project.key)
    if (signal.aborted || !isDue({ now, runsSince, checked: last?.at, tried: undefined })) return
    if (!(await readSettings(this.host.home)).baseImages) return
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_CHECK)])
    await checkPins(this.host, project, this.ask, limited)
  }

  private readonly ask: AskDigest = (reference, signal) => {
    const known = this.answers.get(reference)
    if (known && Date.now() - known.at < CHECK_INTERVAL) return known.digest
    const digest = askRegistry(this.host)(reference, signal)
    this.answers.set(reference, { at: Date.now(), digest })
    digest.catch(() => this.answers.delete(reference))
    return digest
  }
}
