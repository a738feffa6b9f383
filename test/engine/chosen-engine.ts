import { rigVariables, runningRig, startRig } from '../rig/rig.ts'

/** Tests of this project run on the engine that its `PRISTINE_RIG_ENGINE` names, whichever the others run on. */
Object.assign(process.env, rigVariables(await runningRig().catch(() => startRig())))
