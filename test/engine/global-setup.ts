import { buildPrograms } from '../built.ts'
import { startRig } from '../rig/rig.ts'

/**
 * Builds the command line and begins to start the rig, which makes its base images on a bare machine, while the suites
 * before this one run. A test file that needs the rig waits for it (`chosen-engine.ts`). The rig stays for the next run.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await buildPrograms()
  const begun = startRig().then(
    () => {},
    () => {},
  )
  return () => begun
}
