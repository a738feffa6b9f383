import { type Mapping, member, type Node } from '../yaml/node.ts'
import {
  accepted,
  each,
  granted,
  ignored,
  isNothing,
  type KeyRules,
  oneOf,
  refused,
  supported,
  supportedOnly,
} from './key-rule.ts'
import { BESIDE, DRIVER, MODELS, NAMES, SWARM } from './reasons.ts'

const EXTERNAL = 'without a Swarm, no engine has any'
const TEMPLATE = 'without a Swarm, no engine fills it in'

/** The name of what is external is how it is found. */
const namesOther = (_: Node, beside: Mapping): boolean => {
  const external = member(beside, 'external')
  return external !== undefined && !isNothing(external) && !isFalse(external)
}

/** As Compose reads it. */
const isFalse = (node: Node): boolean =>
  node.kind === 'scalar' && /^(?:false|no|off|n)$/i.test(String(node.value))

/** The keys outside services. */
export const RESOURCE_KEYS: KeyRules = {
  version: accepted('Compose itself no longer reads it'),
  name: accepted(NAMES),
  include: supported,
  ...each('include[].', 'path project_directory env_file', supported),
  services: supported,

  models: refused(MODELS),
  ...each('models.*.', 'model name context_size runtime_flags', refused(MODELS)),

  networks: supported,
  'networks.*.name': ignored(NAMES, namesOther),
  'networks.*.driver': supportedOnly(oneOf('bridge', 'default'), DRIVER),
  'networks.*.driver_opts': refused(DRIVER),
  'networks.*.external': granted('network'),
  'networks.*.external.name': granted('network'),
  'networks.*.internal': supported,
  'networks.*.enable_ipv4': supported,
  'networks.*.enable_ipv6': supported,
  'networks.*.attachable': accepted(SWARM),
  'networks.*.labels': accepted(NAMES),
  'networks.*.ipam': supported,
  'networks.*.ipam.driver': supportedOnly(oneOf('default'), DRIVER),
  'networks.*.ipam.options': refused(DRIVER),
  'networks.*.ipam.config': refused(BESIDE),
  ...each('networks.*.ipam.config[].', 'subnet ip_range gateway aux_addresses', refused(BESIDE)),

  volumes: supported,
  'volumes.*.name': ignored(NAMES, namesOther),
  'volumes.*.driver': supportedOnly(oneOf('local', 'default'), DRIVER),
  'volumes.*.driver_opts': refused(DRIVER),
  'volumes.*.external': granted('volume'),
  'volumes.*.external.name': granted('volume'),
  'volumes.*.labels': accepted(NAMES),

  secrets: supported,
  'secrets.*.file': supported,
  'secrets.*.environment': granted('variable'),
  'secrets.*.external': refused(EXTERNAL),
  'secrets.*.external.name': refused(EXTERNAL),
  'secrets.*.name': accepted(NAMES),
  'secrets.*.labels': accepted(NAMES),
  'secrets.*.driver': refused(SWARM),
  'secrets.*.driver_opts': refused(SWARM),
  'secrets.*.template_driver': refused(TEMPLATE),

  configs: supported,
  'configs.*.file': supported,
  'configs.*.content': supported,
  'configs.*.environment': granted('variable'),
  'configs.*.external': refused(EXTERNAL),
  'configs.*.external.name': refused(EXTERNAL),
  'configs.*.name': accepted(NAMES),
  'configs.*.labels': accepted(NAMES),
  'configs.*.template_driver': refused(TEMPLATE),
}
