import * as z from 'zod/mini'
import { CleanupChoice, CleanupProject, UnneededStore } from '../cleanup.ts'
import { method, started } from './method.ts'

/** What Pristine keeps on the engine and in its data folder, and what of it can go. */
export const cleanup = {
  list: method.output(z.array(CleanupProject)),
  remove: method.input(CleanupChoice).output(started),
  /** What of the data folder can go without loss; `prune` removes it. */
  store: method.output(UnneededStore),
  prune: method.output(UnneededStore),
}
