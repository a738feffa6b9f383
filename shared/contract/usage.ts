import { eventIterator } from '@orpc/contract'
import { UsageSample } from '../usage.ts'
import { method } from './method.ts'

/** What running services use. */
export const usage = {
  /** What the running services of all projects on the list use, every few seconds while it is watched. */
  watch: method.output(eventIterator(UsageSample)),
}
