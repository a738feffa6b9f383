import { buildPrograms } from '../built.ts'
import { rigVariables, startRig } from '../rig/rig.ts'

/** Starts the rig and builds the command line, once for all engine tests; the rig stays for the next run. */
export default async function setup(): Promise<void> {
  Object.assign(process.env, rigVariables(await startRig()))
  await buildPrograms()
}
