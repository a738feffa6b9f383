import type { EnginePlace } from '../../shared/engine-state.ts'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { surveyEngines } from '../docker/connection/survey-engines.ts'
import type { Host } from '../host/host.ts'
import { readSettings } from '../store/settings.ts'
import { startCommand } from './remedies.ts'
import { runCommands } from './run-engine-setup.ts'
import { readSystem } from './system.ts'

/** In milliseconds: so long an engine has to answer. A virtual machine may have to start first. */
const TIMEOUT = 120_000

/**
 * Starts an engine that is there with the command that the survey names, as the person who runs Pristine, and waits until it
 * answers. Errors: `start-unsupported`, `start-failed`, `cancelled`, those of connecting.
 */
export async function startEngine(host: Host, run: Run, system = readSystem(host.env)): Promise<void> {
  const command = startCommand(await system, await placesOf(host))
  if (command === null) throw productError('start-unsupported', {})
  const work = { failed: 'start-failed', left: 'The engine may still start.', timeout: TIMEOUT } as const
  await runCommands(host, [command], work, run)
}

async function placesOf(host: Host): Promise<EnginePlace[]> {
  const { engine } = await readSettings(host.home)
  return surveyEngines(host.env, engine)
}
