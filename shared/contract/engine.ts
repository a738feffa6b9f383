import { eventIterator } from '@orpc/contract'
import { EngineCommandEvent, EngineState, EngineSurvey } from '../engine-state.ts'
import { method } from './method.ts'

/** The container engine of this computer. */
export const engine = {
  /** Whether an engine answers, and each time that changes. */
  watch: method.output(eventIterator(EngineState)),
  /** Where an engine may be, what is there, and what can be done. */
  survey: method.output(EngineSurvey),
  /** Installs one with the system's packages: only the commands that `survey` lists. */
  install: method.output(eventIterator(EngineCommandEvent)),
  /** Starts one that is there, with the command that `survey` names, and waits until it answers. */
  start: method.output(eventIterator(EngineCommandEvent)),
}
