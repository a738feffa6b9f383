import type { Node } from '../yaml/node.ts'
import {
  each,
  grantedOnly,
  ignored,
  isNothing,
  type KeyRules,
  refused,
  supported,
  supportedOnly,
} from './key-rule.ts'
import { CACHE, LIMIT, LOCK, NAMES, PLATFORM, RESULT, WINDOWS } from './reasons.ts'

const isFolder = (node: Node): boolean =>
  node.kind === 'scalar' && !/:\/\/|^(?:git@|github\.com\/)/.test(String(node.value))

/** The person's own agent, and not a key or a socket in a file. */
const isOwnAgent = (node: Node): boolean =>
  isNothing(node) ||
  (node.kind === 'map' && [...node.entries.values()].every(({ value }) => isNothing(value)))

const BUILD = 'services.*.build'
const SECRET = 'a build gets the secrets that "secrets" of the devcontainer.json declares, by their names'
const ATTESTED = 'an image that stays on the engine has no attestations'
const NO_RIGHTS = 'a build gets no further rights'

/** The keys of a service's build. */
export const BUILD_KEYS: KeyRules = {
  [BUILD]: supported,
  [`${BUILD}.context`]: supportedOnly(isFolder, 'no lock pins a context that is fetched from elsewhere'),
  ...each(`${BUILD}.`, 'dockerfile dockerfile_inline args target', supported),
  [`${BUILD}.additional_contexts`]: refused('the inputs of a version come from one context'),
  [`${BUILD}.cache_from`]: ignored(CACHE),
  [`${BUILD}.cache_to`]: ignored(CACHE),
  [`${BUILD}.entitlements`]: refused(NO_RIGHTS),
  [`${BUILD}.extra_hosts`]: refused('what is built would depend on hosts that no lock pins'),
  [`${BUILD}.isolation`]: refused(WINDOWS),
  [`${BUILD}.labels`]: refused('use LABEL in the Dockerfile'),
  [`${BUILD}.network`]: refused('a build has the network that the engine gives it'),
  [`${BUILD}.no_cache`]: ignored('the inputs of a version decide what is built'),
  [`${BUILD}.platforms`]: ignored(PLATFORM),
  [`${BUILD}.privileged`]: refused(NO_RIGHTS),
  [`${BUILD}.provenance`]: ignored(ATTESTED),
  [`${BUILD}.pull`]: ignored(LOCK),
  [`${BUILD}.sbom`]: ignored(ATTESTED),
  [`${BUILD}.secrets`]: ignored(SECRET),
  ...each(`${BUILD}.secrets[].`, 'source target uid gid mode', ignored(SECRET)),
  [`${BUILD}.shm_size`]: refused(LIMIT),
  [`${BUILD}.ssh`]: grantedOnly(
    'build-ssh-agent',
    isOwnAgent,
    "there is one agent, the person's own: leave its path out",
  ),
  [`${BUILD}.tags`]: ignored(`${NAMES}; ${RESULT}`),
  [`${BUILD}.ulimits`]: refused(LIMIT),
  ...each(`${BUILD}.ulimits.*.`, 'soft hard', refused(LIMIT)),
}
