import type { PortRequest } from '../../../shared/definition.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { type ComposeReading, readCompose } from '../compose/read-compose.ts'
import type { StackService } from '../compose/stack/stack.ts'
import { unsupportedAt } from '../compose/yaml/problem.ts'
import { composeName, wantedStack } from './compose-files.ts'
import type { DevcontainerJson } from './document/schema.ts'
import { invalid, type Origin } from './document/source-position.ts'
import type { Variables } from './document/substitute.ts'
import { readServicePorts } from './run/parse-ports.ts'
import { fixedParts } from './stack-services.ts'

/** The Compose files of a devcontainer.json, read. */
interface StackOfDevcontainer {
  compose: ComposeReading
  /** The name of the service that a person works in. */
  entry: string
  /** What decides how that one is run together with the devcontainer.json. */
  ofEntry: { init?: boolean | undefined; user?: string | undefined; services: string[] }
  /** What "forwardPorts" says of the other services, by their names. */
  ports: Map<string, PortRequest[]>
}

/**
 * Reads the Compose files that a devcontainer.json names; undefined where it names none.
 * Errors: those of `readCompose`; definition-invalid, definition-unsupported.
 */
export async function readStackOf(
  json: DevcontainerJson,
  origin: Origin,
  project: ProjectPaths,
  local: Variables,
  env: Readonly<Record<string, string | undefined>>,
): Promise<StackOfDevcontainer | undefined> {
  const wanted = await wantedStack(json, origin, project, local)
  if (!wanted) return undefined
  const options = { env, name: composeName(project), ...wanted.choice }
  const compose = await readCompose(project, wanted.files, options)
  const entry = requireServices(json, origin, compose, wanted.entry)
  const services = Object.keys(compose.stack.services)
  const { user } = fixedParts(compose, entry)
  if (entry.user !== undefined && user === undefined && Object.keys(json.features ?? {}).length > 0) {
    const reason = 'features are installed for a user that is the same on every computer'
    throw unsupportedAt(compose.at(['services', entry.name, 'user']), `services.${entry.name}.user`, reason)
  }
  const ofOthers = services.filter((name) => name !== entry.name)
  return {
    compose,
    entry: entry.name,
    ofEntry: { init: entry.init, user, services },
    ports: new Map(
      ofOthers.map((name) => [name, readServicePorts(name, json.forwardPorts ?? [], json, origin)]),
    ),
  }
}

/** The service that a person works in, if it and all that are to run are defined. Error: definition-invalid. */
function requireServices(
  { runServices = [] }: DevcontainerJson,
  origin: Origin,
  { stack: { services, withoutProfile, notNeeded } }: ComposeReading,
  entry: string,
): StackService {
  const known = [...Object.keys(services), ...withoutProfile, ...notNeeded].sort()
  const required = [
    { name: entry, path: ['service'] },
    ...runServices.map((name, i) => ({ name, path: ['runServices', i] })),
  ]
  for (const { name, path } of required) {
    if (Object.hasOwn(services, name)) continue
    const problem = `"${path[0]}" names "${name}", which is no service of the Compose files; they have ${known.join(', ')}`
    throw invalid(origin, path, problem)
  }
  const service = services[entry]
  if (!service) throw new TypeError(`The service ${entry} is gone.`)
  return service
}
