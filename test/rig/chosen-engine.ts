import { rigVariables, startedRig, startRig } from './rig.ts'

/**
 * Set-up of a test file: its tests run on the engine that `PRISTINE_RIG_ENGINE` names, once a start that is under way has
 * ended. Where that failed, the file starts the rig again, and fails with the cause.
 */
Object.assign(process.env, rigVariables(await startedRig().catch(() => startRig())))
