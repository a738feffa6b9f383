import { buildPrograms } from '../built.ts'
import { startRig } from '../rig/rig.ts'

/**
 * Begins to start the engine with containerd's image store, which is a minute's work on a bare machine, while the suites
 * before this one run. Whoever needs it waits for it (`chosen-engine.ts`), and is told there why it failed.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await startRig('docker')
  await buildPrograms()
  const begun = startRig('containerd').then(
    () => {},
    () => {},
  )
  return () => begun
}
