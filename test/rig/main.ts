/** `npm run -s rig -- start [ENGINE] | env [ENGINE] | stop [--purge] | status`: the engines and the registry that tests run on. */

import { engineName } from './engine-name.ts'
import { rigVariables, runningRig, startRig, stopRig } from './rig.ts'
import { RigError } from './rig-error.ts'
import { rigStatus } from './status.ts'

const USAGE = 'npm run -s rig -- start [ENGINE] | env [ENGINE] | stop [--purge] | status'

async function main(verb: string | undefined, options: string[]): Promise<void> {
  switch (verb) {
    case 'start':
      return print(exports(rigVariables(await startRig(engineName(options[0])))))
    case 'env':
      return print(exports(rigVariables(await runningRig(engineName(options[0])))))
    case 'stop':
      return stopRig({ purge: options.includes('--purge') })
    case 'status':
      return print(await rigStatus())
    default:
      throw new RigError(verb ? `There is no verb "${verb}".` : 'A verb is missing.', USAGE)
  }
}

function exports(variables: Record<string, string>): string[] {
  return Object.entries(variables).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  )
}

function print(lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`)
}

try {
  const [verb, ...options] = process.argv.slice(2)
  await main(verb, options)
} catch (error) {
  if (!(error instanceof RigError)) throw error
  process.stderr.write(`rig: ${error.message}\n     ${error.next}\n`)
  process.exitCode = 1
}
