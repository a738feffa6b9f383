import type { Node } from '../yaml/node.ts'
import { each, granted, ignored, type KeyRules, refused, supported, supportedOnly } from './key-rule.ts'
import { CACHE, LIMIT, LOCK, NAMES, PLATFORM, RESULT, WINDOWS } from './reasons.ts'

const isFolder = (node: Node): boolean =>
  node.kind === 'scalar' && !/:\/\/|^(?:git@|github\.com\/)/.test(String(node.value))

const BUILD = 'services.*.build'
const ATTESTED = 'an image that stays on the engine has no attestations'
const NO_RIGHTS = 'a build gets no further rights'

/** The keys of a service's build. */
export const BUILD_KEYS: KeyRules = {
  [BUILD]: supported,
  [`${BUILD}.context`]: supportedOnly(isFolder, 'no lock pins a context that is fetched from elsewhere'),
  ...each(`${BUILD}.`, 'dockerfile dockerfile_inline args target', supported),
  [`${BUILD}.additional_contexts`]: refused('no lock pins what it names'),
  [`${BUILD}.cache_from`]: ignored(CACHE),
  [`${BUILD}.cache_to`]: ignored(CACHE),
  [`${BUILD}.entitlements`]: refused(NO_RIGHTS),
  [`${BUILD}.extra_hosts`]: refused('what is built would depend on hosts that no lock pins'),
  [`${BUILD}.isolation`]: refused(WINDOWS),
  [`${BUILD}.labels`]: refused('use LABEL in the Dockerfile'),
  [`${BUILD}.network`]: refused('a build has the network that the engine gives it'),
  [`${BUILD}.no_cache`]: ignored('what is built is decided by its inputs, each time'),
  [`${BUILD}.platforms`]: refused(PLATFORM),
  [`${BUILD}.privileged`]: refused(NO_RIGHTS),
  [`${BUILD}.provenance`]: ignored(ATTESTED),
  [`${BUILD}.pull`]: ignored(LOCK),
  [`${BUILD}.sbom`]: ignored(ATTESTED),
  [`${BUILD}.secrets`]: supported,
  ...each(`${BUILD}.secrets[].`, 'source target uid gid mode', supported),
  [`${BUILD}.shm_size`]: refused(LIMIT),
  [`${BUILD}.ssh`]: granted('build-ssh-agent'),
  [`${BUILD}.tags`]: ignored(`${NAMES}; ${RESULT}`),
  [`${BUILD}.ulimits`]: refused(LIMIT),
  ...each(`${BUILD}.ulimits.*.`, 'soft hard', refused(LIMIT)),
}
