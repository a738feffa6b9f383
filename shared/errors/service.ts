import { entry } from './entry.ts'
import { asItWas, listed } from './wording.ts'

/** What can go wrong with one service of an environment. */
export const serviceErrors = {
  'service-unknown': entry<{ service: string; services: string[] }>({
    message: (d) => `The environment has no service "${d.service}".`,
    why: (d) =>
      d.services.length > 0
        ? `Its services are ${listed(d.services)}.`
        : 'It is one container: only Compose files define services.',
    hint: (d) => (d.services.length > 0 ? 'Name one of them.' : 'Leave out the service.'),
    exit: 2,
  }),
  'external-missing': entry<
    | { what: 'volume' | 'network'; name: string; key: string }
    /** What a container joins by an option. */
    | { what: 'network' | 'container'; name: string; option: 'network' | 'pid' | 'ipc' }
  >({
    message: (d) => `The ${d.what} ${d.name} is not on the engine.`,
    why: (d) =>
      'option' in d
        ? `The definition joins it ("--${d.option}" in "runArgs", or the same in a Compose file): it is somebody else's, and has to be there already.`
        : `"${d.key}" of the Compose files is external: it is somebody else's, and has to be there already.`,
    hint: (d) =>
      'option' in d
        ? `Start the project that it belongs to${d.what === 'network' ? ` or create it ("docker network create ${d.name}")` : ''}, or take the option out; ${asItWas(d)}.`
        : `Create it ("docker ${d.what} create"), or take out "external", and the project gets one of its own; ${asItWas(d)}.`,
    exit: 6,
  }),
  'service-not-running': entry<{ service: string; code: number | null }>({
    message: (d) => `The service ${d.service} is not running.`,
    why: (d) =>
      d.code === null
        ? 'It was never started, or its end is not known.'
        : `It ended with exit code ${d.code}.`,
    hint: (d) =>
      `"pristine logs --service ${d.service}" shows its last lines; "pristine restart --service ${d.service}" starts it again.`,
    exit: 1,
  }),
  'service-missing': entry<{ service: string }>({
    message: (d) => `The service ${d.service} has no container any more.`,
    why: () => 'Somebody removed it, for example with "docker rm".',
    hint: () => 'Run "pristine up", which replaces the environment.',
    exit: 1,
  }),
}
