import { rigVariables, startRig } from '../rig/rig.ts'

/** Starts the rig once for all engine tests; it stays for the next run. */
export default async function setup(): Promise<void> {
  Object.assign(process.env, rigVariables(await startRig()))
}
