import { keysAt, pathOfMember } from '../keys/compose-keys.ts'
import { type Entry, list, mapping, mappingOf, type Node } from '../yaml/node.ts'
import { context, contexts, filePath, volume, volumeOptions } from './path-short-syntax.ts'
import { type Form, many, names, pairs, under } from './short-syntax.ts'
import { unique } from './unique-items.ts'
import { check, device, envFiles, external, gpus, hosts, ports } from './value-short-syntax.ts'

/**
 * A value of a Compose file in the one form that all its short forms stand for, with paths as they are meant from the
 * project's folder. Values of a wrong kind stay as they are: reading them explains what is wrong.
 * Error: definition-invalid.
 */
export function toLongSyntax(node: Node, path = ''): Node {
  const shaped = FORMS.get(path)?.(node) ?? node
  if (shaped.kind === 'map') {
    const entries = new Map<string, Entry>()
    const below = keysAt(path) !== undefined || path === ''
    for (const [key, entry] of shaped.entries) {
      // What is the definition's own, such as labels, has no form.
      const value = below ? toLongSyntax(entry.value, pathOfMember(path, key)) : entry.value
      entries.set(key, { ...entry, value })
    }
    return mapping(entries, shaped)
  }
  if (shaped.kind === 'list') {
    return unique(
      list(
        shaped.items.map((item) => toLongSyntax(item, `${path}[]`)),
        shaped,
      ),
      path,
    )
  }
  return shaped
}

const nothing = (name: Node): Node => ({ kind: 'scalar', value: null, place: name.place })
const started = (name: Node): Node =>
  mappingOf(
    {
      condition: { kind: 'scalar', value: 'service_started', place: name.place },
      required: { kind: 'scalar', value: true, place: name.place },
    },
    { kind: 'scalar', value: null, place: name.place },
  )

const SERVICE = 'services.*'
/** The short forms, by the paths of the keys that have them. */
const FORMS: ReadonlyMap<string, Form> = new Map(
  Object.entries<Form>({
    [`${SERVICE}.annotations`]: pairs,
    [`${SERVICE}.build`]: under('context'),
    [`${SERVICE}.build.additional_contexts`]: contexts,
    [`${SERVICE}.build.args`]: pairs,
    [`${SERVICE}.build.context`]: context,
    [`${SERVICE}.build.extra_hosts`]: hosts,
    [`${SERVICE}.build.labels`]: pairs,
    [`${SERVICE}.build.secrets[]`]: under('source'),
    [`${SERVICE}.build.ssh`]: pairs,
    [`${SERVICE}.configs[]`]: under('source'),
    [`${SERVICE}.depends_on`]: names(started),
    [`${SERVICE}.deploy.labels`]: pairs,
    [`${SERVICE}.deploy.resources.reservations.devices[].options`]: pairs,
    [`${SERVICE}.devices[]`]: device,
    [`${SERVICE}.dns`]: many,
    [`${SERVICE}.dns_search`]: many,
    [`${SERVICE}.env_file`]: envFiles,
    [`${SERVICE}.env_file[].path`]: filePath,
    [`${SERVICE}.environment`]: pairs,
    [`${SERVICE}.extends`]: under('service'),
    [`${SERVICE}.extra_hosts`]: hosts,
    [`${SERVICE}.gpus`]: gpus,
    [`${SERVICE}.gpus[].options`]: pairs,
    [`${SERVICE}.healthcheck.test`]: check,
    [`${SERVICE}.label_file`]: many,
    [`${SERVICE}.label_file[]`]: filePath,
    [`${SERVICE}.labels`]: pairs,
    [`${SERVICE}.models`]: names(nothing),
    [`${SERVICE}.networks`]: names(nothing),
    [`${SERVICE}.ports`]: ports,
    [`${SERVICE}.secrets[]`]: under('source'),
    [`${SERVICE}.sysctls`]: pairs,
    [`${SERVICE}.tmpfs`]: many,
    [`${SERVICE}.volumes[]`]: volume,
    [`${SERVICE}.volumes[].volume.labels`]: pairs,
    'networks.*': external,
    'networks.*.labels': pairs,
    'volumes.*': volumeOptions,
    'volumes.*.labels': pairs,
    'secrets.*': external,
    'secrets.*.file': filePath,
    'secrets.*.labels': pairs,
    'configs.*': external,
    'configs.*.file': filePath,
    'configs.*.labels': pairs,
  }),
)
