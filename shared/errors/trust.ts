import { type DeferredContent, describeDeferred } from '../clone.ts'
import {
  ANY_FILES,
  describeAskingFeatures,
  describeChanged,
  describeOutdatedConsent,
  describePermission,
} from '../describe-permission.ts'
import type { LayerRequests, OutdatedConsent, Permission } from '../trust.ts'
import { entry } from './entry.ts'
import { asItWas } from './wording.ts'

/** Errors for permissions that are not granted. */
export const trustErrors = {
  'not-trusted': entry<{
    name: string
    fingerprint: string
    anyFiles: string | null
    changedFiles: string[]
    asked: Permission[]
    /** The features that ask for some of it. */
    features: Permission[]
    layer: LayerRequests
    origin: 'folder' | 'clone'
    leftOut: DeferredContent | null
    other: OutdatedConsent | null
    /** The ordinal of a new version whose image was built first, and showed what is asked. */
    built?: number
  }>({
    message: (d) =>
      d.origin === 'clone'
        ? `${d.name} is a clone that nobody trusted yet, or it asks for more than it was granted.`
        : `${d.name} asks for more than its own folder, volumes and ports.`,
    why: (d) =>
      [
        'It asks for:',
        ...d.asked.map(describePermission),
        ...describeAskingFeatures(d.features, d.layer),
        ...[describeChanged(d.changedFiles) ?? []].flat(),
        ...(d.leftOut ? [`Fetched once it is trusted: ${describeDeferred(d.leftOut)}`] : []),
        ...(d.other ? describeOutdatedConsent(d.other) : []),
      ].join('\n'),
    hint: (d) =>
      [
        `${d.built === undefined ? 'Nothing was changed' : `The image of v${d.built} was built, and is not used; ${asItWas(d)}`}. To grant exactly this, give --trust ${d.fingerprint} to up, watch, run or reset.`,
        ...(d.anyFiles === null
          ? []
          : [
              `${ANY_FILES} To grant that too, and not be asked again whenever a file changed, give --trust ${d.anyFiles}.`,
            ]),
      ].join('\n'),
    exit: 7,
  }),
  'trust-outdated': entry<{ name: string }>({
    message: (d) => `What ${d.name} asks for is no longer what was shown.`,
    why: () => 'The definition or the remote changed after the permissions were shown; nothing was granted.',
    hint: () => 'Look at it again with "pristine trust".',
    exit: 7,
  }),
}
