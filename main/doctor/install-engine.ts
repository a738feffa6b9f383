import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Host } from '../host/host.ts'
import { installCommands } from './remedies.ts'
import { runCommands } from './run-engine-setup.ts'
import { readSystem, type System } from './system.ts'

/** In milliseconds: so long an engine has to answer once it was installed. */
const TIMEOUT = 30_000
const INSTALLED = 'What was installed so far stays.'

/**
 * The commands that `installEngine` runs here. Without a terminal, `pkexec` asks for permission in a window of the
 * system; without `pkexec` no command is offered.
 */
export async function installable(
  env: Record<string, string | undefined>,
  terminal: boolean,
): Promise<string[]> {
  return asked(await readSystem(env), terminal)
}

function asked(system: System, terminal: boolean): string[] {
  const commands = installCommands(system)
  if (system.root) return commands
  if (terminal) return system.has.has('sudo') ? commands : []
  return system.has.has('pkexec') ? commands.map((command) => command.replace(/^sudo /, 'pkexec ')) : []
}

/**
 * Installs a container engine with the system's packages and waits until it answers. A command that has begun is not
 * broken off: `run.signal` is heeded before the next one.
 * Errors: `install-unsupported`, `install-failed`, `cancelled`, those of connecting.
 */
export async function installEngine(
  host: Host,
  terminal: boolean,
  run: Run,
  system = readSystem(host.env),
): Promise<void> {
  const commands = asked(await system, terminal)
  if (commands.length === 0) throw productError('install-unsupported', {})
  await runCommands(host, commands, { failed: 'install-failed', left: INSTALLED, timeout: TIMEOUT }, run)
}
