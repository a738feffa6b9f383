import {
  accepted,
  each,
  granted,
  ignored,
  type KeyRules,
  oneOf,
  supported,
  supportedOnly,
} from './key-rule.ts'
import { SWARM } from './reasons.ts'

const DEPLOY = 'services.*.deploy'
const RESOURCES = `${DEPLOY}.resources`
const GENERIC = `${RESOURCES}.reservations.generic_resources`
const ROLLING = 'parallelism delay failure_action monitor max_failure_ratio order'
const WATCH = 'services.*.develop.watch'
const OWN_WATCH =
  'nothing is copied into a running container: mount the source; Pristine watches the definition and its inputs itself'

/** More containers of one service than one. */
export const ONE = 'an environment has one container of each service'

/** The keys of a service's deployment and of its development. */
export const DEPLOY_KEYS: KeyRules = {
  [DEPLOY]: supported,
  [`${DEPLOY}.mode`]: supportedOnly(oneOf('replicated'), SWARM),
  [`${DEPLOY}.replicas`]: ignored(ONE, oneOf(1)),
  ...each(`${DEPLOY}.`, 'endpoint_mode labels update_config rollback_config placement', ignored(SWARM)),
  ...each(`${DEPLOY}.update_config.`, ROLLING, ignored(SWARM)),
  ...each(`${DEPLOY}.rollback_config.`, ROLLING, ignored(SWARM)),
  ...each(`${DEPLOY}.placement.`, 'constraints preferences max_replicas_per_node', ignored(SWARM)),
  [`${DEPLOY}.placement.preferences[].spread`]: ignored(SWARM),
  [`${DEPLOY}.restart_policy`]: accepted('Pristine starts containers itself'),
  ...each(
    `${DEPLOY}.restart_policy.`,
    'condition delay max_attempts window',
    accepted('Pristine starts containers itself'),
  ),
  [RESOURCES]: supported,
  [`${RESOURCES}.limits`]: supported,
  ...each(`${RESOURCES}.limits.`, 'cpus memory pids', supported),
  [`${RESOURCES}.reservations`]: supported,
  [`${RESOURCES}.reservations.cpus`]: ignored(SWARM),
  [`${RESOURCES}.reservations.memory`]: supported,
  [`${RESOURCES}.reservations.devices`]: granted('device-request'),
  ...each(
    `${RESOURCES}.reservations.devices[].`,
    'capabilities count device_ids driver options',
    granted('device-request'),
  ),
  [GENERIC]: ignored(SWARM),
  [`${GENERIC}[].discrete_resource_spec`]: ignored(SWARM),
  ...each(`${GENERIC}[].discrete_resource_spec.`, 'kind value', ignored(SWARM)),

  'services.*.develop': supported,
  [WATCH]: ignored(OWN_WATCH),
  ...each(`${WATCH}[].`, 'path action target ignore include initial_sync exec', ignored(OWN_WATCH)),
  ...each(`${WATCH}[].exec.`, 'command user privileged working_dir environment', ignored(OWN_WATCH)),
}
